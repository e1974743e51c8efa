int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    struct mailbox *device = port->device;
    const uint32_t *plain = (const uint32_t *)(uintptr_t)&device->status;
    uint32_t status = MAILBOX_BUSY, looks = 0;
    for (uint32_t i = 0; i < tries && (status & MAILBOX_BUSY); i++) {
        status = *plain;
        looks++;
        if (status & MAILBOX_ERROR) {
            port->polls += looks;
            port->errors++;
            return -2;
        }
    }
    port->polls += looks;
    if (status & MAILBOX_BUSY)
        return -1;
    uint32_t length = count < MAILBOX_WORDS ? count : MAILBOX_WORDS;
    device->control = length << 16 | (port->sequence & 0xffff);
    for (uint32_t i = 0; i < length; i++)
        device->window[i] = status & MAILBOX_SWAP ? swapped(words[i]) : words[i];
    port->sequence++;
    device->doorbell = 1;
    return (int)length;
}
/* verdict: refuted: polls the status as plain memory: the compiler reads it once before the loop */
