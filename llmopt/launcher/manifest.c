#include "manifest.h"

#include "bytes.h"
#include "file.h"
#include "replacement.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    HEADER_SIZE = 72,
    VERSION = 2,
    HAS_OBJECT = 1,
    COMPLETE = 2,
    HAS_DEPENDENCIES = 4,
    FLAGS = HAS_OBJECT | COMPLETE | HAS_DEPENDENCIES,
    TRUST_AT = STAMP_SIZE, // in a file record
    LARGEST = 1 << 26,     // bytes; a unit has hundreds of files, this is hundreds of thousands
};

// What is left to read. `damaged` is set by the first read beyond the end.
struct cursor {
    unsigned char *at;
    size_t left;
    bool damaged;
    bool refreshed; // stat data was written anew
};

// A file this young when it was hashed may change again and have the same stamp.
static const int64_t YOUNG_NS = 2000000000;
static const int64_t YOUNG_MANIFEST_NS = 60000000000;

static unsigned char *take(struct cursor *cursor, size_t size) {
    if (cursor->damaged || size > cursor->left) {
        cursor->damaged = true;
        return NULL;
    }
    unsigned char *taken = cursor->at;
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

static bool is_older(const struct stamp *stamp, int64_t age_ns) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return false;
    int64_t newest = stamp->mtime_ns > stamp->ctime_ns ? stamp->mtime_ns : stamp->ctime_ns;
    return newest < (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - age_ns;
}

static bool file_is_same(const char *path, unsigned char *record, bool *refreshed) {
    const unsigned char *digest = record + STAMP_SIZE + 4;
    struct stamp recorded = stamp_decode(record);
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    struct stamp now = stamp_of(&status);
    if (stamp_equal(&now, &recorded) && get_u32(record + TRUST_AT))
        return true;
    // Stat data differs in a fresh clone, after a touch, and where it was too young to be trusted.
    unsigned char content[DIGEST_SIZE];
    if (now.size != recorded.size || !hash_file(path, &status, content) ||
        memcmp(content, digest, DIGEST_SIZE) != 0)
        return false;
    now = stamp_of(&status);
    if (is_older(&now, YOUNG_NS)) {
        stamp_encode(&now, record);
        put_u32(record + TRUST_AT, 1);
        *refreshed = true;
    }
    return true;
}

static bool take_file(struct cursor *cursor) {
    char path[PATH_MAX];
    unsigned char *record = take(cursor, STAMP_SIZE + 4 + DIGEST_SIZE);
    return take_path(cursor, path) && get_u32(record + TRUST_AT) <= 1 &&
           file_is_same(path, record, &cursor->refreshed);
}

static struct text take_text(struct cursor *cursor) {
    uint32_t size = take_u32(cursor);
    return (struct text){take(cursor, size), size};
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
        (get_u32(header + 12) & ~(uint32_t)FLAGS) != 0 || get_u64(header + 16) != generation)
        return false;
    manifest->has_object = get_u32(header + 12) & HAS_OBJECT;
    manifest->complete = get_u32(header + 12) & COMPLETE;
    manifest->has_dependencies = get_u32(header + 12) & HAS_DEPENDENCIES;
    memcpy(manifest->object, header + 24, DIGEST_SIZE);
    manifest->object_size = get_u64(header + 56);
    *files = get_u32(header + 64);
    *absents = get_u32(header + 68);
    return true;
}

static bool verify(unsigned char *data, size_t size, uint64_t generation, struct manifest *manifest,
                   bool *refreshed) {
    unsigned char digest[DIGEST_SIZE];
    if (size < HEADER_SIZE + DIGEST_SIZE)
        return false;
    size -= DIGEST_SIZE;
    blake2b(data, size, digest, DIGEST_SIZE);
    if (memcmp(digest, data + size, DIGEST_SIZE) != 0)
        return false;
    struct cursor cursor = {.at = data, .left = size};
    uint32_t files, absents;
    if (!take_header(&cursor, generation, manifest, &files, &absents))
        return false;
    for (uint32_t i = 0; i < files; i++)
        if (!take_file(&cursor))
            return false;
    for (uint32_t i = 0; i < absents; i++)
        if (!take_absent(&cursor))
            return false;
    manifest->dependencies = take_text(&cursor);
    manifest->diagnostics = take_text(&cursor);
    *refreshed = cursor.refreshed;
    return cursor.left == 0 && !cursor.damaged;
}

// Where it cannot be written, the files are hashed again next time.
static void write_again(const char *path, const struct stat *status, unsigned char *data,
                        size_t size) {
    // A young one may be about to be completed by its resolver, which must not be undone.
    struct stamp written = stamp_of(status);
    written.ctime_ns = written.mtime_ns;
    if (!is_older(&written, YOUNG_MANIFEST_NS))
        return;
    blake2b(data, size - DIGEST_SIZE, data + size - DIGEST_SIZE, DIGEST_SIZE);
    struct replacement replacement;
    if (replacement_write(&replacement, path, data, size, 0644))
        replacement_commit(&replacement);
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
        bool refreshed = false;
        if (data && read_at(fd, data, size, 0) &&
            verify(data, size, generation, manifest, &refreshed))
            freshness = VERIFIED;
        if (freshness == VERIFIED && refreshed)
            write_again(path, &status, data, size);
        if (freshness == VERIFIED)
            manifest->content = data;
        else
            free(data);
    }
    close(fd);
    return freshness;
}

void manifest_free(struct manifest *manifest) {
    free(manifest->content);
    *manifest = (struct manifest){0};
}
