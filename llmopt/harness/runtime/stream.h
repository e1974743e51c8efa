/* Streams given to the function under test, and what it prints. */
#ifndef LLMOPT_STREAM_H
#define LLMOPT_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define STREAMS 8

struct stream {
    FILE *file;
    int descriptor;
    unsigned refused; /* lines that it does not take, before those that it does */
    size_t pending;   /* bytes that the function has left unflushed */
};

extern struct stream streams[STREAMS];
extern unsigned stream_count;

/* A stream that holds a text of the case; NULL when there are too many. */
FILE *stream_open(uint64_t place);
/* Forgets all streams. */
void stream_reset(void);
/* What a stream's file holds: at most `room` bytes. Returns how many there are. */
size_t stream_content(const struct stream *stream, unsigned char *into, size_t room);

#endif
