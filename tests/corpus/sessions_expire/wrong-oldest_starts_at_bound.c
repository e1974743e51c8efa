size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = table->first ? before : INT64_MAX;
    int held = 0;
    struct session **link = &table->first;
    while (*link) {
        struct session *session = *link;
        if (session->references == 0 && session->last_seen < before) {
            *link = session->next;
            if (table->current == session)
                table->current = NULL;
            free(session->user);
            free(session);
            dropped++;
        } else {
            if (!held || session->last_seen < oldest)
                oldest = session->last_seen;
            held = 1;
            link = &session->next;
        }
    }
    table->oldest = oldest;
    table->live -= dropped;
    return dropped;
}
/* verdict: refuted: a table that loses its last session gets the bound for its oldest time */
