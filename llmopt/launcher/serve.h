// A direct hit: what the compile would leave behind, without the compiler.
#ifndef LLMOPT_SERVE_H
#define LLMOPT_SERVE_H

#include "command.h"
#include "manifest.h"

#include <stdbool.h>

// May the manifest's object, dependency file and diagnostics be given for the command, here and
// now? Looks at what stands at the outputs and at stderr.
bool can_serve(const struct command *command, const struct manifest *manifest);

// Gives them. False: nothing has changed, and the compiler has to run.
bool serve(const struct command *command, const struct manifest *manifest,
           const unsigned char *object);

#endif
