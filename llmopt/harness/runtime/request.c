#include "request.h"

#include "case.h"
#include "nudge.h"
#include "state.h"
#include "sweep.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct words {
    const uint64_t *at, *end;
};

static _Noreturn void broken(const char *what) {
    fprintf(stderr, "the request cannot be read: %s\n", what);
    exit(EXIT_RUNTIME);
}

static const uint64_t *take(struct words *words, uint64_t count) {
    if (count > (uint64_t)(words->end - words->at))
        broken("it is cut off");
    const uint64_t *taken = words->at;
    words->at += count;
    return taken;
}

static uint64_t *file_words(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        broken(path);
    long size = ftell(file);
    rewind(file);
    if (size < 0)
        broken(path);
    *count = (size_t)size / sizeof(uint64_t);
    uint64_t *words = calloc(*count + 1, sizeof *words);
    if (!words || fread(words, sizeof *words, *count, file) != *count)
        broken(path);
    fclose(file);
    return words;
}

static void read_texts(struct request *request, struct words *words) {
    request->text_count = *take(words, 1);
    if (request->text_count > 10000)
        broken("too many texts");
    request->texts = calloc(request->text_count + 1, sizeof *request->texts);
    for (size_t i = 0; i < request->text_count; i++) {
        struct text *text = &request->texts[i];
        text->length = *take(words, 1);
        text->bytes = (const char *)take(words, (text->length + 7) / 8);
    }
}

static void know_letters(struct request *request) {
    bool known[256] = {true}; /* NUL is none */
    for (size_t i = 0; i < request->text_count; i++)
        for (size_t k = 0; k < request->texts[i].length && request->texts[i].length < 4; k++) {
            unsigned char letter = (unsigned char)request->texts[i].bytes[k];
            if (!known[letter])
                request->letters[request->letter_count++] = letter;
            known[letter] = true;
        }
}

static void read_plan(struct request *request, struct words *words) {
    request->planned_count = *take(words, 1);
    if (request->planned_count > 10000000)
        broken("too many cases");
    request->planned = calloc(request->planned_count + 1, sizeof *request->planned);
    for (size_t i = 0; i < request->planned_count; i++) {
        struct planned *planned = &request->planned[i];
        planned->number = *take(words, 1);
        planned->calls = *take(words, 1);
        if (planned->calls > SWEEP_CALLS)
            broken("too many calls");
        planned->slots = *take(words, 1);
        planned->sizes = take(words, 2 * planned->slots);
        planned->nudge_count = *take(words, 1);
        if (planned->nudge_count > NUDGES)
            broken("too many nudges");
        planned->nudges = take(words, 4 * planned->nudge_count);
    }
}

void request_read(struct request *request, const char *path) {
    size_t count;
    uint64_t *content = file_words(path, &count);
    struct words words = {content, content + count};
    request->mode = *take(&words, 1);
    request->seed = *take(&words, 1);
    request->cases = *take(&words, 1);
    request->budget = *take(&words, 1);
    request->case_budget = *take(&words, 1);
    request->fills = *take(&words, 1);
    request->integer_count = *take(&words, 1);
    request->integers = (const int64_t *)take(&words, request->integer_count);
    request->float_count = *take(&words, 1);
    request->floats = (const double *)take(&words, request->float_count);
    read_texts(request, &words);
    know_letters(request);
    read_plan(request, &words);
}
