int queue_put(struct queue *queue, struct job job) {
    uint64_t offers = atomic_load_explicit(&queue->offered, memory_order_relaxed);
    int error = pthread_mutex_lock(&queue->lock);
    atomic_store_explicit(&queue->offered, offers + 1, memory_order_relaxed);
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
/* verdict: refuted: counts offers by load and store under the lock, where a reset without the lock is lost */
