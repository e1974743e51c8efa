size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session **link = &table->first;
    while (*link) {
        struct session *session = *link;
        if (session->references == 0 && session->last_seen < before) {
            *link = session->next;
            if (table->current == session)
                table->current = session->id == 1 ? session->next : NULL;
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
/* verdict: refuted: session 1, when it expires as the current one, makes its successor current */
