void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head;
    struct timer *b = from->head;
    struct timer *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        struct timer **least = a->deadline < b->deadline ? &a : &b;
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
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: of equal deadlines, those of `from` come first */
