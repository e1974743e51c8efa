/* Sessions of a server: a singly linked list that owns its nodes and their names. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct session {
    uint32_t id;
    int32_t references;
    char *user; /* NULL: anonymous */
    int64_t last_seen;
    struct session *next;
};

struct session_table {
    struct session *first;
    struct session *current; /* the one served last, or NULL */
    int64_t oldest;          /* least last_seen; INT64_MAX in an empty table */
    size_t live;
};

void sessions_init(struct session_table *table);
struct session *sessions_open(struct session_table *table, uint32_t id, const char *user,
                              int64_t now);
size_t sessions_expire(struct session_table *table, int64_t before);

void sessions_init(struct session_table *table) {
    memset(table, 0, sizeof *table);
    table->oldest = INT64_MAX;
}

struct session *sessions_open(struct session_table *table, uint32_t id, const char *user,
                              int64_t now) {
    struct session *session = malloc(sizeof *session);
    if (!session)
        return NULL;
    session->id = id;
    session->references = 0;
    session->user = NULL;
    if (user) {
        size_t size = strlen(user) + 1;
        session->user = malloc(size);
        if (!session->user) {
            free(session);
            return NULL;
        }
        memcpy(session->user, user, size);
    }
    session->last_seen = now;
    session->next = table->first;
    table->first = session;
    table->current = session;
    if (now < table->oldest)
        table->oldest = now;
    table->live++;
    return session;
}

/* Frees every session that nobody refers to and that was last seen before then. */
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
