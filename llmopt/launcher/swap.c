#include "swap.h"

#include "bytes.h"
#include "clock.h"
#include "file.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { LARGEST = 1 << 30 }; // bytes of an object

bool output_is_plain(const char *output) {
    struct stat status;
    if (lstat(output, &status) == 0)
        return S_ISREG(status.st_mode);
    return errno == ENOENT;
}

// The whole object, by malloc, only where it is what the manifest says.
static enum reason read_object(const char *path, const struct manifest *manifest,
                               unsigned char **data) {
    struct stat status;
    enum trust trust;
    int fd = open_trusted(path, &status, &trust);
    if (fd < 0)
        return trust == MISSING ? REASON_OBJECT_MISSING : REASON_OBJECT_UNTRUSTED;
    enum reason reason = REASON_OBJECT_DAMAGED;
    size_t size = (size_t)manifest->object_size;
    if (manifest->object_size <= LARGEST && (uint64_t)status.st_size == manifest->object_size) {
        unsigned char digest[DIGEST_SIZE];
        *data = malloc(size ? size : 1);
        if (!*data)
            reason = REASON_NO_MEMORY;
        else if (read_at(fd, *data, size, 0)) {
            blake2b(*data, size, digest, DIGEST_SIZE);
            if (memcmp(digest, manifest->object, DIGEST_SIZE) == 0)
                reason = REASON_NONE;
        }
    }
    close(fd);
    return reason;
}

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

static bool write_temporary(int directory, const char *name, const unsigned char *data, size_t size,
                            mode_t mode) {
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool written = write_all(fd, data, size) && fchmod(fd, mode & 0777) == 0;
    // Some file systems tell only here that the disk is full.
    written = close(fd) == 0 && written;
    if (!written)
        unlinkat(directory, name, 0);
    return written;
}

// By a new file and a rename: other links to the old one keep it, and nobody sees half an object.
static enum reason place(int directory, const char *name, const unsigned char *data, size_t size) {
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
        return REASON_OUTPUT_NOT_REGULAR;
    struct bytes temporary = {0};
    enum reason reason = REASON_OUTPUT_UNWRITABLE;
    if (temporary_name(&temporary)) {
        const char *written = (const char *)temporary.data;
        if (write_temporary(directory, written, data, size, status.st_mode)) {
            if (renameat(directory, written, directory, name) == 0)
                reason = REASON_NONE;
            else
                unlinkat(directory, written, 0);
        }
    }
    bytes_free(&temporary);
    return reason;
}

enum reason put_object(const char *output, const unsigned char *data, size_t size) {
    char *name = path_directory(output);
    int directory = name ? open(name, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    free(name);
    if (directory < 0)
        return REASON_OUTPUT_UNWRITABLE;
    enum reason reason = place(directory, path_name(output), data, size);
    close(directory);
    return reason;
}

enum reason swap_object(const char *path, const struct manifest *manifest, const char *output) {
    unsigned char *data = NULL;
    enum reason reason = read_object(path, manifest, &data);
    if (reason == REASON_NONE)
        reason = put_object(output, data, (size_t)manifest->object_size);
    free(data);
    return reason;
}
