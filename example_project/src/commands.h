/* commands.h - the subcommands of the program. */
#ifndef SIGKIT_COMMANDS_H
#define SIGKIT_COMMANDS_H

#include <stdio.h>

#include "common.h"

/* Run the subcommand argv[0] with the arguments after it. Prints an error message, if any. */
enum status command_run(int argc, char **argv);

void command_list(FILE *out);

#endif
