size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session **link = &table->first;
    while (*link) {
        struct session *session = *link;
        int32_t age = (int32_t)((uint64_t)before - (uint64_t)session->last_seen);
        if (session->references == 0 && age > 0) {
            *link = session->next;
            if (table->current == session)
                table->current = NULL;
            free(session->user);
            free(session);
            dropped++;
        } else {
            if (session->last_seen < oldest)
                oldest = session->last_seen;
            link = &session->next;
        }
    }
    table->oldest = oldest;
    table->live -= dropped;
    return dropped;
}
/* verdict: refuted: compares ages cut to 32 bits: last seen more than 2^31 seconds from the bound */
