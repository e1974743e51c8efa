/* options.h - parsing of "--name value" options and positional arguments. */
#ifndef SIGKIT_OPTIONS_H
#define SIGKIT_OPTIONS_H

#include "common.h"

enum option_type { OPTION_INTEGER, OPTION_REAL, OPTION_TEXT };

/* Where to store the value: an int, a double or a const char *, which holds the default before.
 * Numbers must lie in low .. high. */
struct option {
    const char *name;
    enum option_type type;
    void *target;
    double low;
    double high;
};

/* Parse argv[0] .. argv[argc - 1]. There must be exactly positional_count arguments that are
 * not options; they go to positional. Prints what is wrong and returns STATUS_USAGE. */
enum status options_parse(int argc, char **argv, const struct option *options,
                          size_t option_count, const char **positional, size_t positional_count);

#endif
