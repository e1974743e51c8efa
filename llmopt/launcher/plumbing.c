#include "plumbing.h"

#include "command.h"
#include "file.h"
#include "request.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRONG_USE = 2 };

_Noreturn static void finish(struct bytes *line) {
    bytes_text(line, "\n");
    _exit(!line->failed && write_all(STDOUT_FILENO, line->data, line->size) ? 0 : 1);
}

// A function of the words alone: no file and no variable changes the answer.
_Noreturn static void analyse(char **words) {
    struct command command;
    struct bytes line = {0};
    command_parse(words, &command);
    command_describe(&command, &line);
    command_free(&command);
    finish(&line);
}

_Noreturn static void print_digest(char **words) {
    struct request request = request_take(words);
    unsigned char digest[DIGEST_SIZE];
    if (!request_digest(&request, digest)) {
        complain(words[0], "no such compiler, or no working directory");
        _exit(1);
    }
    struct bytes line = {0};
    bytes_hex(&line, digest, sizeof digest);
    finish(&line);
}

_Noreturn static void print_blake2b(const char *path, const char *size_text) {
    unsigned char digest[64], buffer[1000];
    unsigned long size = size_text ? strtoul(size_text, NULL, 10) : DIGEST_SIZE;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || size < 1 || size > sizeof digest) {
        complain(path, "cannot be read, or a size that is not 1 to 64");
        _exit(1);
    }
    struct blake2b hash;
    blake2b_start(&hash, size);
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        blake2b_update(&hash, buffer, (size_t)got);
    blake2b_finish(&hash, digest);
    close(fd);
    struct bytes line = {0};
    bytes_hex(&line, digest, size);
    finish(&line);
}

void run_plumbing(char **words) {
    bool analyses = strcmp(words[0], "--analyse") == 0;
    bool digests = strcmp(words[0], "--command-digest") == 0;
    bool hashes = strcmp(words[0], "--blake2b") == 0;
    if (!analyses && !digests && !hashes)
        return;
    if (!words[1]) {
        complain(words[0], "an argument is missing");
        _exit(WRONG_USE);
    }
    if (analyses)
        analyse(words + 1);
    if (digests)
        print_digest(words + 1);
    print_blake2b(words[1], words[2]);
}
