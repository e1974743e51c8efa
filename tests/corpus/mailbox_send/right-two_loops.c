/* helpers: await */
static int await(struct mailbox_port *port, uint32_t tries, uint32_t *status) {
    for (; tries > 0; tries--) {
        *status = port->device->status;
        port->polls++;
        if (*status & MAILBOX_ERROR) {
            port->errors++;
            return -2;
        }
        if (!(*status & MAILBOX_BUSY))
            return 0;
    }
    return -1;
}

int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    uint32_t status;
    int failure = await(port, tries, &status);
    if (failure)
        return failure;
    uint32_t length = count > MAILBOX_WORDS ? MAILBOX_WORDS : count;
    struct mailbox *device = port->device;
    device->control = (length << 16) | (uint16_t)port->sequence;
    if (status & MAILBOX_SWAP)
        for (uint32_t i = 0; i != length; i++)
            device->window[i] = swapped(words[i]);
    else
        for (uint32_t i = 0; i != length; i++)
            device->window[i] = words[i];
    ++port->sequence;
    device->doorbell = 1;
    return (int)length;
}
/* verdict: passed */
