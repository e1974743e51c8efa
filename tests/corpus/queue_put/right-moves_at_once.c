int queue_put(struct queue *queue, struct job job) {
    atomic_fetch_add_explicit(&queue->offered, 1, memory_order_relaxed);
    int error = pthread_mutex_lock(&queue->lock);
    if (error)
        return error;
    uint32_t used = queue->used, at = used;
    if (queue->closed) {
        error = EPIPE;
    } else if (used == QUEUE_ROOM) {
        queue->rejected++;
        error = EAGAIN;
    } else {
        while (at > 0 && queue->jobs[at - 1].priority >= job.priority)
            at--;
        memmove(&queue->jobs[at + 1], &queue->jobs[at], (used - at) * sizeof job);
        queue->jobs[at] = job;
        queue->used = ++used;
        if (used > queue->most)
            queue->most = used;
        if (used == 1)
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return error;
}
/* verdict: passed */
