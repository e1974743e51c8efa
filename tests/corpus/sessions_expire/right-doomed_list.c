size_t sessions_expire(struct session_table *table, int64_t before) {
    struct session *doomed = NULL, *kept = NULL, **kept_end = &kept, *next;
    int64_t oldest = INT64_MAX;
    for (struct session *s = table->first; s; s = next) {
        next = s->next;
        if (s->last_seen < before && s->references == 0) {
            if (s == table->current)
                table->current = NULL;
            s->next = doomed;
            doomed = s;
        } else {
            oldest = s->last_seen < oldest ? s->last_seen : oldest;
            *kept_end = s;
            kept_end = &s->next;
        }
    }
    *kept_end = NULL;
    table->first = kept;
    table->oldest = oldest;
    size_t dropped = 0;
    for (; doomed; doomed = next) {
        next = doomed->next;
        free(doomed->user);
        free(doomed);
        dropped++;
    }
    table->live -= dropped;
    return dropped;
}
/* verdict: passed */
