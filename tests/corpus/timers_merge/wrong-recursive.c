/* helpers: merged */
static struct timer *merged(struct timer *a, struct timer *b, struct timer *last) {
    if (!a || !b) {
        struct timer *rest = a ? a : b;
        if (rest)
            rest->prev = last;
        return rest;
    }
    struct timer *timer = b->deadline < a->deadline ? b : a;
    timer->prev = last;
    timer->next = timer == a ? merged(a->next, b, timer) : merged(a, b->next, timer);
    return timer;
}

void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    if (from->tail && (!into->tail || into->tail->deadline <= from->tail->deadline)) {
        struct timer *tail = from->tail;
        into->head = merged(into->head, from->head, NULL);
        into->tail = tail;
    } else {
        into->head = merged(into->head, from->head, NULL);
    }
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: one stack frame for each timer: lists of some 100,000 timers overflow the stack */
