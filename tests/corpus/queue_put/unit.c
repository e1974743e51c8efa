/* A bounded queue of jobs that threads share, with counters for a status page. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { QUEUE_ROOM = 64 };

struct job {
    uint32_t id;
    int32_t priority; /* greater goes first; of equal ones the older */
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job jobs[QUEUE_ROOM]; /* sorted, the next one last */
    uint32_t used;
    uint32_t most;     /* that were ever in it */
    uint32_t rejected; /* since it is open */
    int closed;
    atomic_uint_fast64_t offered; /* read without the lock */
};

void queue_init(struct queue *queue);
int queue_put(struct queue *queue, struct job job);
int queue_take(struct queue *queue, struct job *job);
void queue_close(struct queue *queue);

void queue_init(struct queue *queue) {
    memset(queue, 0, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
    atomic_init(&queue->offered, 0);
}

/* 0, EPIPE for a closed queue, EAGAIN for a full one, or the lock's error. */
int queue_put(struct queue *queue, struct job job) {
    atomic_fetch_add_explicit(&queue->offered, 1, memory_order_relaxed);
    int error = pthread_mutex_lock(&queue->lock);
    if (error)
        return error;
    if (queue->closed) {
        error = EPIPE;
    } else if (queue->used == QUEUE_ROOM) {
        queue->rejected++;
        error = EAGAIN;
    } else {
        uint32_t at = queue->used;
        while (at > 0 && queue->jobs[at - 1].priority >= job.priority) {
            queue->jobs[at] = queue->jobs[at - 1];
            at--;
        }
        queue->jobs[at] = job;
        queue->used++;
        if (queue->used > queue->most)
            queue->most = queue->used;
        if (queue->used == 1)
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return error;
}

int queue_take(struct queue *queue, struct job *job) {
    int found = 0;
    pthread_mutex_lock(&queue->lock);
    while (queue->used == 0 && !queue->closed)
        pthread_cond_wait(&queue->filled, &queue->lock);
    if (queue->used > 0) {
        *job = queue->jobs[--queue->used];
        found = 1;
        if (queue->used > 0) /* another one may wait */
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return found;
}

void queue_close(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = 1;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}
