#include "file.h"

#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int64_t nanoseconds(struct timespec time) {
    // Unsigned, because a damaged file system may hold any time at all.
    return (int64_t)((uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec);
}

struct stamp stamp_of(const struct stat *status) {
    return (struct stamp){
        .size = (uint64_t)status->st_size,
        .mtime_ns = nanoseconds(status->st_mtim),
        .ctime_ns = nanoseconds(status->st_ctim),
        .inode = status->st_ino,
        .device = status->st_dev,
    };
}

struct stamp stamp_decode(const unsigned char *p) {
    return (struct stamp){
        .size = get_u64(p),
        .mtime_ns = (int64_t)get_u64(p + 8),
        .ctime_ns = (int64_t)get_u64(p + 16),
        .inode = get_u64(p + 24),
        .device = get_u64(p + 32),
    };
}

void stamp_encode(const struct stamp *stamp, unsigned char p[STAMP_SIZE]) {
    put_u64(p, stamp->size);
    put_u64(p + 8, (uint64_t)stamp->mtime_ns);
    put_u64(p + 16, (uint64_t)stamp->ctime_ns);
    put_u64(p + 24, stamp->inode);
    put_u64(p + 32, stamp->device);
}

bool stamp_equal(const struct stamp *a, const struct stamp *b) {
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode && a->device == b->device;
}

// O_NONBLOCK: a named pipe in place of a file must not stop the build.
enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

int open_trusted(const char *path, struct stat *status, enum trust *trust) {
    int fd = open(path, READ_FLAGS | O_NOFOLLOW);
    if (fd < 0) {
        *trust = errno == ENOENT || errno == ENOTDIR ? MISSING : UNTRUSTED;
        return -1;
    }
    if (fstat(fd, status) == 0 && S_ISREG(status->st_mode) &&
        (status->st_uid == geteuid() || status->st_uid == 0) && !(status->st_mode & 022)) {
        *trust = TRUSTED;
        return fd;
    }
    close(fd);
    *trust = UNTRUSTED;
    return -1;
}

bool read_at(int fd, void *buffer, size_t size, uint64_t offset) {
    unsigned char *p = buffer;
    while (size > 0) {
        ssize_t got = pread(fd, p, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

bool write_all(int fd, const void *data, size_t size) {
    const unsigned char *p = data;
    while (size > 0) {
        ssize_t put = write(fd, p, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        size -= (size_t)put;
    }
    return true;
}

static bool hash_descriptor(int fd, unsigned char digest[DIGEST_SIZE]) {
    static unsigned char buffer[1 << 16];
    struct blake2b hash;
    blake2b_start(&hash, DIGEST_SIZE);
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        blake2b_update(&hash, buffer, (size_t)got);
    }
    blake2b_finish(&hash, digest);
    return true;
}

bool hash_file(const char *path, struct stat *status, unsigned char digest[DIGEST_SIZE]) {
    int fd = open(path, READ_FLAGS);
    if (fd < 0)
        return false;
    bool hashed = fstat(fd, status) == 0 && S_ISREG(status->st_mode) && hash_descriptor(fd, digest);
    close(fd);
    return hashed;
}
