#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct timer {
    struct timer *next;
    struct timer *prev;
    int64_t deadline;
    uint32_t id;
};

struct timer_list {
    struct timer *head;
    struct timer *tail;
    uint32_t count;
};

void timers_append(struct timer_list *list, struct timer *timer);
void timers_cancel(struct timer_list *list, struct timer *timer);
void timers_merge(struct timer_list *into, struct timer_list *from);

static uint64_t state = 20240517;

static uint64_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
}

static uint64_t digest(const struct timer_list *list) {
    uint64_t sum = list->count;
    for (const struct timer *t = list->head; t; t = t->next)
        sum = sum * 31 + (uint64_t)t->deadline + t->id;
    return sum;
}

int main(void) {
    enum { TIMERS = 20000, ROUNDS = 40, BATCH = 512 };
    struct timer *pool = calloc(TIMERS, sizeof *pool);
    if (!pool)
        return 1;
    for (int round = 0; round < ROUNDS; round++) {
        struct timer_list pending = {NULL, NULL, 0};
        uint32_t used = 0;
        while (used < TIMERS) {
            struct timer_list fresh = {NULL, NULL, 0};
            uint32_t batch = 1 + (uint32_t)(next_random() % BATCH);
            int64_t at = (int64_t)(next_random() % 1000000) * 1024;
            for (uint32_t i = 0; i < batch && used < TIMERS; i++) {
                struct timer *t = &pool[used];
                t->id = used++;
                at += (int64_t)(1 + next_random() % 4000) * 1024;
                t->deadline = at + (int64_t)(used % 1024);
                timers_append(&fresh, t);
            }
            timers_merge(&pending, &fresh);
            if (pending.head->next)
                timers_cancel(&pending, pending.head->next);
        }
        printf("%d %" PRIu32 " %016" PRIx64 "\n", round, pending.count, digest(&pending));
    }
    free(pool);
    return 0;
}
