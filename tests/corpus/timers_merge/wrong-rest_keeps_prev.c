void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        struct timer *timer = b->deadline < a->deadline ? b : a;
        if (timer == a)
            a = a->next;
        else
            b = b->next;
        timer->prev = last;
        *link = timer;
        link = &timer->next;
        last = timer;
    }
    *link = a ? a : b;
    if (b)
        into->tail = from->tail;
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: the first timer of the rest still points back into its old list */
