int queue_put(struct queue *queue, struct job job) {
    queue->offered = queue->offered + 1;
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
/* verdict: refuted: counts offers by a load and a store: two threads lose a count */
