#include "response.h"

#include "bytes.h"
#include "file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST = 1 << 24 }; // bytes of a response file

struct words {
    char **at; // not ended by NULL
    size_t count;
    size_t capacity;
};

static bool add(struct words *words, char *word) {
    if (words->count == words->capacity) {
        size_t capacity = words->capacity * 2 + 64;
        char **grown = realloc(words->at, capacity * sizeof *grown);
        if (!grown)
            return false;
        words->at = grown;
        words->capacity = capacity;
    }
    words->at[words->count++] = word;
    return true;
}

// The content as a string; NULL where it cannot be read or holds a zero byte.
static char *read_text(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return NULL;
    char *text = NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= LARGEST) {
        size_t size = (size_t)status.st_size;
        text = malloc(size + 1);
        if (text && read_at(fd, text, size, 0) && !memchr(text, 0, size)) {
            text[size] = '\0';
        } else {
            free(text);
            text = NULL;
        }
    }
    close(fd);
    return text;
}

// One word from `*at`, decoded in place: blanks part words, quotes and backslashes keep them. False
// where libiberty's versions and LLVM differ: a backslash in quotes or before the end of a line, an
// empty word, a quote without its end, blanks that only one of them knows.
static bool take_word(char **at, char **word) {
    char *from = *at, *to = *at;
    *word = to;
    for (; *from && !strchr(" \t\r\n", *from); from++) {
        if (*from == '\v' || *from == '\f') {
            return false;
        } else if (*from == '\\') {
            if (*++from == '\0' || *from == '\n' || *from == '\r')
                return false;
            *to++ = *from;
        } else if (*from == '"' || *from == '\'') {
            char quote = *from++;
            for (; *from != quote; from++) {
                if (*from == '\0' || *from == '\\')
                    return false;
                *to++ = *from;
            }
        } else {
            *to++ = *from;
        }
    }
    *at = *from ? from + 1 : from;
    bool empty = to == *word;
    *to = '\0';
    return !empty;
}

static bool add_file(struct words *words, const char *path) {
    static const char *const marks[] = {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"};
    char *text = read_text(path);
    if (!text)
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return false;
    size_t before = words->count;
    for (char *at = text; *(at += strspn(at, " \t\r\n"));) {
        char *word;
        if (!take_word(&at, &word) || !add(words, word)) {
            words->count = before;
            return false;
        }
    }
    return true;
}

static bool has_response_file(char **words) {
    for (; *words; words++)
        if (**words == '@')
            return true;
    return false;
}

char **expand_response_files(char **words, bool *expanded) {
    *expanded = false;
    if (!has_response_file(words))
        return words;
    struct words all = {0};
    for (; *words; words++) {
        bool taken = **words == '@' && add_file(&all, *words + 1);
        *expanded |= taken;
        if (!taken && !add(&all, *words))
            return NULL;
    }
    return add(&all, NULL) ? all.at : NULL;
}
