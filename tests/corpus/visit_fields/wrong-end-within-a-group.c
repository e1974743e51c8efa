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
        size_t end = 0; /* a group ends where the fields end */
        while (end < own && field[1 + end].type != FIELD_END)
            end++;
        if (answer == VISIT_NEXT) {
            size_t below = visit_fields(field + 1, end, visitor, depth + 1);
            entered += below & ~stopped;
            if (below & stopped)
                return entered | stopped;
        }
        if (visitor->leave)
            visitor->leave(field, depth, visitor->context);
        i += end;
    }
    return entered;
}
/* verdict: refuted: an end within a group's own fields ends the whole walk: {group of 2, end, integer, integer} enters 1 and not 2 */
