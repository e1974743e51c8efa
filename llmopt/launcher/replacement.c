#include "replacement.h"

#include "clock.h"
#include "file.h"
#include "path.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

// A name that nobody can have prepared a link under.
static bool temporary_name(struct bytes *name) {
    unsigned char random[16];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        // Older kernels; O_EXCL is what keeps this safe.
        int64_t now = clock_ms();
        pid_t self = getpid();
        memset(random, 0, sizeof random);
        memcpy(random, &now, sizeof now);
        memcpy(random + 8, &self, sizeof self);
    }
    bytes_text(name, ".llmopt-");
    bytes_hex(name, random, sizeof random);
    return bytes_string(name) != NULL;
}

static const char *temporary(const struct replacement *replacement) {
    return (const char *)replacement->temporary.data;
}

static bool write_temporary(const struct replacement *replacement, const void *data, size_t size,
                            int mode) {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = openat(replacement->directory, temporary(replacement), flags,
                    mode == MODE_BY_UMASK ? 0666 : 0600);
    if (fd < 0)
        return false;
    bool written = write_all(fd, data, size) &&
                   (mode == MODE_BY_UMASK || fchmod(fd, (mode_t)mode & 0777) == 0);
    // Some file systems tell only here that the disk is full.
    written = close(fd) == 0 && written;
    if (!written)
        unlinkat(replacement->directory, temporary(replacement), 0);
    return written;
}

static void end(struct replacement *replacement) {
    close(replacement->directory);
    bytes_free(&replacement->temporary);
}

bool replacement_write(struct replacement *replacement, const char *path, const void *data,
                       size_t size, int mode) {
    char *directory = path_directory(path);
    *replacement = (struct replacement){
        .directory = directory ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1,
        .name = path_name(path),
    };
    free(directory);
    if (replacement->directory < 0)
        return false;
    if (temporary_name(&replacement->temporary) && write_temporary(replacement, data, size, mode))
        return true;
    end(replacement);
    return false;
}

bool replacement_commit(struct replacement *replacement) {
    const char *written = temporary(replacement);
    int directory = replacement->directory;
    bool placed = renameat(directory, written, directory, replacement->name) == 0;
    if (!placed)
        unlinkat(directory, written, 0);
    end(replacement);
    return placed;
}

void replacement_discard(struct replacement *replacement) {
    unlinkat(replacement->directory, temporary(replacement), 0);
    end(replacement);
}
