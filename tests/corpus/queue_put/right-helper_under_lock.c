/* helpers: put_locked */
static int put_locked(struct queue *queue, struct job job) {
    if (queue->closed)
        return EPIPE;
    uint32_t used = queue->used;
    if (used == QUEUE_ROOM) {
        ++queue->rejected;
        return EAGAIN;
    }
    queue->used = used + 1;
    queue->most = queue->most > used ? queue->most : used + 1;
    if (used == 0)
        pthread_cond_signal(&queue->filled);
    for (; used > 0; used--) {
        const struct job before = queue->jobs[used - 1];
        if (before.priority < job.priority)
            break;
        queue->jobs[used] = before;
    }
    queue->jobs[used] = job;
    return 0;
}

int queue_put(struct queue *queue, struct job job) {
    (void)atomic_fetch_add_explicit(&queue->offered, 1, memory_order_relaxed);
    int result = pthread_mutex_lock(&queue->lock);
    if (result == 0) {
        result = put_locked(queue, job);
        pthread_mutex_unlock(&queue->lock);
    }
    return result;
}
/* verdict: passed */
