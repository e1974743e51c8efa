#include "replace.h"

#include "file.h"
#include "path.h"
#include "process.h"
#include "swap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// The last -o, joined or not. NULL: none, and no private build has such a command.
static const char *named_output(char **words) {
    const char *output = NULL;
    for (; *words; words++)
        if (strcmp(*words, "-o") == 0 && words[1])
            output = *++words;
        else if (strncmp(*words, "-o", 2) == 0 && (*words)[2])
            output = *words + 2;
    return output;
}

// The object for an output, by malloc; NULL: none was given.
static unsigned char *given_object(const char *directory, const char *absolute, size_t *size) {
    unsigned char digest[DIGEST_SIZE];
    blake2b(absolute, strlen(absolute), digest, DIGEST_SIZE);
    struct bytes path = {0};
    bytes_text(&path, directory);
    bytes_text(&path, "/");
    bytes_hex(&path, digest, DIGEST_SIZE);
    const char *name = bytes_string(&path);
    struct stat status;
    enum trust trust;
    unsigned char *data = NULL;
    int fd = name ? open_trusted(name, &status, &trust) : -1;
    if (fd >= 0) {
        *size = (size_t)status.st_size;
        data = malloc(*size ? *size : 1);
        if (data && !read_at(fd, data, *size, 0)) {
            free(data);
            data = NULL;
        }
        close(fd);
    }
    bytes_free(&path);
    return data;
}

void compile_and_replace(const struct request *request) {
    const char *directory = getenv("LLMOPT_REPLACE");
    const char *output = named_output(request->words);
    if (!directory || !directory[0] || !output || !request->cwd || !request->compiler.path)
        return;
    char *absolute = path_normalise(request->cwd, output);
    size_t size = 0;
    unsigned char *data = absolute ? given_object(directory, absolute, &size) : NULL;
    free(absolute);
    if (!data)
        return;
    struct processes processes;
    processes_start(&processes);
    pid_t compiler = start_front(&processes, request->compiler.path, request->given);
    if (compiler == 0) {
        processes_end(&processes);
        free(data);
        return;
    }
    int status;
    wait_for(&processes, compiler, -1, &status);
    // The Python half compares what stands there afterwards: a failure is noticed.
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        put_object(output, data, size);
    free(data);
    end_as(status);
}
