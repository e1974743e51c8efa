// Any bytes at all as a manifest.
//
// Each input is looked at as it is, and again with the digest at its end computed anew: otherwise
// no input but the seeds would get past it.
#include "manifest.h"
#include "bytes.h"
#include "place.h"

#include <string.h>

enum { GENERATION_AT = 16, HEADER_SIZE = 72 };

// Every byte of it has to be there.
static void read_all(const struct text *text) {
    static volatile unsigned char sum;
    for (size_t i = 0; i < text->size; i++)
        sum ^= text->data[i];
}

static void look_at(const char *path, const uint8_t *data, size_t size, bool genuine) {
    uint64_t generation = size >= HEADER_SIZE ? get_u64(data + GENERATION_AT) : 0;
    struct manifest manifest = {0}, other = {0};
    place_file(path, data, size);
    enum freshness freshness = manifest_verify(path, generation, &manifest);
    REQUIRE(freshness == STALE || (freshness == VERIFIED && genuine));
    if (freshness == VERIFIED) {
        read_all(&manifest.dependencies);
        read_all(&manifest.diagnostics);
    }
    REQUIRE(manifest_verify(path, generation + 1, &other) == STALE);
    manifest_free(&manifest);
    manifest_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[PATH_MAX];
    unsigned char digest[DIGEST_SIZE] = {0};
    place_path(path, "manifest");
    size_t body = size < DIGEST_SIZE ? size : size - DIGEST_SIZE;
    blake2b(data, body, digest, DIGEST_SIZE);
    bool genuine = size >= DIGEST_SIZE && memcmp(data + body, digest, DIGEST_SIZE) == 0;
    look_at(path, data, size, genuine);
    if (genuine)
        return 0;
    uint8_t *mended = malloc(body + DIGEST_SIZE);
    REQUIRE(mended);
    memcpy(mended, data, body);
    memcpy(mended + body, digest, DIGEST_SIZE);
    look_at(path, mended, body + DIGEST_SIZE, true);
    free(mended);
    return 0;
}
