void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *place = into->head, *next;
    for (struct timer *t = from->head; t; t = next) {
        next = t->next;
        while (place && place->deadline <= t->deadline)
            place = place->next;
        struct timer *before = place ? place->prev : into->tail;
        t->prev = before;
        if (before)
            before->next = t;
        else
            into->head = t;
        if (!place) { /* and the rest as it is */
            into->tail = from->tail;
            break;
        }
        t->next = place;
        place->prev = t;
    }
    into->count += from->count;
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: passed */
