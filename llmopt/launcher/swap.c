#include "swap.h"

#include "file.h"
#include "replacement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST = 1 << 30 }; // bytes of an object

bool output_is_plain(const char *output) {
    struct stat status;
    if (lstat(output, &status) == 0)
        return S_ISREG(status.st_mode);
    return errno == ENOENT;
}

static enum reason read_checked(int fd, const struct manifest *manifest, unsigned char *data) {
    unsigned char digest[DIGEST_SIZE];
    size_t size = (size_t)manifest->object_size;
    if (!read_at(fd, data, size, 0))
        return REASON_OBJECT_DAMAGED;
    blake2b(data, size, digest, DIGEST_SIZE);
    bool same = memcmp(digest, manifest->object, DIGEST_SIZE) == 0;
    return same ? REASON_NONE : REASON_OBJECT_DAMAGED;
}

enum reason read_object(const char *path, const struct manifest *manifest, unsigned char **data) {
    struct stat status;
    enum trust trust;
    *data = NULL;
    int fd = open_trusted(path, &status, &trust);
    if (fd < 0)
        return trust == MISSING ? REASON_OBJECT_MISSING : REASON_OBJECT_UNTRUSTED;
    enum reason reason = REASON_OBJECT_DAMAGED;
    if (manifest->object_size <= LARGEST && (uint64_t)status.st_size == manifest->object_size) {
        *data = malloc(manifest->object_size ? (size_t)manifest->object_size : 1);
        reason = *data ? read_checked(fd, manifest, *data) : REASON_NO_MEMORY;
    }
    close(fd);
    if (reason != REASON_NONE) {
        free(*data);
        *data = NULL;
    }
    return reason;
}

enum reason put_object(const char *output, const unsigned char *data, size_t size) {
    struct stat status;
    // Compilers make a new file; one with other names has a meaning that a new one would not have.
    if (lstat(output, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)
        return REASON_OUTPUT_NOT_REGULAR;
    struct replacement object;
    if (!replacement_write(&object, output, data, size, (int)(status.st_mode & 0777)) ||
        !replacement_commit(&object))
        return REASON_OUTPUT_UNWRITABLE;
    return REASON_NONE;
}
