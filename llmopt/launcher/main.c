// llmopt: a compiler launcher.
//
//     llmopt cc -O2 -c a.c -o a.o      the compiler's own work; for a hot source with a verified
//                                      recipe, its object is then put in the place of a.o
//     llmopt VERB ...                  a verb of the Python half
//
// A launch never prints, never fails and never writes for a reason of its own. Whatever is not
// plainly "one C source to one object, with options we know" is the compiler's: every doubt below
// returns, and the end of `launch` is the original command.

#include "clock.h"
#include "command.h"
#include "hot.h"
#include "path.h"
#include "plumbing.h"
#include "record.h"
#include "replace.h"
#include "verbs.h"

#include <string.h>
#include <unistd.h>

enum { WRONG_USE = 2, IDENTITY_GENERATION = 1, IDENTITY_WAIT_MS = 600000 };

static bool is_hot(struct unit *unit) {
    const struct project *project = unit->project;
    if (identity_wanted()) {
        unit->folder = "/.llmopt/identity/";
        unit->entry = (struct hot_entry){IDENTITY_GENERATION, IDENTITY_WAIT_MS};
        return true;
    }
    unit->folder = "/.llmopt/";
    enum reason reason = index_find(project->root, project->relative, &unit->entry);
    if (reason == REASON_INDEX_STALE && reindex(project))
        reason = index_find(project->root, project->relative, &unit->entry);
    return reason == REASON_NONE;
}

// Returns where the compiler has to be called as if we were not there.
static void improve(const struct request *request, int64_t started) {
    struct command command;
    struct project project;
    if (environment_reason() != REASON_NONE || !request->cwd || !request->compiler.path)
        return;
    command_parse(request->words, &command);
    if (command.reason != REASON_NONE)
        return;
    if (!find_project(request->cwd, command.source, &project))
        return;
    struct unit unit = {
        .request = request, .command = &command, .project = &project, .started = started};
    if (is_hot(&unit))
        compile_hot(&unit);
}

_Noreturn static void launch(char **words) {
    int64_t started = clock_ms();
    struct request request = request_take(words);
    if (record_request(&request))
        compile_and_replace(&request);
    else
        improve(&request, started);
    become(&request.compiler, words);
}

// As `cc` on PATH, a link to us: the compiler is the next one there. gcc looks for its parts beside
// the path it was called by, so that has to be its own.
_Noreturn static void masquerade(char **words) {
    struct program compiler = find_program(path_name(words[0]));
    if (!compiler.path)
        become(&compiler, words);
    words[0] = compiler.path;
    launch(words);
}

static bool is_compiler(const char *name) {
    return is_c_compiler(name) || strstr(name, "++") != NULL;
}

int main(int argc, char **argv) {
    static char help[] = "--help";
    if (argc > 0 && is_compiler(path_name(argv[0])))
        masquerade(argv);
    char **words = argv + (argc > 0);
    // `llmopt llmopt cc`, as a launcher that is set twice makes it, is `llmopt cc`.
    while (words[0] && strcmp(path_name(words[0]), "llmopt") == 0)
        words++;
    if (!words[0])
        run_verb((char *[]){help, NULL});
    if (is_verb(words[0]))
        run_verb(words);
    run_plumbing(words);
    if (words[0][0] == '-') {
        // CMake asks for `-print-sysroot` without a compiler: nothing on stdout, not zero.
        complain(words[0], "not a verb, and a compiler has to come before its options");
        return WRONG_USE;
    }
    launch(words);
}
