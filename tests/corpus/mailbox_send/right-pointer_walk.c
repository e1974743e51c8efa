int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    struct mailbox *const device = port->device;
    uint32_t status, looks = 0;
    do {
        if (looks == tries) {
            port->polls += looks;
            return -1;
        }
        status = device->status;
        looks++;
        if (status & MAILBOX_ERROR) {
            port->polls += looks;
            port->errors += 1;
            return -2;
        }
    } while (status & MAILBOX_BUSY);
    port->polls += looks;
    if (count > MAILBOX_WORDS)
        count = MAILBOX_WORDS;
    device->control = (port->sequence & UINT16_MAX) + (count << 16);
    volatile uint32_t *to = device->window;
    for (const uint32_t *from = words, *end = words + count; from != end; from++)
        *to++ = (status & MAILBOX_SWAP) ? swapped(*from) : *from;
    device->doorbell = 1;
    port->sequence += 1;
    return (int)count;
}
/* verdict: passed */
