#include "manifest.h"

#include "bytes.h"
#include "file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADER_SIZE = 72,
    VERSION = 1,
    HAS_OBJECT = 1,
    LARGEST = 1 << 26, // bytes; a unit has hundreds of files, this is hundreds of thousands
};

enum kind { HASHED = 0, BY_STAMP = 1 };

// What is left to read. `damaged` is set by the first read beyond the end.
struct cursor {
    const unsigned char *at;
    size_t left;
    bool damaged;
};

static const unsigned char *take(struct cursor *cursor, size_t size) {
    if (cursor->damaged || size > cursor->left) {
        cursor->damaged = true;
        return NULL;
    }
    const unsigned char *taken = cursor->at;
    cursor->at += size;
    cursor->left -= size;
    return taken;
}

static uint32_t take_u32(struct cursor *cursor) {
    const unsigned char *p = take(cursor, 4);
    return p ? get_u32(p) : 0;
}

// An absolute path, into `path`.
static bool take_path(struct cursor *cursor, char path[PATH_MAX]) {
    uint32_t size = take_u32(cursor);
    const unsigned char *text = take(cursor, size);
    if (!text || size == 0 || size >= PATH_MAX || text[0] != '/' || memchr(text, 0, size))
        return false;
    memcpy(path, text, size);
    path[size] = '\0';
    return true;
}

static bool file_is_same(const char *path, const struct stamp *recorded, uint32_t kind,
                         uint32_t trust, const unsigned char *digest) {
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    struct stamp now = stamp_of(&status);
    bool equal = stamp_equal(&now, recorded);
    if (kind == BY_STAMP)
        return equal;
    if (equal && trust)
        return true;
    // Stat data differs in a fresh clone, after a touch, and where it was too young to be trusted.
    unsigned char content[DIGEST_SIZE];
    return (uint64_t)status.st_size == recorded->size && hash_file(path, &status, content) &&
           memcmp(content, digest, DIGEST_SIZE) == 0;
}

static bool take_file(struct cursor *cursor) {
    char path[PATH_MAX];
    const unsigned char *stamp_bytes = take(cursor, STAMP_SIZE);
    uint32_t kind = take_u32(cursor);
    uint32_t trust = take_u32(cursor);
    const unsigned char *digest = take(cursor, DIGEST_SIZE);
    if (!take_path(cursor, path) || kind > BY_STAMP || trust > 1)
        return false;
    struct stamp stamp = stamp_decode(stamp_bytes);
    return file_is_same(path, &stamp, kind, trust, digest);
}

// A look-up that failed must fail still: a new header there would shadow the one that was found.
static bool take_absent(struct cursor *cursor) {
    char path[PATH_MAX];
    struct stat status;
    return take_path(cursor, path) && stat(path, &status) != 0 &&
           (errno == ENOENT || errno == ENOTDIR);
}

static bool take_header(struct cursor *cursor, uint64_t generation, struct manifest *manifest,
                        uint32_t *files, uint32_t *absents) {
    const unsigned char *header = take(cursor, HEADER_SIZE);
    if (!header || memcmp(header, "LLMOPTMF", 8) != 0 || get_u32(header + 8) != VERSION ||
        (get_u32(header + 12) & ~(uint32_t)HAS_OBJECT) != 0 || get_u64(header + 16) != generation)
        return false;
    manifest->has_object = get_u32(header + 12) & HAS_OBJECT;
    memcpy(manifest->object, header + 24, DIGEST_SIZE);
    manifest->object_size = get_u64(header + 56);
    *files = get_u32(header + 64);
    *absents = get_u32(header + 68);
    return true;
}

static bool verify(const unsigned char *data, size_t size, uint64_t generation,
                   struct manifest *manifest) {
    unsigned char digest[DIGEST_SIZE];
    if (size < HEADER_SIZE + DIGEST_SIZE)
        return false;
    size -= DIGEST_SIZE;
    blake2b(data, size, digest, DIGEST_SIZE);
    if (memcmp(digest, data + size, DIGEST_SIZE) != 0)
        return false;
    struct cursor cursor = {data, size, false};
    uint32_t files, absents;
    if (!take_header(&cursor, generation, manifest, &files, &absents))
        return false;
    for (uint32_t i = 0; i < files; i++)
        if (!take_file(&cursor))
            return false;
    for (uint32_t i = 0; i < absents; i++)
        if (!take_absent(&cursor))
            return false;
    return cursor.left == 0;
}

enum freshness manifest_verify(const char *path, uint64_t generation, struct manifest *manifest) {
    struct stat status;
    enum trust trust;
    int fd = open_trusted(path, &status, &trust);
    if (fd < 0)
        return trust == MISSING ? STALE : NOT_TRUSTED;
    enum freshness freshness = STALE;
    if (status.st_size <= LARGEST) {
        size_t size = (size_t)status.st_size;
        unsigned char *data = malloc(size ? size : 1);
        if (data && read_at(fd, data, size, 0) && verify(data, size, generation, manifest))
            freshness = VERIFIED;
        free(data);
    }
    close(fd);
    return freshness;
}
