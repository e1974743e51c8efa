// Counts the compiler's calls: LD_PRELOAD runs this in every process of a build.
//
// Writes "c" to $TRANSPARENCY_CALLS for a compile by the build, "b" for one behind it.

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_compiler(const char *path) {
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    return strcmp(name, "cc") == 0 || strstr(name, "gcc") || strncmp(name, "clang", 5) == 0;
}

__attribute__((constructor)) static void count(int argc, char **argv) {
    const char *file = getenv("TRANSPARENCY_CALLS");
    int compiles = 0;
    for (int i = 1; i < argc; i++)
        compiles |= strcmp(argv[i], "-c") == 0;
    if (!file || argc < 1 || !is_compiler(argv[0]) || !compiles)
        return;
    int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    const char *who = getenv("LLMOPT_DISABLE") ? "b" : "c";
    (void)!write(fd, who, 1);
    close(fd);
}
