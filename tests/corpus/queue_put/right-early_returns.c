int queue_put(struct queue *queue, struct job job) {
    atomic_fetch_add_explicit(&queue->offered, 1, memory_order_relaxed);
    const int locked = pthread_mutex_lock(&queue->lock);
    if (locked != 0)
        return locked;
    const uint32_t used = queue->used;
    int result = 0;
    if (!queue->closed && used < QUEUE_ROOM) {
        struct job *place = queue->jobs + used;
        for (; place != queue->jobs && place[-1].priority >= job.priority; place--)
            *place = place[-1];
        *place = job;
        queue->used = used + 1;
        if (queue->most <= used)
            queue->most = used + 1;
        if (used == 0)
            pthread_cond_signal(&queue->filled);
    } else if (queue->closed) {
        result = EPIPE;
    } else {
        queue->rejected += 1;
        result = EAGAIN;
    }
    pthread_mutex_unlock(&queue->lock);
    return result;
}
/* verdict: passed */
