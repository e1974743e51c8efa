#include "options.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN(spelling, form, letter)                                                              \
    {spelling, sizeof spelling - 1, form, letter, REASON_NONE, false},
#define RUN(spelling, form, letter)                                                                \
    {spelling, sizeof spelling - 1, form, letter, REASON_NONE, true},
#define PASS(spelling, form, reason)                                                               \
    {spelling, sizeof spelling - 1, form, 0, REASON_##reason, true},
static const struct option options[] = {
#include "options.def"
};
#undef KNOWN
#undef RUN
#undef PASS

// Sorted, without `-f` or `-m` and without `no-`; a final `=` says that a value follows.
static const char *const code_options[] = {
#include "code_options.def"
};
static const char *const machine_options[] = {
#include "machine_options.def"
};

static const struct option code_option = {"", 0, FLAG, 'k', REASON_NONE, false};

struct name {
    const char *text;
    size_t size;
};

static int compare(const void *key, const void *element) {
    const struct name *name = key;
    const char *known = *(const char *const *)element;
    int order = strncmp(name->text, known, name->size);
    return order ? order : (known[name->size] ? -1 : 0);
}

static bool has_name(const char *text, const char *const *names, size_t count) {
    if (strncmp(text, "no-", 3) == 0)
        text += 3;
    size_t size = strcspn(text, "=");
    struct name name = {text, size + (text[size] == '=')};
    return bsearch(&name, names, count, sizeof *names, compare) != NULL;
}

static bool fits(const struct option *option, const char *word) {
    // Nearly all of the table falls at the second character.
    if (option->spelling[1] != word[1] || strncmp(option->spelling, word, option->size) != 0)
        return false;
    bool whole = word[option->size] == '\0';
    return whole || option->form == JOINED || option->form == EITHER;
}

const struct option *find_option(const char *word) {
    const struct option *best = NULL;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (fits(&options[i], word) && (!best || options[i].size > best->size))
            best = &options[i];
    if (best)
        return best;
    if (word[1] == 'f' &&
        has_name(word + 2, code_options, sizeof code_options / sizeof *code_options))
        return &code_option;
    if (word[1] == 'm' &&
        has_name(word + 2, machine_options, sizeof machine_options / sizeof *machine_options))
        return &code_option;
    return NULL;
}
