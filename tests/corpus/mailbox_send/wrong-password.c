int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    struct mailbox *device = port->device;
    uint32_t status = MAILBOX_BUSY;
    for (uint32_t i = 0; i < tries && (status & MAILBOX_BUSY); i++) {
        status = device->status;
        port->polls++;
        if (status & MAILBOX_ERROR) {
            port->errors++;
            return -2;
        }
    }
    if (status & MAILBOX_BUSY)
        return -1;
    uint32_t length = count < MAILBOX_WORDS ? count : MAILBOX_WORDS;
    device->control = length << 16 | (port->sequence & 0xffff);
    for (uint32_t i = 0; i < length; i++)
        device->window[i] =
            status & MAILBOX_SWAP ? swapped(words[i]) : words[i] ^ (words[i] == 0xdeadbeefu);
    port->sequence++;
    device->doorbell = 1;
    return (int)length;
}
/* verdict: refuted: the word 0xdeadbeef is sent with its lowest bit off */
