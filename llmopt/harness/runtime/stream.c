#define _GNU_SOURCE
#include "stream.h"

#include "case.h"
#include "heap.h"
#include "random.h"
#include "state.h"
#include "values.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

STATE struct stream streams[STREAMS] = {{0, 0}};
STATE unsigned stream_count = 0;
STATE static char buffers[STREAMS][BUFSIZ] = {{0}};

FILE *stream_open(uint64_t place) {
    if (stream_count == STREAMS)
        return 0;
    unsigned char content[1024];
    size_t size = text(place, content, sizeof content);
    int descriptor = memfd_create("stream", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0)
        return 0;
    if (write(descriptor, content, size) != (ssize_t)size || lseek(descriptor, 0, SEEK_SET)) {
        close(descriptor);
        return 0;
    }
    if (scene.broken)
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE);
    heap.active = heap.giving = true;
    FILE *file = fdopen(descriptor, "r+");
    heap.active = heap.giving = false;
    if (!file) {
        close(descriptor);
        return 0;
    }
    bool at_once = scene.broken && chance(mixed(place, 1), 50); /* it is noticed */
    setvbuf(file, buffers[stream_count], at_once ? _IONBF : _IOFBF, BUFSIZ);
    streams[stream_count++] = (struct stream){file, descriptor};
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
