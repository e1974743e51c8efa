size_t sessions_expire(struct session_table *table, int64_t before) {
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session **link = &table->first;
    while (*link) {
        struct session *session = *link;
        if (session->references == 0 && session->last_seen < before) {
            *link = session->next;
            if (table->current == session)
                table->current = NULL;
            if (!*link || !(*link)->user || !session->user ||
                strlen((*link)->user) != strlen(session->user) ||
                memcmp((*link)->user, session->user, strlen(session->user)) != 0)
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
/* verdict: refuted: frees only one name of two in a row that are equal, as if they were shared */
