#include "log.h"

#include "blake2b.h"
#include "bytes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static bool is_shell(const char *name, size_t size) {
    static const char *const shells[] = {"sh", "dash", "bash", "busybox", "zsh", "ksh", NULL};
    for (const char *const *shell = shells; *shell; shell++)
        if (strlen(*shell) == size && memcmp(*shell, name, size) == 0)
            return true;
    return false;
}

// The parent of a process that is a shell; 0: it is none, or cannot be told.
static pid_t parent_of_shell(pid_t pid) {
    char path[32], text[256];
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return 0;
    text[size] = '\0';
    // PID (NAME) STATE PARENT ...; the name may hold anything.
    const char *name = strchr(text, '('), *end = strrchr(text, ')');
    if (!name || !end || end - name < 1 || strlen(end) < 5 ||
        !is_shell(name + 1, (size_t)(end - name - 1)))
        return 0;
    return (pid_t)strtol(end + 4, NULL, 10);
}

// The nearest process above us that is no shell: all compiles of a build have the same.
static pid_t build_tool(void) {
    enum { DEEPEST = 4 };
    pid_t pid = getppid();
    for (int depth = 0; depth < DEEPEST; depth++) {
        pid_t above = parent_of_shell(pid);
        if (above <= 0)
            break;
        pid = above;
    }
    return pid;
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
    bytes_decimal(text, (uint64_t)build_tool());
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
