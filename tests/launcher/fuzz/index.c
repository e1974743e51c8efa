// Any bytes at all as .llmopt/index.
//
// Each input is looked at as it is, and again with what it says about llmopt.lock mended, for
// otherwise few inputs would get as far as the table.
#include "index.h"
#include "place.h"

#include <string.h>

enum { SLOTS_AT = 12, LOCK_AT = 32, LOCK_SIZE = 40, HEADER_SIZE = 96 };

static void look_up(const char *root) {
    static const char *const sources[] = {"src/sort.c", "main.c", "no/such.c", ""};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct hot_entry entry = {0};
        enum reason reason = index_find(root, sources[i], &entry);
        REQUIRE(reason == REASON_NONE || reason == REASON_COLD || reason == REASON_INDEX_DAMAGED ||
                reason == REASON_INDEX_STALE);
        // The longest that docs/formats/index.md allows.
        REQUIRE(reason != REASON_NONE || (entry.wait_ms > 0 && entry.wait_ms <= 86400000));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char root[PATH_MAX], path[PATH_MAX], locked[PATH_MAX], locked_path[PATH_MAX];
    place_path(root, "plain");
    place_path(locked, "locked");
    place_file(place_path(path, "plain/.llmopt/index"), data, size);
    look_up(root);
    if (size < HEADER_SIZE)
        return 0;
    uint8_t *mended = malloc(size);
    REQUIRE(mended);
    memcpy(mended, data, size);
    // The size alone is the lock's: then its content is compared.
    memset(mended + LOCK_AT, 0, LOCK_SIZE);
    mended[LOCK_AT] = 4;
    place_file(place_path(locked_path, "locked/.llmopt/index"), mended, size);
    look_up(locked);
    mended[LOCK_AT] = 0;
    place_file(path, mended, size);
    look_up(root);
    free(mended);
    return 0;
}
