int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    struct mailbox *device = port->device;
    for (; tries; tries--) {
        const uint32_t status = device->status;
        port->polls++;
        if (status & (MAILBOX_ERROR | MAILBOX_BUSY)) {
            if (!(status & MAILBOX_ERROR))
                continue;
            port->errors++;
            return -2;
        }
        const uint32_t length = count <= MAILBOX_WORDS ? count : MAILBOX_WORDS;
        device->control = length * 65536 + port->sequence % 65536;
        volatile uint32_t *window = device->window;
        for (uint32_t left = length; left > 0; left--, words++)
            *window++ = status & MAILBOX_SWAP ? swapped(*words) : *words;
        port->sequence++;
        device->doorbell = 1;
        return (int)length;
    }
    return -1;
}
/* verdict: passed */
