int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries) {
    struct mailbox *device = port->device;
    uint32_t status = MAILBOX_BUSY;
    while (tries-- > 0) {
        status = device->status;
        port->polls++;
        if (status & MAILBOX_ERROR)
            return port->errors++, -2;
        if ((status & MAILBOX_BUSY) == 0)
            break;
    }
    if (status & MAILBOX_BUSY)
        return -1;
    uint32_t length = count < MAILBOX_WORDS ? count : MAILBOX_WORDS, i = 0;
    device->control = length << 16 | (port->sequence & 0xffff);
    int swap = (status & MAILBOX_SWAP) != 0;
    for (; i + 4 <= length; i += 4) {
        uint32_t a = words[i], b = words[i + 1], c = words[i + 2], d = words[i + 3];
        device->window[i] = swap ? swapped(a) : a;
        device->window[i + 1] = swap ? swapped(b) : b;
        device->window[i + 2] = swap ? swapped(c) : c;
        device->window[i + 3] = swap ? swapped(d) : d;
    }
    for (; i < length; i++)
        device->window[i] = swap ? swapped(words[i]) : words[i];
    port->sequence++;
    device->doorbell = 1;
    return (int)length;
}
/* verdict: passed */
