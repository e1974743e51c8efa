/* options.c - parsing of "--name value" options and positional arguments. */
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status store_integer(const struct option *option, const char *text)
{
    char *end;

    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0') {
        fprintf(stderr, "sigkit: --%s needs a whole number, not '%s'\n", option->name, text);
        return STATUS_USAGE;
    }
    if (errno == ERANGE || (double)value < option->low || (double)value > option->high) {
        fprintf(stderr, "sigkit: --%s must be in %.0f .. %.0f\n", option->name, option->low,
                option->high);
        return STATUS_USAGE;
    }
    *(int *)option->target = (int)value;
    return STATUS_OK;
}

static enum status store_real(const struct option *option, const char *text)
{
    char *end;

    double value = strtod(text, &end);
    if (end == text || *end != '\0') {
        fprintf(stderr, "sigkit: --%s needs a number, not '%s'\n", option->name, text);
        return STATUS_USAGE;
    }
    if (!(value >= option->low && value <= option->high)) {
        fprintf(stderr, "sigkit: --%s must be in %g .. %g\n", option->name, option->low,
                option->high);
        return STATUS_USAGE;
    }
    *(double *)option->target = value;
    return STATUS_OK;
}

static enum status store_value(const struct option *option, const char *text)
{
    switch (option->type) {
    case OPTION_INTEGER:
        return store_integer(option, text);
    case OPTION_REAL:
        return store_real(option, text);
    case OPTION_TEXT:
        *(const char **)option->target = text;
        return STATUS_OK;
    }
    return STATUS_USAGE;
}

static const struct option *find_option(const struct option *options, size_t option_count,
                                        const char *name)
{
    for (size_t i = 0; i < option_count; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

enum status options_parse(int argc, char **argv, const struct option *options,
                          size_t option_count, const char **positional, size_t positional_count)
{
    size_t found = 0;

    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            if (found == positional_count) {
                fprintf(stderr, "sigkit: unexpected argument '%s'\n", argv[i]);
                return STATUS_USAGE;
            }
            positional[found++] = argv[i];
            continue;
        }
        const struct option *option = find_option(options, option_count, argv[i] + 2);
        if (!option) {
            fprintf(stderr, "sigkit: unknown option '%s'\n", argv[i]);
            return STATUS_USAGE;
        }
        if (i + 1 == argc) {
            fprintf(stderr, "sigkit: %s needs a value\n", argv[i]);
            return STATUS_USAGE;
        }
        i++;
        enum status status = store_value(option, argv[i]);
        if (status) {
            return status;
        }
    }
    if (found < positional_count) {
        fprintf(stderr, "sigkit: too few arguments\n");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}
