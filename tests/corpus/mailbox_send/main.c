#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { MAILBOX_WORDS = 16 };

struct mailbox {
    volatile uint32_t status;
    volatile uint32_t control;
    volatile uint32_t window[MAILBOX_WORDS];
    volatile uint32_t doorbell;
};

struct mailbox_port {
    struct mailbox *device;
    uint32_t sequence;
    uint32_t polls;
    uint32_t errors;
};

int mailbox_send(struct mailbox_port *port, const uint32_t *words, uint32_t count, uint32_t tries);
int mailbox_probe(struct mailbox_port *port);

static uint64_t state = 77;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    /* A device that takes every message at once. */
    static struct mailbox device;
    struct mailbox_port port = {&device, 0, 0, 0};
    uint64_t digest = 0;
    for (int message = 0; message < 1500000; message++) {
        uint32_t words[12];
        uint32_t count = 1 + next_random() % 12;
        for (uint32_t i = 0; i < count; i++)
            words[i] = next_random();
        device.status = message % 1000 == 0 ? 4 : 0;
        if (!mailbox_probe(&port) || mailbox_send(&port, words, count, 100) != (int)count)
            return 1;
        if (device.doorbell != 1)
            return 2;
        device.doorbell = 0;
        digest = digest * 31 + device.control;
        for (uint32_t i = 0; i < count; i++)
            digest = digest * 31 + device.window[i];
    }
    printf("%016" PRIx64 ": %" PRIu32 " sent, %" PRIu32 " polls, %" PRIu32 " errors\n", digest,
           port.sequence, port.polls, port.errors);
    return 0;
}
