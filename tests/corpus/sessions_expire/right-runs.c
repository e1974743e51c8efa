size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session **link = &table->first;
    struct session *s = *link;
    for (;;) {
        struct session *const run = s;
        while (s && s->references == 0 && s->last_seen < before)
            s = s->next;
        if (run != s)
            *link = s;
        for (struct session *d = run; d != s;) {
            struct session *after = d->next;
            if (table->current == d)
                table->current = NULL;
            free(d->user);
            free(d);
            dropped++;
            d = after;
        }
        while (s && !(s->references == 0 && s->last_seen < before)) {
            if (s->last_seen < oldest)
                oldest = s->last_seen;
            link = &s->next;
            s = s->next;
        }
        if (!s)
            break;
    }
    table->oldest = oldest;
    table->live -= dropped;
    return dropped;
}
/* verdict: passed */
