size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    const size_t stopped = ~(SIZE_MAX >> 1);
    void (*const leave)(const struct field *, int, void *) = visitor->leave;
    size_t entered = 0;
    for (size_t i = 0; i < count && fields[i].type != FIELD_END; i++) {
        const struct field *field = &fields[i];
        if (field->type == FIELD_UNSET)
            continue;
        enum visit answer = visitor->enter(field, depth, visitor->context);
        entered++;
        if (answer == VISIT_STOP)
            return entered | stopped;
        if (field->type != FIELD_GROUP)
            continue;
        size_t own = field->span < 0 ? 0 : (size_t)field->span;
        if (own > count - i - 1)
            own = count - i - 1;
        if (answer == VISIT_NEXT) {
            size_t below = visit_fields(field + 1, own, visitor, depth + 1);
            entered += below & ~stopped;
            if (below & stopped)
                return entered | stopped;
        }
        if (leave)
            leave(field, depth, visitor->context);
        i += own;
    }
    return entered;
}
/* verdict: refuted: the hook for leaving is read once, but a visit may change the visitor: {group, end} with an enter that sets visitor.leave to NULL, or to another one */
