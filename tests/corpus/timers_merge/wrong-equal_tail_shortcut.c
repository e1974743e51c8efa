void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head;
    struct timer *b = from->head;
    struct timer *last = NULL;
    struct timer **link = &into->head;
    if (a && b && into->tail->deadline / 1000000000 <= b->deadline / 1000000000) {
        last = into->tail;
        link = &last->next;
        a = NULL;
    }
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
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: hangs `from` behind `into` without a look when its first deadline is not before the last, by seconds */
