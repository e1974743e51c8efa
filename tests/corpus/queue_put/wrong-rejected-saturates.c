int queue_put(struct queue *queue, struct job job) {
    atomic_fetch_add_explicit(&queue->offered, 1, memory_order_relaxed);
    int error = pthread_mutex_lock(&queue->lock);
    if (error)
        return error;
    const uint32_t used = queue->used;
    if (queue->closed) {
        error = EPIPE;
    } else if (used == QUEUE_ROOM) {
        queue->rejected += queue->rejected != UINT32_MAX;
        error = EAGAIN;
    } else {
        uint32_t at = used;
        while (at > 0 && queue->jobs[at - 1].priority >= job.priority)
            at--;
        memmove(&queue->jobs[at + 1], &queue->jobs[at], (used - at) * sizeof job);
        queue->jobs[at] = job;
        queue->used = used + 1;
        queue->most = queue->most > used ? queue->most : used + 1;
        if (used == 0)
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return error;
}
/* verdict: refuted: the count of rejected jobs stays at 2^32 - 1 instead of starting again: a full queue with rejected 4294967295 */
