#include "command.h"

#include "bytes.h"
#include "options.h"
#include "path.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct parser {
    char **words;
    size_t at;
    char *classes;
    enum reason mode;  // makes something else than an object
    enum reason doubt; // the first thing that is not plainly known
    const char *source;
    size_t inputs;
    const char *output;
    const char *dependencies; // by -MF
    const char *language;     // of the inputs that follow; NULL: by their suffix
    bool compiles;
    bool optimizes;
    bool lists_dependencies;
    bool wrapped; // a launcher stands before the compiler
    bool special; // an option whose compile has to run
};

size_t count_words(char **words) {
    size_t count = 0;
    while (words[count])
        count++;
    return count;
}

static void doubt(struct parser *p, enum reason reason) {
    if (p->doubt == REASON_NONE)
        p->doubt = reason;
}

static bool is_one_of(const char *word, size_t size, const char *const *list) {
    for (; *list; list++)
        if (strlen(*list) == size && memcmp(word, *list, size) == 0)
            return true;
    return false;
}

bool is_c_compiler(const char *name) {
    static const char *const names[] = {"cc", "gcc", "clang", "c89", "c99", "c11", "icx", NULL};
    size_t size = strlen(name);
    // A version is digits and dots behind a dash; a target is anything before one.
    size_t version = size;
    while (version > 0 && (isdigit((unsigned char)name[version - 1]) || name[version - 1] == '.'))
        version--;
    if (version > 0 && version < size && name[version - 1] == '-')
        size = version - 1;
    const char *base = name + size;
    while (base > name && base[-1] != '-')
        base--;
    // A target has a dash in itself. What has none, as afl-gcc, compiles in ways of its own.
    if (base > name && !memchr(name, '-', (size_t)(base - 1 - name)))
        return false;
    return is_one_of(base, (size_t)(name + size - base), names);
}

// The words before the compiler's options: `cc`, or a known wrapper and what it wraps.
static bool take_compiler(struct parser *p) {
    static const char *const wrappers[] = {"llmopt", "ccache", "sccache", "distcc", "icecc", NULL};
    for (; p->words[p->at]; p->at++) {
        const char *name = path_name(p->words[p->at]);
        p->classes[p->at] = 'c';
        if (is_one_of(name, strlen(name), wrappers)) {
            p->wrapped = true;
            continue;
        }
        p->at++;
        return is_c_compiler(name);
    }
    return false;
}

// gcc makes `.c.o` of `.c`, clang `.o`.
static bool has_stem(const char *source) {
    const char *name = path_name(source);
    return name[0] != '\0' && name[0] != '.';
}

static void take_input(struct parser *p) {
    const char *word = p->words[p->at];
    size_t size = strlen(word);
    bool c = p->language || (size > 2 && strcmp(word + size - 2, ".c") == 0);
    p->classes[p->at++] = 'S';
    p->source = word;
    if (++p->inputs > 1)
        doubt(p, REASON_SEVERAL_INPUTS);
    else if (strcmp(word, "-") == 0 || strcmp(word, "/dev/null") == 0)
        doubt(p, REASON_INPUT_NOT_FILE);
    else if (!c || !has_stem(word))
        doubt(p, REASON_NOT_C);
}

// Intel's -xCORE-AVX2 names a processor; a language begins with a small letter.
static char take_language(struct parser *p, const char *value, bool joined) {
    if (joined && isupper((unsigned char)value[0])) {
        if (strcasecmp(value, "host") == 0)
            doubt(p, REASON_NATIVE);
        return 'k';
    }
    if (strcmp(value, "none") == 0)
        p->language = NULL;
    else if (strcmp(value, "c") == 0)
        p->language = value;
    else
        doubt(p, REASON_OTHER_LANGUAGE);
    return 'l';
}

static char take_optimization(struct parser *p, const char *level) {
    static const char *const named[] = {"", "s", "z", "g", "fast", NULL};
    size_t digits = strspn(level, "0123456789");
    if (digits > 0 && level[digits] == '\0')
        p->optimizes = strspn(level, "0") != digits;
    else if (is_one_of(level, strlen(level), named))
        p->optimizes = true;
    else
        doubt(p, REASON_UNKNOWN_OPTION);
    return 'k';
}

// Elsewhere other tools take part, and objects have other names.
static char take_target(struct parser *p, const char *triple) {
    if (!strstr(triple, "-linux"))
        doubt(p, REASON_UNKNOWN_OPTION);
    return 'k';
}

// LLVM has options that read, write and print files: these do not.
static char take_backend_option(struct parser *p, const char *value) {
    static const char *const known[] = {
        "-align-all-blocks",
        "-align-all-functions",
        "-align-all-nofallthru-blocks",
        "-allow-unroll-and-jam",
        "-enable-dfa-jump-thread",
        "-enable-gvn-hoist",
        "-enable-loop-distribute",
        "-enable-loop-flatten",
        "-enable-loop-versioning-licm",
        "-enable-loopinterchange",
        "-enable-unroll-and-jam",
        "-force-vector-interleave",
        "-force-vector-width",
        "-inline-threshold",
        "-inlinehint-threshold",
        "-polly",
        "-polly-tiling",
        "-polly-vectorizer",
        "-slp-threshold",
        "-unroll-allow-partial",
        "-unroll-count",
        "-unroll-max-count",
        "-unroll-runtime",
        "-unroll-threshold",
        NULL,
    };
    if (!is_one_of(value, strcspn(value, "="), known))
        doubt(p, REASON_FORWARDED_OPTION);
    return 'k';
}

// What follows -Wp, : macros, or what writes a dependency file; nothing else and no mixture.
static char take_preprocessor(struct parser *p, const char *value) {
    static const char *const with_value[] = {"-MD", "-MMD", "-MF", "-MT", "-MQ", NULL};
    bool macros = false, dependencies = false;
    for (const char *part = value;;) {
        size_t size = strcspn(part, ",");
        if (size > 2 && part[0] == '-' && (part[1] == 'D' || part[1] == 'U')) {
            macros = true;
        } else if (size == 3 && memcmp(part, "-MP", 3) == 0) {
            dependencies = true;
        } else if (is_one_of(part, size, with_value) && part[size] == ',') {
            dependencies = true;
            part += size + 1;
            size = strcspn(part, ",");
        } else {
            doubt(p, REASON_FORWARDED_OPTION);
            return 'p';
        }
        if (part[size] == '\0')
            break;
        part += size + 1;
    }
    if (macros && dependencies)
        doubt(p, REASON_FORWARDED_OPTION);
    p->special = true;
    return macros ? 'p' : 'd';
}

static void take_output(struct parser *p, const char *value) {
    p->special |= p->output != NULL; // gcc then has several dependency files
    p->output = value;
    if (value[0] == '\0' || strcmp(value, "-") == 0 || strcmp(value, "/dev/null") == 0)
        doubt(p, REASON_OUTPUT_NOT_FILE);
}

static void take_dependencies(struct parser *p, const char *option, const char *value) {
    if (strncmp(option, "-MF", 3) == 0)
        p->dependencies = value;
    else if (strcmp(option, "-MD") == 0 || strcmp(option, "-MMD") == 0)
        p->lists_dependencies = true;
}

static bool is_mode(enum reason reason) {
    return reason == REASON_PREPROCESSES || reason == REASON_DEPENDENCIES_ONLY ||
           reason == REASON_TO_ASSEMBLY || reason == REASON_SYNTAX_ONLY ||
           reason == REASON_OTHER_OUTPUT;
}

static void take_option(struct parser *p) {
    const char *word = p->words[p->at];
    const struct option *option = find_option(word);
    if (!option) {
        p->at++;
        doubt(p, REASON_UNKNOWN_OPTION);
        return;
    }
    bool separate =
        option->form == SEPARATE || (option->form == EITHER && word[option->size] == '\0');
    const char *value = separate ? p->words[p->at + 1] : word + option->size;
    if (!value) {
        p->at++;
        doubt(p, REASON_MISSING_VALUE);
        return;
    }
    char letter = option->letter;
    if (is_mode(option->reason) && p->mode == REASON_NONE)
        p->mode = option->reason;
    else if (option->reason != REASON_NONE)
        doubt(p, option->reason);
    else if (letter == 'o')
        take_output(p, value);
    else if (letter == 'l')
        letter = take_language(p, value, !separate);
    else if (letter == 'O')
        letter = take_optimization(p, value);
    else if (letter == 'T')
        letter = take_target(p, value);
    else if (letter == 'B')
        letter = take_backend_option(p, value);
    else if (letter == 'W')
        letter = take_preprocessor(p, value);
    else if (letter == 'd')
        take_dependencies(p, word, value);
    else if (letter == 'c')
        p->compiles = true;
    p->special |= option->runs;
    p->classes[p->at++] = letter;
    if (separate)
        p->classes[p->at++] = letter;
}

// The object that a compiler makes where no -o says: it lies in the working directory.
static char *derived_output(const char *source) {
    const char *name = path_name(source);
    const char *dot = strrchr(name, '.');
    size_t size = dot ? (size_t)(dot - name) : strlen(name);
    struct bytes output = {0};
    bytes_add(&output, name, size);
    bytes_text(&output, ".o");
    char *text = bytes_string(&output);
    if (!text)
        bytes_free(&output);
    return text;
}

// The dependency file that -MD writes where no -MF says; by malloc. NULL: not plainly known.
static char *derived_dependencies(const char *output) {
    size_t size = strlen(output);
    char *name = size > 2 && strcmp(output + size - 2, ".o") == 0 ? strdup(output) : NULL;
    if (name)
        name[size - 1] = 'd';
    return name;
}

static void describe_outputs(const struct parser *p, struct command *command) {
    command->plain = !p->wrapped && !p->special && p->output;
    if (p->lists_dependencies) {
        bool given = p->dependencies && p->dependencies[0] != '\0';
        command->dependencies =
            given ? strdup(p->dependencies) : derived_dependencies(command->output);
        if (!command->dependencies || strcmp(command->dependencies, "-") == 0 ||
            strcmp(command->dependencies, command->output) == 0)
            command->plain = false;
    } else if (p->dependencies) {
        command->plain = false;
    }
}

// What a command makes says more than the option we stumbled over.
static enum reason conclude(const struct parser *p) {
    if (p->mode != REASON_NONE)
        return p->mode;
    if (!p->compiles)
        return REASON_NO_COMPILE;
    if (p->doubt != REASON_NONE)
        return p->doubt;
    if (p->inputs == 0)
        return REASON_NO_INPUT;
    return p->optimizes ? REASON_NONE : REASON_NOT_OPTIMIZED;
}

static enum reason parse(struct parser *p) {
    if (!take_compiler(p))
        return REASON_UNKNOWN_COMPILER;
    while (p->words[p->at]) {
        const char *word = p->words[p->at];
        if (word[0] == '@') {
            p->at++;
            doubt(p, REASON_RESPONSE_FILE);
        } else if (word[0] == '-' && word[1] != '\0') {
            take_option(p);
        } else {
            take_input(p);
        }
    }
    return conclude(p);
}

void command_parse(char **words, struct command *command) {
    *command = (struct command){.reason = REASON_NO_MEMORY};
    command->classes = calloc(count_words(words) + 1, 1);
    if (!command->classes)
        return;
    struct parser parser = {.words = words, .classes = command->classes};
    command->reason = parse(&parser);
    if (command->reason != REASON_NONE)
        return;
    command->source = parser.source;
    command->output = parser.output ? strdup(parser.output) : derived_output(parser.source);
    if (command->output)
        describe_outputs(&parser, command);
    else
        command->reason = REASON_NO_MEMORY;
}

void command_describe(const struct command *command, struct bytes *text) {
    if (command->reason != REASON_NONE) {
        bytes_text(text, "{\"kind\":\"pass\",\"reason\":");
        bytes_json(text, reason_text(command->reason));
        bytes_text(text, "}");
        return;
    }
    bytes_text(text, "{\"kind\":\"unit\",\"reason\":null,\"source\":");
    bytes_json(text, command->source);
    bytes_text(text, ",\"output\":");
    bytes_json(text, command->output);
    bytes_text(text, ",\"dependencies\":");
    if (command->dependencies)
        bytes_json(text, command->dependencies);
    else
        bytes_text(text, "null");
    bytes_text(text, command->plain ? ",\"plain\":true" : ",\"plain\":false");
    bytes_text(text, ",\"classes\":");
    bytes_json(text, command->classes);
    bytes_text(text, "}");
}

void command_free(struct command *command) {
    free(command->output);
    free(command->dependencies);
    free(command->classes);
    *command = (struct command){0};
}
