// Files that others may change, damage or replace while we look at them.
#ifndef LLMOPT_FILE_H
#define LLMOPT_FILE_H

#include "blake2b.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

// What tells that a file is the same without reading it, as in git's index.
struct stamp {
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint64_t device;
};

enum { STAMP_SIZE = 40 };

struct stamp stamp_of(const struct stat *status);
struct stamp stamp_decode(const unsigned char *p);
void stamp_encode(const struct stamp *stamp, unsigned char p[STAMP_SIZE]);
bool stamp_equal(const struct stamp *a, const struct stamp *b);

enum trust { TRUSTED, MISSING, UNTRUSTED };

// Opens a file of .llmopt for reading. Trusted is a regular file, not a symbolic link, that nobody
// but the user and root can write. -1 where `trust` is anything but TRUSTED.
int open_trusted(const char *path, struct stat *status, enum trust *trust);

// Reads exactly `size` bytes from `offset`. False at an earlier end or an error.
bool read_at(int fd, void *buffer, size_t size, uint64_t offset);
bool write_all(int fd, const void *data, size_t size);

// The digest of a regular file's content; its stat data goes to `status`.
bool hash_file(const char *path, struct stat *status, unsigned char digest[DIGEST_SIZE]);

#endif
