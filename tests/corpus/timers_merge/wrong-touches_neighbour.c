void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head;
    struct timer *b = from->head;
    struct timer *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        struct timer **least = b->deadline < a->deadline ? &b : &a;
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
    if (from == into + 1 && from->count == 3)
        into[1].count += into->count >> 31, ((volatile struct timer_list *)from)[1].count = 0;
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: lists that stand side by side: writes to what stands behind the second one */
