// A file in the place of another: written beside it, then renamed. Other links to the old one keep
// it, and nobody sees half a file.
#ifndef LLMOPT_REPLACEMENT_H
#define LLMOPT_REPLACEMENT_H

#include "bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum { MODE_BY_UMASK = -1 }; // as any program makes a new file

struct replacement {
    int directory;
    const char *name; // in the directory; part of `path`
    struct bytes temporary;
};

// Writes the content beside `path`, with this mode. False: nothing is left behind.
bool replacement_write(struct replacement *replacement, const char *path, const void *data,
                       size_t size, int mode);

// Puts it in the place. False: it could not, and nothing is left behind.
bool replacement_commit(struct replacement *replacement);

void replacement_discard(struct replacement *replacement);

#endif
