// .llmopt/index: which sources of a project are hot. Format: docs/formats/index.md.
#ifndef LLMOPT_INDEX_H
#define LLMOPT_INDEX_H

#include "reason.h"

#include <stdint.h>

struct hot_entry {
    uint64_t generation; // manifests of another one are stale
    uint64_t wait_ms;    // for the resolver, after the compile
};

// Is the source with this path below `root` hot? REASON_NONE: yes. REASON_INDEX_STALE: llmopt.lock
// is not the one that the index was made from.
enum reason index_find(const char *root, const char *relative, struct hot_entry *entry);

#endif
