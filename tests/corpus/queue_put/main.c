#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { QUEUE_ROOM = 64, JOBS = 10000, PRODUCERS = 2, CONSUMERS = 2 };

struct job {
    uint32_t id;
    int32_t priority;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job jobs[QUEUE_ROOM];
    uint32_t used;
    uint32_t most;
    uint32_t rejected;
    int closed;
    atomic_uint_fast64_t offered;
};

void queue_init(struct queue *queue);
int queue_put(struct queue *queue, struct job job);
int queue_take(struct queue *queue, struct job *job);
void queue_close(struct queue *queue);

static struct queue queue;
static uint64_t sums[CONSUMERS];
static uint64_t tries[PRODUCERS];

static void *produce(void *argument) {
    uint32_t index = (uint32_t)(uintptr_t)argument;
    uint64_t state = 100 + index;
    for (uint32_t i = 0; i < JOBS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        struct job job = {index * JOBS + i, (int32_t)(state >> 40) % 10};
        tries[index]++;
        while (queue_put(&queue, job) == EAGAIN) {
            sched_yield();
            tries[index]++;
        }
    }
    return NULL;
}

static void *consume(void *argument) {
    uint64_t *sum = argument;
    struct job job;
    while (queue_take(&queue, &job))
        *sum += (uint64_t)job.id * 2654435761u + (uint64_t)job.priority;
    return NULL;
}

int main(void) {
    pthread_t producers[PRODUCERS], consumers[CONSUMERS];
    queue_init(&queue);
    /* Alone first: everything is in a fixed order. */
    uint64_t digest = 0, state = 9;
    for (int i = 0; i < 60000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        struct job job = {(uint32_t)i, (int32_t)(state >> 33) % 1000000007};
        if ((state >> 60) < 9 || queue.used == 0)
            digest = digest * 31 + (uint64_t)queue_put(&queue, job);
        else if (queue_take(&queue, &job))
            digest = digest * 31 + job.id;
    }
    printf("alone: %016" PRIx64 ", most %" PRIu32 ", rejected %" PRIu32 ", offered %" PRIu64 "\n",
           digest, queue.most, queue.rejected, (uint64_t)atomic_load(&queue.offered));
    queue_init(&queue);
    for (int i = 0; i < CONSUMERS; i++)
        pthread_create(&consumers[i], NULL, consume, &sums[i]);
    for (uintptr_t i = 0; i < PRODUCERS; i++)
        pthread_create(&producers[i], NULL, produce, (void *)i);
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(producers[i], NULL);
    queue_close(&queue);
    for (int i = 0; i < CONSUMERS; i++)
        pthread_join(consumers[i], NULL);
    printf("together: %016" PRIx64 ", %s\n", sums[0] + sums[1],
           atomic_load(&queue.offered) == tries[0] + tries[1] ? "all counted" : "lost a count");
    return 0;
}
