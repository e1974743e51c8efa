#include "verbs.h"

#include "command.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool is_verb(const char *word) {
    static const char *const verbs[] = {
#define VERB(word) word,
#include "verbs.def"
#undef VERB
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(word, verbs[i]) == 0)
            return true;
    return false;
}

void run_verb(char **words) {
    struct program python = {find_python_half(), NOT_FOUND};
    if (!python.path) {
        complain("llmopt-py", "not found beside llmopt or on PATH; is llmopt installed whole?");
        _exit(NOT_FOUND);
    }
    size_t count = count_words(words);
    char **call = calloc(count + 2, sizeof *call);
    if (!call) {
        complain(words[0], "out of memory");
        _exit(NOT_EXECUTABLE);
    }
    call[0] = python.path;
    memcpy(call + 1, words, count * sizeof *words);
    become(&python, call);
}
