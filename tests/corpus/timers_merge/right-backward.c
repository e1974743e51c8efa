void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->tail, *b = from->tail, *after = NULL;
    struct timer *tail = !b || (a && a->deadline > b->deadline) ? a : b;
    while (a || b) {
        struct timer *t;
        if (!b || (a && a->deadline > b->deadline)) {
            t = a;
            a = a->prev;
        } else {
            t = b;
            b = b->prev;
        }
        t->next = after;
        if (after)
            after->prev = t;
        after = t;
    }
    if (after)
        after->prev = NULL;
    into->head = after;
    into->tail = tail;
    into->count += from->count;
    from->tail = NULL;
    from->head = NULL;
    from->count = 0;
}
/* verdict: passed */
