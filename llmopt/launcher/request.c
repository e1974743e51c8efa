#include "request.h"

#include "command.h"
#include "response.h"

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
    struct request request = {.given = words, .compiler = find_program(words[0])};
    request.cwd = getcwd(NULL, 0);
    request.words = expand_response_files(words, &request.expanded);
    if (!request.words) // out of memory: what is in the files is not known
        request.words = words;
    return request;
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
    bytes_text(&encoded, "LLMOPTCMD2");
    bytes_field(&encoded, request->cwd);
    bytes_field(&encoded, request->compiler.path);
    // gcc looks for it on PATH; nothing else of PATH is of interest.
    struct program assembler = find_program("as");
    bytes_field(&encoded, assembler.path ? assembler.path : "");
    free(assembler.path);
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

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value && value[0] != '\0' && strcmp(value, "0") != 0;
}

bool identity_wanted(void) { return is_set("LLMOPT_IDENTITY"); }

enum reason environment_reason(void) {
    if (is_set("LLMOPT_DISABLE"))
        return REASON_DISABLED;
    // ccache sets this for its children: it would store our object as the compiler's.
    if (getenv("CCACHE_DISABLE"))
        return REASON_UNDER_CCACHE;
    // clang edits its own words by the first, and does or says more by the others.
    static const char *const clang[] = {"CCC_OVERRIDE_OPTIONS",
                                        "CC_PRINT_OPTIONS",
                                        "CC_PRINT_HEADERS",
                                        "CC_LOG_DIAGNOSTICS",
                                        "CC_PRINT_PROC_STAT",
                                        "CC_PRINT_INTERNAL_STAT",
                                        "FORCE_CLANG_DIAGNOSTICS_CRASH",
                                        NULL};
    for (const char *const *name = clang; *name; name++)
        if (getenv(*name))
            return REASON_OVERRIDDEN;
    if (getenv("DEPENDENCIES_OUTPUT") || getenv("SUNPRO_DEPENDENCIES"))
        return REASON_DEPENDENCY_ENVIRONMENT;
    return REASON_NONE;
}
