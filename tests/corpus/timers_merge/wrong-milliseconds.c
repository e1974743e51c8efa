void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        struct timer **least = b->deadline >> 10 < a->deadline >> 10 ? &b : &a;
        struct timer *timer = *least;
        *least = timer->next;
        timer->prev = last;
        *link = timer;
        link = &timer->next;
        last = timer;
    }
    struct timer *rest = a ? a : b;
    *link = rest;
    if (rest)
        rest->prev = last;
    if (b)
        into->tail = from->tail;
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: compares whole milliseconds: timers within the same one keep the wrong order */
