size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    while (table->first && table->first->references == 0 && table->first->last_seen < before) {
        struct session *session = table->first;
        table->first = session->next;
        if (table->current == session)
            table->current = NULL;
        free(session);
        dropped++;
    }
    for (struct session **link = &table->first; *link;) {
        struct session *session = *link;
        if (session->references == 0 && session->last_seen < before) {
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
/* verdict: refuted: the name of a session that expires at the head of the list is leaked */
