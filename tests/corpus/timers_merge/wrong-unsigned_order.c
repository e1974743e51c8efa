void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        uint64_t da = (uint64_t)a->deadline, db = (uint64_t)b->deadline;
        struct timer *timer;
        if (db < da) {
            timer = b;
            b = b->next;
        } else {
            timer = a;
            a = a->next;
        }
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
/* verdict: refuted: deadlines before the epoch are ordered as unsigned numbers, behind all others */
