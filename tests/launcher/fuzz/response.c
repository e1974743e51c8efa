// Any bytes at all as a response file.
#include "response.h"
#include "command.h"
#include "place.h"

#include <string.h>

// The launcher never frees what it expands; here that would fill the memory.
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[PATH_MAX], word[PATH_MAX + 1] = "@";
    place_file(place_path(path, "args"), data, size);
    strcpy(word + 1, path);
    char *words[] = {"cc", word, "-c", NULL};
    bool expanded;
    char **all = expand_response_files(words, &expanded);
    REQUIRE(all);
    size_t count = count_words(all);
    REQUIRE(count >= 2 && strcmp(all[0], "cc") == 0 && strcmp(all[count - 1], "-c") == 0);
    REQUIRE(expanded || (count == 3 && all[1] == word));
    // No word is empty, none grows, and a blank in one was quoted.
    size_t letters = 0;
    for (size_t i = 1; expanded && i + 1 < count; i++) {
        REQUIRE(all[i][0] != '\0');
        letters += strlen(all[i]);
    }
    REQUIRE(letters <= size);
    struct command command;
    command_parse(all, &command);
    command_free(&command);
    return 0;
}
