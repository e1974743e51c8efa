/* Sends messages through the mailbox of a device: every access to its registers counts. */
#include <stdint.h>

enum { MAILBOX_WORDS = 16 };
enum { MAILBOX_BUSY = 1u, MAILBOX_ERROR = 2u, MAILBOX_SWAP = 4u };

struct mailbox {
    volatile uint32_t status;  /* reading it clears MAILBOX_ERROR */
    volatile uint32_t control; /* the length in the upper half, a sequence number below */
    volatile uint32_t window[MAILBOX_WORDS];
    volatile uint32_t doorbell; /* any write makes the device look at the rest */
};

struct mailbox_port {
    struct mailbox *device;
    uint32_t sequence;
    uint32_t polls;  /* of the status, ever */
    uint32_t errors; /* that the device reported */
};

int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries);
int mailbox_probe(struct mailbox_port *port);

int mailbox_probe(struct mailbox_port *port) {
    port->polls++;
    return (port->device->status & MAILBOX_BUSY) == 0;
}

static uint32_t swapped(uint32_t word) {
    return word << 24 | (word & 0xff00) << 8 | (word >> 8 & 0xff00) | word >> 24;
}

/* The words may be the port's own counters. Waits for at most `tries` looks at the status; then
   control, the words in order, the doorbell, each written once. How many words were sent, at most
   MAILBOX_WORDS; -1 if the device stays busy, -2 if it reported an error since the last look: then
   nothing is written. */
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
        device->window[i] = status & MAILBOX_SWAP ? swapped(words[i]) : words[i];
    port->sequence++;
    device->doorbell = 1;
    return (int)length;
}
