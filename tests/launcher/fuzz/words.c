// Any words at all through the parser of compiler commands.
//
// The input is cut at its zero bytes. What must hold for a unit, whatever the words are, is checked
// here; that the compiler agrees is test_parser_properties.py's.
#include "command.h"
#include "path.h"
#include "require.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 512 };

// Absolute, and nothing left to resolve.
static void check_normalised(const char *word) {
    char *path = path_normalise("/a/b", word);
    REQUIRE(path && path[0] == '/');
    size_t size = strlen(path);
    REQUIRE(size == 1 || path[size - 1] != '/');
    for (const char *part = path; (part = strchr(part, '/')); part++) {
        size_t length = strcspn(part + 1, "/");
        REQUIRE(length > 0 || size == 1);
        REQUIRE(!(length == 1 && part[1] == '.'));
        REQUIRE(!(length == 2 && part[1] == '.' && part[2] == '.'));
    }
    free(path);
    char *directory = path_directory(word);
    REQUIRE(directory && directory[0] != '\0');
    free(directory);
}

static void check_unit(char **words, size_t count, const struct command *command) {
    REQUIRE(strlen(command->classes) == count);
    const char *source = strchr(command->classes, 'S');
    REQUIRE(source && !strchr(source + 1, 'S'));
    REQUIRE(command->source == words[source - command->classes]);
    REQUIRE(command->classes[0] == 'c' && strspn(command->classes, "ckpndolS") == count);
    REQUIRE(command->output && command->output[0] != '\0');
    // What a cache writes has to have a name of its own.
    if (command->plain && command->dependencies)
        REQUIRE(command->dependencies[0] != '\0' &&
                strcmp(command->dependencies, command->output) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *words[MOST_WORDS + 1] = {NULL}, *copy = malloc(size + 1), *before = malloc(size + 1);
    REQUIRE(copy && before);
    memcpy(copy, data, size);
    copy[size] = '\0';
    memcpy(before, copy, size + 1);
    size_t count = 0;
    for (char *word = copy; count < MOST_WORDS && word <= copy + size; word += strlen(word) + 1)
        words[count++] = word;

    struct command first, second;
    command_parse(words, &first);
    command_parse(words, &second);
    REQUIRE(memcmp(copy, before, size + 1) == 0);
    REQUIRE(first.reason == second.reason);
    if (first.reason == REASON_NONE) {
        check_unit(words, count, &first);
        REQUIRE(strcmp(first.classes, second.classes) == 0);
        REQUIRE(first.source == second.source && strcmp(first.output, second.output) == 0);
        REQUIRE(first.plain == second.plain);
    }
    command_free(&first);
    command_free(&second);
    for (size_t i = 0; i < count; i++)
        check_normalised(words[i]);
    free(copy);
    free(before);
    return 0;
}
