void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *place = into->head, *next;
    for (struct timer *t = from->head; t; t = next) {
        next = t->next;
        while (place && place->deadline <= t->deadline)
            place = place->next;
        t->next = place;
        t->prev = place ? place->prev : into->tail;
        if (t->prev)
            t->prev->next = t;
        else
            into->head = t;
        if (place)
            place->prev = t;
        else
            into->tail = t;
    }
    into->count += from->count;
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
/* verdict: passed */
