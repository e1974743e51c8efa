/* helpers: run_end */
static struct timer *run_end(struct timer *t, int64_t limit, int inclusive) {
    while (t->next && (inclusive ? t->next->deadline <= limit : t->next->deadline < limit))
        t = t->next;
    return t;
}

void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head, *b = from->head, *last = NULL;
    into->head = NULL;
    while (a || b) {
        struct timer *run;
        struct timer *end;
        if (a && (!b || a->deadline <= b->deadline)) {
            run = a;
            end = b ? run_end(a, b->deadline, 1) : into->tail;
            a = end->next;
        } else {
            run = b;
            end = a ? run_end(b, a->deadline, 0) : from->tail;
            b = end->next;
        }
        run->prev = last;
        if (last)
            last->next = run;
        else
            into->head = run;
        last = end;
    }
    into->tail = last;
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: passed */
