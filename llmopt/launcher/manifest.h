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

struct text {
    const unsigned char *data;
    size_t size;
};

struct manifest {
    bool has_object;
    unsigned char object[DIGEST_SIZE];
    uint64_t object_size;
    // What else the compile leaves behind; known where `complete`.
    bool complete;
    bool has_dependencies;
    struct text dependencies; // the dependency file
    struct text diagnostics;  // on stderr where that is no terminal
    unsigned char *content;   // the file; the texts are in it
};

// Reads a manifest and looks at every file it names. `manifest` is set where it is VERIFIED, and to
// be freed. Stat data that has changed while the content has not is written into the manifest anew:
// in a fresh clone each file is hashed once.
enum freshness manifest_verify(const char *path, uint64_t generation, struct manifest *manifest);
void manifest_free(struct manifest *manifest);

#endif
