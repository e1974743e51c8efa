/* helpers: walk */
struct open_groups {
    const struct field *group[32];
    size_t entered;
};

static int walk(const struct field *fields, size_t count, const struct visitor *visitor, int depth,
                struct open_groups *open, int level) {
    for (size_t i = 0; i < count && fields[i].type != FIELD_END; i++) {
        if (fields[i].type == FIELD_UNSET)
            continue;
        open->group[level] = &fields[i];
        enum visit answer = visitor->enter(open->group[level], depth, visitor->context);
        open->entered++;
        if (answer == VISIT_STOP)
            return 1;
        if (fields[i].type != FIELD_GROUP)
            continue;
        size_t own = fields[i].span < 0 ? 0 : (size_t)fields[i].span;
        if (own > count - i - 1)
            own = count - i - 1;
        if (answer == VISIT_NEXT && walk(&fields[i + 1], own, visitor, depth + 1, open, level + 1))
            return 1;
        if (visitor->leave)
            visitor->leave(open->group[level], depth, visitor->context);
        i += own;
    }
    return 0;
}

size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    struct open_groups open;
    open.entered = 0;
    int stop = walk(fields, count, visitor, depth, &open, 0);
    return stop ? open.entered | ~(SIZE_MAX >> 1) : open.entered;
}
/* verdict: refuted: keeps open groups in a table of 32: deeper ones are written behind it */
