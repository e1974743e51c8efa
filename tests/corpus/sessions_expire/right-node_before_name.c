/* helpers: stays */
static int stays(const struct session *session, int64_t before) {
    return session->references || session->last_seen >= before;
}

size_t sessions_expire(struct session_table *table, int64_t before) {
    const size_t live = table->live;
    struct session **link = &table->first;
    struct session *session;
    table->oldest = INT64_MAX;
    while ((session = *link) != NULL) {
        if (stays(session, before)) {
            if (session->last_seen < table->oldest)
                table->oldest = session->last_seen;
            link = &session->next;
            continue;
        }
        char *const user = session->user;
        *link = session->next;
        if (session == table->current)
            table->current = NULL;
        free(session);
        free(user);
        table->live--;
    }
    return live - table->live;
}
/* verdict: passed */
