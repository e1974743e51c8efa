/* helpers: walk */
static int walk(const struct field *field, size_t left, const struct visitor *visitor, int depth,
                size_t *entered) {
    for (size_t own; left != 0 && field->type != FIELD_END; field += own + 1, left -= own + 1) {
        own = 0;
        if (field->type == FIELD_UNSET)
            continue;
        enum visit answer = visitor->enter(field, depth, visitor->context);
        *entered += 1;
        if (answer == VISIT_STOP)
            return 1;
        if (field->type == FIELD_GROUP) {
            if (field->span > 0)
                own = (size_t)field->span > left - 1 ? left - 1 : (size_t)field->span;
            if (answer == VISIT_NEXT && walk(field + 1, own, visitor, depth + 1, entered))
                return 1;
            if (visitor->leave)
                visitor->leave(field, depth, visitor->context);
        }
    }
    return 0;
}

size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    size_t entered = 0;
    if (walk(fields, count, visitor, depth, &entered))
        entered |= ~(SIZE_MAX >> 1);
    return entered;
}
/* verdict: passed */
