#include "record.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool compiles(char **words) {
    for (; *words; words++)
        if (strcmp(*words, "-c") == 0)
            return true;
    return false;
}

static void encode(struct bytes *body, const struct request *request) {
    bytes_field(body, request->cwd);
    add_words(body, request->words);
    uint64_t count = 0;
    for (const char *const *name = command_variables; *name; name++)
        count += getenv(*name) != NULL;
    bytes_u64(body, count);
    for (const char *const *name = command_variables; *name; name++) {
        const char *value = getenv(*name);
        if (value) {
            bytes_field(body, *name);
            bytes_field(body, value);
        }
    }
}

static void append(const char *path, const struct request *request) {
    struct bytes body = {0}, record = {0};
    encode(&body, request);
    bytes_u32(&record, (uint32_t)body.size);
    bytes_add(&record, body.data, body.size);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    // One write: a parallel build appends to one file, and its records must not mix.
    if (fd >= 0 && !body.failed && !record.failed && body.size <= UINT32_MAX)
        (void)!write(fd, record.data, record.size);
    if (fd >= 0)
        close(fd);
    bytes_free(&body);
    bytes_free(&record);
}

bool record_request(const struct request *request) {
    const char *path = getenv("LLMOPT_RECORD");
    if (!path || path[0] == '\0')
        return false;
    if (request->cwd && compiles(request->words))
        append(path, request);
    return true;
}
