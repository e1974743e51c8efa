size_t sessions_expire(struct session_table *table, int64_t before) {
    struct session sentinel;
    struct session *previous = &sentinel;
    struct session *const current = table->current;
    int64_t oldest = INT64_MAX;
    size_t dropped = 0;
    sentinel.next = table->first;
    for (struct session *s = table->first; s != NULL; s = previous->next) {
        if (s->references != 0 || s->last_seen >= before) {
            if (s->last_seen < oldest)
                oldest = s->last_seen;
            previous = s;
            continue;
        }
        previous->next = s->next;
        if (s == current)
            table->current = NULL;
        if (s->user)
            free(s->user);
        free(s);
        ++dropped;
    }
    table->first = sentinel.next;
    table->oldest = oldest;
    table->live = table->live - dropped;
    return dropped;
}
/* verdict: passed */
