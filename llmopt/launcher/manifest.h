// .llmopt/manifests/<command digest>: what one compile command depends on, and the object that
// belongs to it. Format: docs/formats/manifest.md.
#ifndef LLMOPT_MANIFEST_H
#define LLMOPT_MANIFEST_H

#include "blake2b.h"

#include <stdbool.h>
#include <stdint.h>

enum freshness {
    VERIFIED,    // all it depends on is as it was
    STALE,       // missing, damaged, of another generation, or something has changed
    NOT_TRUSTED, // not ours to use
};

struct manifest {
    bool has_object;
    unsigned char object[DIGEST_SIZE];
    uint64_t object_size;
};

// Reads a manifest and looks at every file it names. `manifest` is set where it is VERIFIED.
enum freshness manifest_verify(const char *path, uint64_t generation, struct manifest *manifest);

#endif
