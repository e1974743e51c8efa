// An object in the place of the compiler's.
#ifndef LLMOPT_SWAP_H
#define LLMOPT_SWAP_H

#include "manifest.h"
#include "reason.h"

#include <stdbool.h>

// The stored object at `path`, by malloc, only where it is what the manifest says.
enum reason read_object(const char *path, const struct manifest *manifest, unsigned char **data);

// Puts these bytes in the place of the compiler's `output`, with the mode of that one.
// REASON_NONE: done. Otherwise the compiler's object is as it was.
enum reason put_object(const char *output, const unsigned char *data, size_t size);

// Can a file be put in the place of `output`: does it not exist yet, or is it a regular file?
bool output_is_plain(const char *output);

#endif
