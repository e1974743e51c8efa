#include "request.h"

#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const command_variables[] = {
#define VARIABLE(name) #name,
#include "environment.def"
#undef VARIABLE
    NULL,
};

struct request request_take(char **words) {
    return (struct request){words, find_program(words[0]), getcwd(NULL, 0)};
}

void add_words(struct bytes *bytes, char **words) {
    bytes_u64(bytes, count_words(words));
    for (; *words; words++)
        bytes_field(bytes, *words);
}

bool request_digest(const struct request *request, unsigned char digest[DIGEST_SIZE]) {
    if (!request->cwd || !request->compiler.path)
        return false;
    struct bytes encoded = {0};
    bytes_text(&encoded, "LLMOPTCMD1");
    bytes_field(&encoded, request->cwd);
    bytes_field(&encoded, request->compiler.path);
    add_words(&encoded, request->words);
    for (const char *const *name = command_variables; *name; name++) {
        const char *value = getenv(*name);
        bytes_u64(&encoded, value != NULL);
        if (value)
            bytes_field(&encoded, value);
    }
    bool whole = !encoded.failed;
    if (whole)
        blake2b(encoded.data, encoded.size, digest, DIGEST_SIZE);
    bytes_free(&encoded);
    return whole;
}

enum reason environment_reason(void) {
    const char *disable = getenv("LLMOPT_DISABLE");
    if (disable && disable[0] != '\0' && strcmp(disable, "0") != 0)
        return REASON_DISABLED;
    // ccache sets this for its children: it would store our object as the compiler's.
    if (getenv("CCACHE_DISABLE"))
        return REASON_UNDER_CCACHE;
    // clang edits its own words by it.
    if (getenv("CCC_OVERRIDE_OPTIONS"))
        return REASON_OVERRIDDEN;
    if (getenv("DEPENDENCIES_OUTPUT") || getenv("SUNPRO_DEPENDENCIES"))
        return REASON_DEPENDENCY_ENVIRONMENT;
    return REASON_NONE;
}
