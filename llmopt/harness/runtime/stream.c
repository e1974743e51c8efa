#define _GNU_SOURCE
#include "stream.h"

#include "case.h"
#include "heap.h"
#include "random.h"
#include "state.h"
#include "texts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

STATE struct stream streams[STREAMS] = {{0, 0, 0, 0}};
STATE unsigned stream_count = 0;
STATE static char buffers[STREAMS][BUFSIZ] = {{0}};

/* --- a device that is full for a while ---------------------------------------------------- */

static ssize_t take(void *cookie, const char *bytes, size_t size) {
    struct stream *stream = cookie;
    size_t from = 0;
    /* By lines: in how many pieces they come must not matter. */
    while (stream->refused && from < size)
        stream->refused -= bytes[from++] == '\n';
    if (from)
        errno = ENOSPC;
    return from < size ? write(stream->descriptor, bytes + from, size - from) : 0;
}

static ssize_t give(void *cookie, char *into, size_t size) {
    return read(((struct stream *)cookie)->descriptor, into, size);
}

static int move(void *cookie, off64_t *to, int whence) {
    *to = lseek(((struct stream *)cookie)->descriptor, *to, whence);
    return *to < 0 ? -1 : 0;
}

static FILE *full_for_a_while(struct stream *stream, uint64_t place) {
    cookie_io_functions_t functions = {.read = give, .write = take, .seek = move, .close = 0};
    stream->refused = 1 + (unsigned)below(place, 3);
    return fopencookie(stream, "r+", functions);
}

/* --- streams ----------------------------------------------------------------------------- */

FILE *stream_open(uint64_t place) {
    if (stream_count == STREAMS)
        return 0;
    unsigned char content[1024];
    size_t size = text(place, content, sizeof content, 0);
    int descriptor = memfd_create("stream", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0)
        return 0;
    if (write(descriptor, content, size) != (ssize_t)size || lseek(descriptor, 0, SEEK_SET)) {
        close(descriptor);
        return 0;
    }
    bool recovers = scene.broken && chance(mixed(place, 2), 50);
    if (scene.broken && !recovers)
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE);
    struct stream *stream = &streams[stream_count];
    *stream = (struct stream){0, descriptor, 0, 0};
    heap.active = heap.giving = true;
    FILE *file = recovers ? full_for_a_while(stream, mixed(place, 3)) : fdopen(descriptor, "r+");
    heap.active = heap.giving = false;
    if (!file) {
        close(descriptor);
        return 0;
    }
    bool at_once = recovers || (scene.broken && chance(mixed(place, 1), 50)); /* it is noticed */
    setvbuf(file, buffers[stream_count], at_once ? _IONBF : _IOFBF, BUFSIZ);
    stream->file = file;
    stream_count++;
    return file;
}

void stream_reset(void) {
    /* The FILE may be gone; its descriptor is the runtime's. */
    for (unsigned i = 0; i < stream_count; i++)
        close(streams[i].descriptor);
    stream_count = 0;
}

size_t stream_content(const struct stream *stream, unsigned char *into, size_t room) {
    ssize_t got = pread(stream->descriptor, into, room, 0);
    return got < 0 ? 0 : (size_t)got;
}
