// Which file a command word runs, and running it in our place.
#ifndef LLMOPT_PROGRAM_H
#define LLMOPT_PROGRAM_H

// A shell's exit statuses for a command that it cannot run.
enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

struct program {
    char *path; // NULL: not to be run
    int status; // 0, NOT_EXECUTABLE or NOT_FOUND
};

// As a shell finds `word`, but for launchers: a link to one in front of the real compiler on PATH
// is stepped over.
struct program find_program(const char *word);

// The Python half: beside us, or else on PATH. NULL: not installed. By malloc.
char *find_python_half(void);

// Becomes `program`. On failure returns a shell's exit status for it.
int exec_program(const char *path, char *const words[], char *const environment[]);

// As exec_program; a failure is told on stderr, as the shell would, and ends the process.
_Noreturn void become(const struct program *program, char *const words[]);

// Writes "llmopt: <about>: <what>" on stderr.
void complain(const char *about, const char *what);

#endif
