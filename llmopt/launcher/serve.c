#include "serve.h"

#include "file.h"
#include "replacement.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { ABSENT = -1, SPECIAL = -2 };

// The mode of a file that a new one may stand for unnoticed: regular, ours, writable, under this
// name alone. ABSENT where there is none; SPECIAL: the compiler knows what to do with it.
static int replaceable_mode(const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? ABSENT : SPECIAL;
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || status.st_uid != geteuid() ||
        access(path, W_OK) != 0)
        return SPECIAL;
    return (int)(status.st_mode & 0777);
}

// On a terminal compilers colour their words and break their lines.
static bool can_say(const struct text *diagnostics) {
    struct stat status;
    if (fstat(STDERR_FILENO, &status) != 0)
        return false;
    return diagnostics->size == 0 || !isatty(STDERR_FILENO);
}

bool can_serve(const struct command *command, const struct manifest *manifest) {
    if (!command->plain || !manifest->has_object || !manifest->complete ||
        manifest->has_dependencies != (command->dependencies != NULL))
        return false;
    if (command->dependencies && replaceable_mode(command->dependencies) == SPECIAL)
        return false;
    return replaceable_mode(command->output) != SPECIAL && can_say(&manifest->diagnostics);
}

// Compilers make a new object and write into an old dependency file.
static bool prepare_object(struct replacement *replacement, const char *path,
                           const unsigned char *data, size_t size) {
    return replaceable_mode(path) != SPECIAL &&
           replacement_write(replacement, path, data, size, MODE_BY_UMASK);
}

static bool prepare_dependencies(struct replacement *replacement, const char *path,
                                 const struct text *text) {
    int mode = replaceable_mode(path);
    return mode != SPECIAL && replacement_write(replacement, path, text->data, text->size,
                                                mode == ABSENT ? MODE_BY_UMASK : mode);
}

bool serve(const struct command *command, const struct manifest *manifest,
           const unsigned char *object) {
    // In a compiler's order: the object is the younger file, and the last to be there, so that a
    // build that is killed in between makes it again.
    struct replacement output, dependencies;
    bool lists = command->dependencies != NULL;
    if (lists &&
        !prepare_dependencies(&dependencies, command->dependencies, &manifest->dependencies))
        return false;
    if (!prepare_object(&output, command->output, object, (size_t)manifest->object_size)) {
        if (lists)
            replacement_discard(&dependencies);
        return false;
    }
    // A compiler that cannot say what it has to say fails.
    const struct text *said = &manifest->diagnostics;
    if (!write_all(STDERR_FILENO, said->data, said->size)) {
        if (lists)
            replacement_discard(&dependencies);
        replacement_discard(&output);
        return false;
    }
    if (lists && !replacement_commit(&dependencies)) {
        replacement_discard(&output);
        return false;
    }
    return replacement_commit(&output);
}
