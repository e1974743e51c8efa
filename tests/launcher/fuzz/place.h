// The private directory of a fuzz target, which the driver makes: its name is in LLMOPT_FUZZ_PLACE.
#ifndef LLMOPT_FUZZ_PLACE_H
#define LLMOPT_FUZZ_PLACE_H

#include "require.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <unistd.h>

// The path of `name` below it, in a buffer of the caller's.
static inline const char *place_path(char path[PATH_MAX], const char *name) {
    const char *place = getenv("LLMOPT_FUZZ_PLACE");
    REQUIRE(place);
    int size = snprintf(path, PATH_MAX, "%s/%s", place, name);
    REQUIRE(size > 0 && size < PATH_MAX);
    return path;
}

// A file that nobody else can write, with this content.
static inline void place_file(const char *path, const uint8_t *data, size_t size) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, data, size) == (ssize_t)size);
    close(fd);
}

#endif
