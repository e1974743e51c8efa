#include "hot.h"

#include "clock.h"
#include "file.h"
#include "log.h"
#include "process.h"
#include "swap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REINDEX_MS = 10000 };

// What is in .llmopt for one command.
struct state {
    unsigned char command[DIGEST_SIZE];
    char *manifest_path;
    enum freshness freshness;
    struct manifest manifest;
};

static char *state_path(const struct unit *unit, const char *folder,
                        const unsigned char digest[DIGEST_SIZE]) {
    struct bytes path = {0};
    bytes_text(&path, unit->project->root);
    bytes_text(&path, folder);
    bytes_hex(&path, digest, DIGEST_SIZE);
    char *text = bytes_string(&path);
    if (!text)
        bytes_free(&path);
    return text;
}

static void log_unit(const struct unit *unit, const struct state *state, bool swapped,
                     enum reason reason) {
    struct log_line line = {
        .source = unit->project->relative,
        .output = unit->command->output,
        .swapped = swapped,
        .reason = reason,
        .object = swapped ? state->manifest.object : NULL,
        .manifest = state->command,
        .milliseconds = (uint64_t)(clock_ms() - unit->started),
    };
    log_append(unit->project->root, &line);
}

static void verify(struct state *state, uint64_t generation) {
    state->freshness = manifest_verify(state->manifest_path, generation, &state->manifest);
}

// What the Python half compiles must not come back to us, and its Python must not set LC_CTYPE
// where the locale is C: that is part of the command.
static char disable[] = "LLMOPT_DISABLE=1";
static char keep_locale[] = "PYTHONCOERCECLOCALE=0";

// `llmopt-py resolve ROOT -- COMPILER args...`; 0: not started. LLMOPT_COMMAND is the name of the
// manifest that we will look for: a shell on the way to Python may change PWD, and with it the
// digest that the Python half would find.
static pid_t start_resolver(struct processes *processes, const struct unit *unit,
                            const struct state *state) {
    char **words = unit->request->words;
    size_t count = count_words(words);
    char **resolve = calloc(count + 5, sizeof *resolve);
    char *program = find_python_half();
    struct bytes command = {0};
    bytes_text(&command, "LLMOPT_COMMAND=");
    bytes_hex(&command, state->command, DIGEST_SIZE);
    char *settings[] = {disable, keep_locale, bytes_string(&command), NULL};
    pid_t resolver = 0;
    if (resolve && program) {
        resolve[0] = program;
        resolve[1] = "resolve";
        resolve[2] = unit->project->root;
        resolve[3] = "--";
        for (size_t i = 0; i < count; i++)
            resolve[4 + i] = words[i];
        resolver = start_behind(processes, program, resolve, settings);
    }
    bytes_free(&command);
    free(program);
    free(resolve);
    return resolver;
}

// The resolver leads its group, so that what it has started ends with it.
static void stop_resolver(pid_t resolver) {
    if (resolver > 0)
        kill(-resolver, SIGTERM);
}

// Is there an object for what the files hold now, after the compile? An edit while the compiler was
// reading is noticed here. REASON_NONE: there is one, in `state`.
static enum reason verify_again(const struct unit *unit, struct state *state) {
    struct hot_entry entry;
    // The resolver may have made the index anew as well.
    if (index_find(unit->project->root, unit->project->relative, &entry) != REASON_NONE)
        return REASON_UNRESOLVED;
    verify(state, entry.generation);
    if (state->freshness != VERIFIED)
        return state->freshness == STALE ? REASON_UNRESOLVED : REASON_MANIFEST_UNTRUSTED;
    return state->manifest.has_object ? REASON_NONE : REASON_NO_RECIPE;
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

static enum reason swap(const struct unit *unit, const struct state *state) {
    char *object = state_path(unit, "/.llmopt/objects/", state->manifest.object);
    if (!object)
        return REASON_NO_MEMORY;
    enum reason reason = swap_object(object, &state->manifest, unit->command->output);
    free(object);
    return reason;
}

// After the compile. REASON_NONE: swapped.
static enum reason finish(const struct unit *unit, struct processes *processes, pid_t resolver,
                          const struct source_state *before, struct state *state) {
    bool was_verified = state->freshness == VERIFIED;
    bool timed_out = false;
    if (resolver > 0) {
        int status;
        timed_out =
            !wait_for(processes, resolver, clock_ms() + (int64_t)unit->entry.wait_ms, &status);
        if (processes->interrupted)
            return REASON_RESOLVER_RUNNING;
    }
    if (source_changed(unit, before))
        return REASON_CHANGED;
    enum reason reason = verify_again(unit, state);
    if (reason == REASON_NONE)
        return swap(unit, state);
    if (reason == REASON_UNRESOLVED && was_verified)
        return REASON_CHANGED;
    if (reason == REASON_UNRESOLVED && resolver == 0)
        return REASON_NO_RESOLVER;
    // One that is late is left to run: the next build finds what it writes.
    return reason == REASON_UNRESOLVED && timed_out ? REASON_RESOLVER_RUNNING : reason;
}

static void compile_then_swap(const struct unit *unit, struct state *state) {
    struct processes processes;
    struct source_state before = look_at_source(unit);
    processes_start(&processes);
    bool was_verified = state->freshness == VERIFIED;
    pid_t resolver = was_verified ? 0 : start_resolver(&processes, unit, state);
    pid_t compiler = start_front(&processes, unit->request->compiler.path, unit->request->words);
    if (compiler == 0) {
        stop_resolver(resolver);
        processes_end(&processes);
        log_unit(unit, state, false, REASON_NO_PROCESS);
        return;
    }
    int status;
    wait_for(&processes, compiler, -1, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        stop_resolver(resolver);
        log_unit(unit, state, false, REASON_COMPILE_FAILED);
        end_as(status);
    }
    enum reason reason = finish(unit, &processes, resolver, &before, state);
    if (processes.interrupted) {
        stop_resolver(resolver);
        end_by(processes.interrupted);
    }
    if (reason == REASON_NONE)
        log_unit(unit, state, true, was_verified ? REASON_VERIFIED : REASON_RESOLVED);
    else
        log_unit(unit, state, false, reason);
    end_as(status);
}

void compile_hot(const struct unit *unit) {
    struct state state = {0};
    if (!request_digest(unit->request, state.command))
        return;
    if (!output_is_plain(unit->command->output)) {
        log_unit(unit, &state, false, REASON_OUTPUT_NOT_REGULAR);
        return;
    }
    state.manifest_path = state_path(unit, "/.llmopt/manifests/", state.command);
    if (!state.manifest_path)
        return;
    verify(&state, unit->entry.generation);
    if (state.freshness == NOT_TRUSTED)
        log_unit(unit, &state, false, REASON_MANIFEST_UNTRUSTED);
    else if (state.freshness == VERIFIED && !state.manifest.has_object)
        log_unit(unit, &state, false, REASON_NO_RECIPE);
    else
        compile_then_swap(unit, &state);
    free(state.manifest_path);
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
