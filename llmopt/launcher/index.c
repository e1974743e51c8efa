#include "index.h"

#include "blake2b.h"
#include "bytes.h"
#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADER_SIZE = 96,
    VERSION = 2,
    SLOT_SIZE = PATH_DIGEST_SIZE,
    WINDOW = 32, // slots read at a time
    DEFAULT_WAIT_MS = 5000,
    LONGEST_WAIT_MS = 86400000, // more is damage: nobody waits longer for one object
};

struct index {
    uint32_t slots;
    uint64_t generation;
    struct stamp lock;
    unsigned char lock_content[PATH_DIGEST_SIZE];
    uint64_t wait_ms;
};

static bool decode(const unsigned char *header, uint64_t file_size, struct index *index) {
    index->slots = get_u32(header + 12);
    index->generation = get_u64(header + 24);
    index->lock = stamp_decode(header + 32);
    index->wait_ms = get_u64(header + 72);
    memcpy(index->lock_content, header + 80, sizeof index->lock_content);
    uint32_t entries = get_u32(header + 16);
    return get_u32(header + 8) == VERSION && index->slots > 0 &&
           (index->slots & (index->slots - 1)) == 0 && entries <= index->slots &&
           get_u32(header + 20) == 0 && index->wait_ms <= LONGEST_WAIT_MS &&
           file_size == HEADER_SIZE + (uint64_t)SLOT_SIZE * index->slots;
}

// Read and not mapped: a mapping of a file that is cut off under us ends in SIGBUS, and a window of
// the table costs one system call at any size of it.
static enum reason look_up(int fd, const struct index *index, const char *relative) {
    static const unsigned char empty[SLOT_SIZE];
    unsigned char wanted[SLOT_SIZE], window[WINDOW * SLOT_SIZE];
    blake2b(relative, strlen(relative), wanted, sizeof wanted);
    uint32_t slot = (uint32_t)(get_u64(wanted) & (index->slots - 1));
    for (uint32_t seen = 0; seen < index->slots;) {
        uint32_t count = index->slots - slot; // up to the end of the table, where it wraps around
        if (count > WINDOW)
            count = WINDOW;
        if (!read_at(fd, window, count * SLOT_SIZE, HEADER_SIZE + (uint64_t)slot * SLOT_SIZE))
            return REASON_INDEX_DAMAGED;
        for (uint32_t i = 0; i < count; i++, seen++) {
            if (memcmp(window + i * SLOT_SIZE, wanted, SLOT_SIZE) == 0)
                return REASON_NONE;
            if (memcmp(window + i * SLOT_SIZE, empty, SLOT_SIZE) == 0)
                return REASON_COLD;
        }
        slot = (slot + count) & (index->slots - 1);
    }
    return REASON_COLD;
}

// All zero where there is no llmopt.lock. False: its state cannot be told.
static bool stat_lock(const char *root, struct stamp *stamp) {
    *stamp = (struct stamp){0};
    char *path = concatenate(root, "/llmopt.lock");
    if (!path)
        return false;
    struct stat status;
    int failure = lstat(path, &status) == 0 ? 0 : errno;
    free(path);
    if (failure == 0)
        *stamp = stamp_of(&status);
    return failure == 0 || failure == ENOENT;
}

// Was the index made for today's lock? In a fresh clone its stat data is another, but not its text.
static bool lock_is_same(const struct index *index, const struct stamp *lock, const char *root) {
    if (stamp_equal(&index->lock, lock))
        return true;
    if (index->lock.size == 0 || index->lock.size != lock->size)
        return false;
    unsigned char content[DIGEST_SIZE];
    struct stat status;
    char *path = concatenate(root, "/llmopt.lock");
    bool same = path && hash_file(path, &status, content) &&
                memcmp(content, index->lock_content, sizeof index->lock_content) == 0;
    free(path);
    return same;
}

static enum reason search(int fd, const struct stat *status, const struct stamp *lock,
                          const char *root, const char *relative, struct hot_entry *entry) {
    unsigned char header[HEADER_SIZE];
    struct index index;
    if (!read_at(fd, header, sizeof header, 0) || memcmp(header, "LLMOPTIX", 8) != 0)
        return REASON_INDEX_DAMAGED;
    // Of an older llmopt it is made anew; a newer one, used beside us, would do the same with ours.
    if (get_u32(header + 8) < VERSION)
        return REASON_INDEX_STALE;
    if (!decode(header, (uint64_t)status->st_size, &index))
        return REASON_INDEX_DAMAGED;
    if (!lock_is_same(&index, lock, root))
        return REASON_INDEX_STALE;
    entry->generation = index.generation;
    entry->wait_ms = index.wait_ms ? index.wait_ms : DEFAULT_WAIT_MS;
    return look_up(fd, &index, relative);
}

enum reason index_find(const char *root, const char *relative, struct hot_entry *entry) {
    struct stamp lock, none = {0};
    char *path = concatenate(root, "/.llmopt/index");
    if (!path || !stat_lock(root, &lock)) {
        free(path);
        return REASON_NO_INDEX;
    }
    struct stat status;
    enum trust trust;
    int fd = open_trusted(path, &status, &trust);
    free(path);
    if (trust == MISSING)
        return stamp_equal(&lock, &none) ? REASON_NO_INDEX : REASON_INDEX_STALE;
    if (trust == UNTRUSTED)
        return REASON_INDEX_UNTRUSTED;
    enum reason reason = search(fd, &status, &lock, root, relative, entry);
    close(fd);
    return reason;
}
