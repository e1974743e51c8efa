/* What a call left behind, in an order and in names that do not depend on where things stand. */
#ifndef LLMOPT_OBSERVE_H
#define LLMOPT_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an observation goes: bytes to compare, or lines for a person. */
struct sink {
    unsigned char *at, *end;
    bool lines, full; /* full: there was no room for all */
    char label[256];
    size_t label_length;
};

void sink_bytes(struct sink *sink, const void *bytes, size_t size);
void sink_number(struct sink *sink, uint64_t number);
/* A line, in a sink of lines. */
void sink_line(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value at a place, and nothing of what it points to. */
void observe_value(struct sink *sink, const char *label, unsigned type, const unsigned char *at);
/* Notes what the function has left unflushed in its streams: whoever flushes them comes after. */
void observe_before_flush(void);
/* Everything but the contents of blocks that the function allocated. */
void observe_state(struct sink *sink, unsigned calls);
/* Those contents, and which blocks nobody can reach any more. After `observe_state`. */
void observe_heap(struct sink *sink);
/* A pointer as a name: where it leads, whatever the addresses are. */
void observe_pointer(struct sink *sink, unsigned pointee, const void *value);

/* The arguments of a call, before it, as a person writes them. */
void describe_arguments(struct sink *sink, unsigned call);

#endif
