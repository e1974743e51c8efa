#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    uint32_t id;
    int32_t references;
    char *user;
    int64_t last_seen;
    struct session *next;
};

struct session_table {
    struct session *first;
    struct session *current;
    int64_t oldest;
    size_t live;
};

void sessions_init(struct session_table *table);
struct session *sessions_open(struct session_table *table, uint32_t id, const char *user,
                              int64_t now);
size_t sessions_expire(struct session_table *table, int64_t before);

static uint64_t state = 7;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    struct session_table table;
    sessions_init(&table);
    uint64_t digest = 0;
    uint32_t id = 1;
    for (int64_t now = 1700000000; now < 1700000000 + 20000; now += 4) {
        for (uint32_t n = 20 + next_random() % 40; n > 0; n--) {
            char user[32];
            snprintf(user, sizeof user, "user%" PRIu32, next_random() % 5000);
            struct session *session = sessions_open(&table, id++, user, now - next_random() % 4);
            if (!session)
                return 1;
            session->references = next_random() % 50 == 0;
        }
        if (now % 16 == 0) {
            table.current = table.first;
            size_t dropped = sessions_expire(&table, now - 61);
            digest = digest * 1000003 + dropped + (uint64_t)table.oldest;
            printf("%" PRId64 " dropped %zu live %zu\n", now, dropped, table.live);
        }
        for (struct session *s = table.first; s; s = s->next)
            if (s->references && next_random() % 200 == 0)
                s->references = 0;
    }
    for (struct session *s = table.first; s; s = s->next) {
        s->references = 0;
        digest = digest * 31 + s->id + (unsigned char)s->user[4];
    }
    sessions_expire(&table, 1700021000);
    printf("%016" PRIx64 " live %zu\n", digest, table.live);
    return 0;
}
