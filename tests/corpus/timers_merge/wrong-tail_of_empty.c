void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from || !from->head)
        return;
    struct timer *a = into->head;
    struct timer *b = from->head;
    if (!a) {
        into->head = b;
    } else {
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
        rest->prev = last;
        if (b)
            into->tail = from->tail;
    }
    into->count += from->count;
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: an empty `into` takes the timers over but keeps its old tail */
