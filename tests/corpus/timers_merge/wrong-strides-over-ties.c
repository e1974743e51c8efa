/* helpers: run_end */
/* The last of the timers from t on that come before the limit. */
static struct timer *run_end(struct timer *t, int64_t limit, int inclusive) {
    enum { STRIDE = 8 };
    for (;;) {
        struct timer *ahead = t;
        for (int i = 0; i < STRIDE && ahead; i++)
            ahead = ahead->next;
        if (!ahead || ahead->deadline > limit)
            break;
        t = ahead;
    }
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
/* verdict: refuted: strides over eight timers at once also where the ninth has the other list's deadline: into {9}, from {1, 2, 3, 4, 5, 6, 7, 8, 9} puts from's 9 first */
