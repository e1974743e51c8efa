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
    int of_a = !b || (a && a->deadline <= b->deadline);
    while (a || b) {
        struct timer *run = of_a ? a : b;
        if (run)
            run->prev = last;
        if (last)
            last->next = run;
        else
            into->head = run;
        if (!a || !b)
            break;
        last = of_a ? run_end(a, b->deadline, 1) : run_end(b, a->deadline, 0);
        if (of_a)
            a = last->next;
        else
            b = last->next;
        of_a = !of_a;
    }
    if (b)
        into->tail = from->tail;
    into->count += from->count;
    from->head = from->tail = NULL;
    from->count = 0;
}
/* verdict: passed */
