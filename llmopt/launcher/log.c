#include "log.h"

#include "blake2b.h"
#include "bytes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 1 << 20 }; // bytes; then the log is laid aside, and one before it is lost

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
    bytes_text(text, ",\"cwd\":");
    bytes_json(text, line->cwd);
    bytes_text(text, ",\"action\":");
    bytes_json(text, line->action);
    bytes_text(text, ",\"reason\":");
    bytes_json(text, reason_text(line->reason));
    bytes_text(text, ",\"object\":");
    add_digest(text, line->object);
    bytes_text(text, ",\"manifest\":");
    add_digest(text, line->manifest);
    bytes_text(text, ",\"ms\":");
    bytes_decimal(text, line->milliseconds);
    bytes_text(text, ",\"compile\":");
    bytes_decimal(text, line->compile_ms);
    bytes_text(text, ",\"parent\":");
    bytes_decimal(text, (uint64_t)getppid());
    bytes_text(text, "}\n");
}

static int open_log(const char *path, struct stat *status) {
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = open(path, flags, 0644);
    // Where others may write, this name may be a link to any file of ours.
    if (fd >= 0 && (fstat(fd, status) != 0 || !S_ISREG(status->st_mode) || status->st_nlink > 1 ||
                    status->st_uid != geteuid())) {
        close(fd);
        return -1;
    }
    return fd;
}

static void lay_aside(const char *path, const struct stat *status) {
    struct stat now;
    char *aside = concatenate(path, ".1");
    // Somebody else may have done it.
    if (aside && lstat(path, &now) == 0 && now.st_ino == status->st_ino)
        (void)!rename(path, aside);
    free(aside);
}

void log_append(const char *root, const struct log_line *line) {
    char *path = concatenate(root, "/.llmopt/launcher.log");
    if (!path)
        return;
    struct stat status;
    int fd = open_log(path, &status);
    struct bytes text = {0};
    encode(&text, line);
    if (fd >= 0 && !text.failed) {
        // One write, so that the lines of a parallel build do not mix.
        (void)!write(fd, text.data, text.size);
        if (status.st_size > LARGEST)
            lay_aside(path, &status);
    }
    bytes_free(&text);
    if (fd >= 0)
        close(fd);
    free(path);
}
