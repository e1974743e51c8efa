/* helpers: release */
static void release(struct session **gone, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(gone[i]->user);
        free(gone[i]);
    }
}

size_t sessions_expire(struct session_table *table, int64_t before) {
    enum { AT_ONCE = 64 };
    struct session *gone[AT_ONCE];
    size_t dropped = 0;
    int64_t oldest = INT64_MAX;
    struct session **link = &table->first;
    while (*link) {
        struct session *session = *link;
        if (session->references == 0 && session->last_seen < before) {
            if (dropped && dropped % AT_ONCE == 0)
                release(gone, AT_ONCE);
            gone[dropped++ % AT_ONCE] = session;
            *link = session->next;
            if (table->current == session)
                table->current = NULL;
        } else {
            if (session->last_seen < oldest)
                oldest = session->last_seen;
            link = &session->next;
        }
    }
    release(gone, dropped % AT_ONCE);
    table->oldest = oldest;
    table->live -= dropped;
    return dropped;
}
/* verdict: refuted: the last 64 are not freed when a multiple of 64 is dropped: 64 sessions that all expire */
