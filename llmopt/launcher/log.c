#include "log.h"

#include "blake2b.h"
#include "bytes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 1 << 20 }; // bytes; then the log starts anew

static void add_digest(struct bytes *text, const unsigned char *digest) {
    if (!digest) {
        bytes_text(text, "null");
        return;
    }
    bytes_text(text, "\"");
    bytes_hex(text, digest, DIGEST_SIZE);
    bytes_text(text, "\"");
}

static void encode(struct bytes *text, const struct log_line *line) {
    bytes_text(text, "{\"time\":");
    bytes_decimal(text, (uint64_t)time(NULL));
    bytes_text(text, ",\"source\":");
    bytes_json(text, line->source);
    bytes_text(text, ",\"output\":");
    bytes_json(text, line->output);
    bytes_text(text, line->swapped ? ",\"action\":\"swapped\"" : ",\"action\":\"passed\"");
    bytes_text(text, ",\"reason\":");
    bytes_json(text, reason_text(line->reason));
    bytes_text(text, ",\"object\":");
    add_digest(text, line->object);
    bytes_text(text, ",\"manifest\":");
    add_digest(text, line->manifest);
    bytes_text(text, ",\"ms\":");
    bytes_decimal(text, line->milliseconds);
    bytes_text(text, "}\n");
}

void log_append(const char *root, const struct log_line *line) {
    char *path = concatenate(root, "/.llmopt/launcher.log");
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = path ? open(path, flags, 0644) : -1;
    free(path);
    if (fd < 0)
        return;
    struct stat status;
    struct bytes text = {0};
    encode(&text, line);
    if (!text.failed && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        if (status.st_size > LARGEST)
            (void)!ftruncate(fd, 0);
        // One write, so that the lines of a parallel build do not mix.
        (void)!write(fd, text.data, text.size);
    }
    bytes_free(&text);
    close(fd);
}
