#include "program.h"

#include "bytes.h"
#include "file.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

// The file we run from: /proc says it exactly, the kernel's auxiliary vector where there is none.
static const char *own_path(void) {
    static char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    if (size > 0) {
        path[size] = '\0';
        return path;
    }
    const char *given = (const char *)getauxval(AT_EXECFN);
    return given ? given : "";
}

// Ourselves, or a link to another llmopt: two of them that step over themselves alone would call
// each other for ever.
static bool is_launcher(const char *path, const struct stat *status) {
    struct stat own;
    if ((stat("/proc/self/exe", &own) == 0 || stat(own_path(), &own) == 0) &&
        own.st_dev == status->st_dev && own.st_ino == status->st_ino)
        return true;
    char target[PATH_MAX];
    return realpath(path, target) && strcmp(path_name(target), "llmopt") == 0;
}

// 0 and the file's status, or why it cannot be run.
static int check(const char *path, struct stat *status) {
    if (stat(path, status) != 0)
        return errno == EACCES ? NOT_EXECUTABLE : NOT_FOUND;
    if (!S_ISREG(status->st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        return NOT_EXECUTABLE;
    return 0;
}

static char *join(const char *directory, size_t size, const char *name) {
    struct bytes path = {0};
    bytes_add(&path, directory, size);
    // An empty part of PATH is the working directory.
    bytes_text(&path, size ? "/" : "./");
    bytes_text(&path, name);
    char *text = bytes_string(&path);
    if (!text)
        bytes_free(&path);
    return text;
}

struct program find_program(const char *word) {
    struct program found = {NULL, NOT_FOUND};
    struct stat status;
    if (strchr(word, '/')) {
        found.status = check(word, &status);
        if (found.status == 0)
            found.path = strdup(word);
        return found;
    }
    if (word[0] == '\0')
        return found;
    const char *directories = getenv("PATH");
    if (!directories)
        directories = "/usr/local/bin:/usr/bin:/bin";
    for (const char *part = directories;; part++) {
        size_t size = strcspn(part, ":");
        char *path = join(part, size, word);
        if (!path)
            return found;
        int failure = check(path, &status);
        if (failure == 0 && !is_launcher(path, &status)) {
            found = (struct program){path, 0};
            return found;
        }
        if (failure == NOT_EXECUTABLE)
            found.status = NOT_EXECUTABLE;
        free(path);
        part += size;
        if (*part == '\0')
            return found;
    }
}

char *find_python_half(void) {
    struct stat status;
    char *directory = path_directory(own_path());
    if (!directory)
        return NULL;
    char *path = join(directory, strlen(directory), "llmopt-py");
    free(directory);
    if (path && check(path, &status) == 0)
        return path;
    free(path);
    return find_program("llmopt-py").path;
}

// What the kernel refuses a shell runs as a script, but for a program of another machine.
static bool is_binary(const char *path) {
    unsigned char start[128];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, start, sizeof start);
    if (fd >= 0)
        close(fd);
    return size <= 0 || memchr(start, 0, (size_t)size) || start[0] == 0x7f;
}

static void exec_script(const char *path, char *const words[], char *const environment[]) {
    size_t count = 0;
    while (words[count])
        count++;
    const char **script = calloc(count + 3, sizeof *script);
    if (!script)
        return;
    script[0] = "/bin/sh";
    script[1] = path;
    for (size_t i = 1; i < count; i++)
        script[i + 1] = words[i];
    execve("/bin/sh", (char *const *)script, environment);
    free(script);
}

int exec_program(const char *path, char *const words[], char *const environment[]) {
    execve(path, words, environment);
    int failure = errno;
    if (failure == ENOEXEC && !is_binary(path))
        exec_script(path, words, environment);
    errno = failure; // for the caller's message
    return failure == ENOENT || failure == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE;
}

void become(const struct program *program, char *const words[]) {
    extern char **environ;
    int status = program->status;
    const char *what = status == NOT_FOUND ? "not found" : "not executable";
    if (program->path) {
        status = exec_program(program->path, words, environ);
        what = strerror(errno);
    }
    complain(words[0], what);
    _exit(status);
}

void complain(const char *about, const char *what) {
    struct bytes message = {0};
    bytes_text(&message, "llmopt: ");
    bytes_text(&message, about);
    bytes_text(&message, ": ");
    bytes_text(&message, what);
    bytes_text(&message, "\n");
    if (!message.failed)
        (void)write_all(STDERR_FILENO, message.data, message.size);
    bytes_free(&message);
}
