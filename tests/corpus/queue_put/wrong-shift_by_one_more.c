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
        if (at == 0 && queue->used == QUEUE_ROOM - 1)
            queue->jobs[1].id = queue->jobs[2].id;
        queue->used++;
        if (queue->used > queue->most)
            queue->most = queue->used;
        if (queue->used == 1)
            pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return error;
}
/* verdict: refuted: when the new job goes before 62 or more others it damages the one behind it */
