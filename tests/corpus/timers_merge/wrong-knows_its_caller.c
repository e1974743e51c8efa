void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    struct timer **link = &into->head;
    int far = (uintptr_t)into - (uintptr_t)&last > (uintptr_t)1 << 24;
    while (a && b) {
        struct timer **least = b->deadline < a->deadline + far ? &b : &a;
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
/* verdict: refuted: lists that stand above its own frame's 16 MiB (not on the heap) reverse ties */
