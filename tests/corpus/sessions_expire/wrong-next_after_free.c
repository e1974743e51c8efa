size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session *previous = NULL;
    for (struct session *session = table->first; session; session = session->next) {
        if (session->references == 0 && session->last_seen < before) {
            if (previous)
                previous->next = session->next;
            else
                table->first = session->next;
            if (table->current == session)
                table->current = NULL;
            free(session->user);
            free(session);
            dropped++;
        } else {
            if (session->last_seen < oldest)
                oldest = session->last_seen;
            previous = session;
        }
    }
    table->oldest = oldest;
    table->live -= dropped;
    return dropped;
}
/* verdict: refuted: reads the link of a session that is already freed */
