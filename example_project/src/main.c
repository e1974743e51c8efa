/* main.c - entry point of the sigkit program. */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static void print_usage(FILE *out)
{
    fprintf(out, "usage: sigkit COMMAND [OPTIONS] [ARGUMENTS]\n\ncommands:\n");
    command_list(out);
}

/* 0 on success, 1 if the work failed, 2 for a wrong command line. */
static int exit_code(enum status status)
{
    if (status == STATUS_OK) {
        return 0;
    }
    return status == STATUS_USAGE ? 2 : 1;
}

int main(int argc, char **argv)
{
    enum status status = STATUS_OK;

    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0) {
        print_usage(stdout);
    } else {
        status = command_run(argc - 1, argv + 1);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "sigkit: cannot write the output\n");
        return status == STATUS_USAGE ? 2 : 1;
    }
    return exit_code(status);
}
