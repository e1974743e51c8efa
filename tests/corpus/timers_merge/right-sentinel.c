void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer sentinel;
    struct timer *last = &sentinel;
    struct timer *a = into->head, *b = from->head;
    sentinel.next = a;
    while (a != NULL && b != NULL) {
        struct timer *chosen;
        if (a->deadline <= b->deadline) {
            chosen = a;
            a = a->next;
        } else {
            chosen = b;
            b = b->next;
        }
        last->next = chosen;
        chosen->prev = last;
        last = chosen;
    }
    if (b != NULL) {
        last->next = b;
        b->prev = last;
        into->tail = from->tail;
    } else if (a != NULL) {
        last->next = a;
        a->prev = last;
    }
    into->head = sentinel.next;
    if (into->head)
        into->head->prev = NULL;
    into->count += from->count;
    *from = (struct timer_list){NULL, NULL, 0};
}
/* verdict: passed */
