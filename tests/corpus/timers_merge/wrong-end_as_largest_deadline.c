void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    into->head = NULL;
    while (a || b) {
        int64_t da = a ? a->deadline : INT64_MAX;
        int64_t db = b ? b->deadline : INT64_MAX;
        struct timer *timer;
        if (da <= db) {
            timer = a;
            a = a->next;
        } else {
            timer = b;
            b = b->next;
        }
        timer->prev = last;
        if (last)
            last->next = timer;
        else
            into->head = timer;
        last = timer;
    }
    into->tail = last;
    if (last)
        last->next = NULL;
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: refuted: an ended list counts as INT64_MAX: a timer with that deadline crashes */
