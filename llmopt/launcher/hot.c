#include "hot.h"

#include "clock.h"
#include "file.h"
#include "log.h"
#include "process.h"
#include "serve.h"
#include "swap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REINDEX_MS = 10000 };

// What is in .llmopt for one command.
struct state {
    unsigned char command[DIGEST_SIZE];
    char *manifest_path;
    // NONE: `manifest` holds, and `object` is its object. NO_RECIPE: it holds and has none. Others:
    // the state is of no use.
    enum reason reason;
    struct manifest manifest;
    unsigned char *object;
};

static char *state_path(const struct unit *unit, const char *kind,
                        const unsigned char digest[DIGEST_SIZE]) {
    struct bytes path = {0};
    bytes_text(&path, unit->project->root);
    bytes_text(&path, unit->folder);
    bytes_text(&path, kind);
    bytes_hex(&path, digest, DIGEST_SIZE);
    char *text = bytes_string(&path);
    if (!text)
        bytes_free(&path);
    return text;
}

static void log_unit(const struct unit *unit, const struct state *state, const char *action,
                     enum reason reason, int64_t compile_ms) {
    struct log_line line = {
        .source = unit->project->relative,
        .output = unit->command->output,
        .cwd = unit->request->cwd,
        .action = action,
        .reason = reason,
        .object = strcmp(action, "passed") == 0 ? NULL : state->manifest.object,
        .manifest = state->command,
        .milliseconds = (uint64_t)(clock_ms() - unit->started),
        .compile_ms = (uint64_t)compile_ms,
    };
    log_append(unit->project->root, &line);
}

static enum reason load_object(const struct unit *unit, struct state *state) {
    if (!state->manifest.has_object)
        return REASON_NO_RECIPE;
    char *path = state_path(unit, "objects/", state->manifest.object);
    enum reason reason =
        path ? read_object(path, &state->manifest, &state->object) : REASON_NO_MEMORY;
    free(path);
    return reason;
}

// Reads the state for what the files hold now.
static void load(const struct unit *unit, uint64_t generation, struct state *state) {
    static const enum reason reasons[] = {
        [STALE] = REASON_UNRESOLVED, [NOT_TRUSTED] = REASON_MANIFEST_UNTRUSTED};
    free(state->object);
    state->object = NULL;
    manifest_free(&state->manifest);
    enum freshness freshness = manifest_verify(state->manifest_path, generation, &state->manifest);
    state->reason = freshness == VERIFIED ? load_object(unit, state) : reasons[freshness];
}

static bool can_be_resolved(enum reason reason) {
    return reason == REASON_UNRESOLVED || reason == REASON_OBJECT_MISSING ||
           reason == REASON_OBJECT_DAMAGED;
}

// What the Python half compiles must not come back to us, and its Python must not set LC_CTYPE
// where the locale is C: that is part of the command.
static char disable[] = "LLMOPT_DISABLE=1";
static char keep_locale[] = "PYTHONCOERCECLOCALE=0";

// `llmopt-py resolve ROOT -- COMPILER args...`; 0: not started. LLMOPT_COMMAND is the name of the
// manifest that we will look for: a shell on the way to Python may change PWD, and with it the
// digest that the Python half would find. LLMOPT_ANALYSIS is what the command is, so that it need
// not ask.
static pid_t start_resolver(struct processes *processes, const struct unit *unit,
                            const struct state *state) {
    char **words = unit->request->words;
    size_t count = count_words(words);
    char **resolve = calloc(count + 5, sizeof *resolve);
    char *program = find_python_half();
    struct bytes command = {0}, analysis = {0};
    bytes_text(&command, "LLMOPT_COMMAND=");
    bytes_hex(&command, state->command, DIGEST_SIZE);
    bytes_text(&analysis, "LLMOPT_ANALYSIS=");
    command_describe(unit->command, &analysis);
    char *settings[] = {disable, keep_locale, bytes_string(&command), bytes_string(&analysis),
                        NULL};
    pid_t resolver = 0;
    if (resolve && program && settings[2] && settings[3]) {
        resolve[0] = program;
        resolve[1] = "resolve";
        resolve[2] = unit->project->root;
        resolve[3] = "--";
        for (size_t i = 0; i < count; i++)
            resolve[4 + i] = words[i];
        resolver = start_behind(processes, program, resolve, settings);
    }
    bytes_free(&command);
    bytes_free(&analysis);
    free(program);
    free(resolve);
    return resolver;
}

// The resolver leads its group, so that what it has started ends with it.
static void stop_resolver(pid_t resolver) {
    if (resolver > 0)
        kill(-resolver, SIGTERM);
}

// The state for what the files hold now, after the compile. An edit while the compiler was reading
// is noticed here.
static enum reason load_again(const struct unit *unit, struct state *state) {
    struct hot_entry entry = unit->entry;
    // The resolver may have made the index anew as well.
    if (!identity_wanted() &&
        index_find(unit->project->root, unit->project->relative, &entry) != REASON_NONE)
        return REASON_UNRESOLVED;
    load(unit, entry.generation, state);
    return state->reason;
}

struct source_state {
    bool known;
    struct stamp stamp;
};

static struct source_state look_at_source(const struct unit *unit) {
    struct stat status;
    if (stat(unit->command->source, &status) != 0)
        return (struct source_state){.known = false};
    return (struct source_state){true, stamp_of(&status)};
}

static bool source_changed(const struct unit *unit, const struct source_state *before) {
    struct source_state now = look_at_source(unit);
    return !now.known || !before->known || !stamp_equal(&now.stamp, &before->stamp);
}

// The words in response files can change as well.
static bool command_changed(const struct unit *unit, const struct state *state) {
    if (!unit->request->expanded)
        return false;
    struct request again = request_take(unit->request->given);
    unsigned char digest[DIGEST_SIZE];
    return !request_digest(&again, digest) || memcmp(digest, state->command, DIGEST_SIZE) != 0;
}

// After the compile. REASON_NONE: swapped.
static enum reason finish(const struct unit *unit, struct processes *processes, pid_t resolver,
                          const struct source_state *before, struct state *state) {
    bool was_known = state->reason == REASON_NONE;
    bool timed_out = false;
    if (resolver > 0) {
        int status;
        timed_out =
            !wait_for(processes, resolver, clock_ms() + (int64_t)unit->entry.wait_ms, &status);
        if (processes->interrupted)
            return REASON_RESOLVER_RUNNING;
    }
    if (source_changed(unit, before) || command_changed(unit, state))
        return REASON_CHANGED;
    enum reason reason = load_again(unit, state);
    if (reason == REASON_NONE)
        return put_object(unit->command->output, state->object,
                          (size_t)state->manifest.object_size);
    if (reason != REASON_UNRESOLVED)
        return reason;
    if (was_known)
        return REASON_CHANGED;
    if (resolver == 0)
        return REASON_NO_RESOLVER;
    // One that is late is left to run: the next build finds what it writes.
    return timed_out ? REASON_RESOLVER_RUNNING : reason;
}

static void compile_then_swap(const struct unit *unit, struct state *state) {
    struct processes processes;
    struct source_state before = look_at_source(unit);
    processes_start(&processes);
    bool was_known = state->reason == REASON_NONE;
    pid_t resolver = was_known ? 0 : start_resolver(&processes, unit, state);
    int64_t compiling = clock_ms();
    pid_t compiler = start_front(&processes, unit->request->compiler.path, unit->request->given);
    if (compiler == 0) {
        stop_resolver(resolver);
        processes_end(&processes);
        log_unit(unit, state, "passed", REASON_NO_PROCESS, 0);
        return;
    }
    int status;
    wait_for(&processes, compiler, -1, &status);
    compiling = clock_ms() - compiling;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        stop_resolver(resolver);
        log_unit(unit, state, "passed", REASON_COMPILE_FAILED, compiling);
        end_as(status);
    }
    enum reason reason = finish(unit, &processes, resolver, &before, state);
    if (processes.interrupted) {
        stop_resolver(resolver);
        end_by(processes.interrupted);
    }
    if (reason == REASON_NONE)
        log_unit(unit, state, "swapped", was_known ? REASON_VERIFIED : REASON_RESOLVED, compiling);
    else
        log_unit(unit, state, "passed", reason, compiling);
    end_as(status);
}

// Ends the process where it succeeds.
static void serve_from_cache(const struct unit *unit, const struct state *state) {
    if (!can_serve(unit->command, &state->manifest) ||
        !serve(unit->command, &state->manifest, state->object))
        return;
    log_unit(unit, state, "direct", REASON_VERIFIED, 0);
    _exit(0);
}

static void handle(const struct unit *unit) {
    struct state state = {0};
    if (!request_digest(unit->request, state.command))
        return;
    if (!output_is_plain(unit->command->output)) {
        log_unit(unit, &state, "passed", REASON_OUTPUT_NOT_REGULAR, 0);
        return;
    }
    state.manifest_path = state_path(unit, "manifests/", state.command);
    if (!state.manifest_path)
        return;
    load(unit, unit->entry.generation, &state);
    if (state.reason == REASON_NONE)
        serve_from_cache(unit, &state);
    if (state.reason == REASON_NONE || can_be_resolved(state.reason))
        compile_then_swap(unit, &state);
    else
        log_unit(unit, &state, "passed", state.reason, 0);
    free(state.object);
    manifest_free(&state.manifest);
    free(state.manifest_path);
}

void compile_hot(const struct unit *unit) {
    struct stat status;
    // A pipe can be read once, and it is the compiler's to read.
    if (stat(unit->command->source, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    file_limit_ignore();
    handle(unit);
    file_limit_restore();
}

bool reindex(const struct project *project) {
    char *program = find_python_half();
    if (!program)
        return false;
    struct processes processes;
    processes_start(&processes);
    char *words[] = {program, "reindex", project->root, NULL};
    char *settings[] = {disable, keep_locale, NULL};
    pid_t child = start_behind(&processes, program, words, settings);
    int status = -1;
    bool ended = child > 0 && wait_for(&processes, child, clock_ms() + REINDEX_MS, &status);
    if (child > 0 && !ended)
        stop_resolver(child);
    processes_end(&processes);
    free(program);
    return ended && status == 0;
}
