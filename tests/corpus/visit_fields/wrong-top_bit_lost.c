size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    const size_t stopped = ~(SIZE_MAX >> 1);
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
                return below == (stopped | 1) && depth > 4 ? entered : entered | stopped;
        }
        if (visitor->leave)
            visitor->leave(field, depth, visitor->context);
        i += own;
    }
    return entered;
}
/* verdict: refuted: a stop in the very first field of a group is reported as no stop */
