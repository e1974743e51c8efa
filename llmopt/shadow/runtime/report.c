#define _GNU_SOURCE
#include "report.h"
#include "kernel.h"
#include "state.h"
#include "work.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

#define NUMBER_DIGITS 24

void text_add(struct text *text, const char *words) {
    size_t count = strlen(words);
    if (text->used + count >= text->size)
        return;
    memcpy(text->bytes + text->used, words, count + 1);
    text->used += count;
}

void text_add_number(struct text *text, uint64_t number) {
    char digits[NUMBER_DIGITS];
    char *at = digits + sizeof digits - 1;
    *at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    text_add(text, at);
}

static void add_name(struct text *line, const char *name) {
    if (line->used && line->bytes[line->used - 1] != '{' && line->bytes[line->used - 1] != '[')
        text_add(line, ",");
    text_add(line, "\"");
    text_add(line, name);
    text_add(line, "\":");
}

void field_text(struct text *line, const char *name, const char *value) {
    add_name(line, name);
    text_add(line, "\"");
    for (; *value; value++) {
        /* Names of files may hold anything; nobody needs the odd ones. */
        char one[2] = {
            *value < ' ' || *value == '"' || *value == '\\' || *value == 127 ? '?' : *value, 0};
        text_add(line, one);
    }
    text_add(line, "\"");
}

void field_number(struct text *line, const char *name, uint64_t value) {
    add_name(line, name);
    text_add_number(line, value);
}

void field_bytes(struct text *line, const char *name, const void *bytes, size_t count) {
    static const char digits[] = "0123456789abcdef";
    add_name(line, name);
    text_add(line, "\"");
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = ((const unsigned char *)bytes)[i];
        char two[3] = {digits[byte >> 4], digits[byte & 15], 0};
        text_add(line, two);
    }
    text_add(line, "\"");
}

struct text report_begin(const char *event) {
    struct text line = {WORK->line, 0, sizeof WORK->line};
    text_add(&line, "{");
    field_text(&line, "event", event);
    return line;
}

static void append(const char *bytes, size_t count) {
    long fd = KERNEL4(SYS_openat, AT_FDCWD, STATE->settings.log,
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    KERNEL3(SYS_write, fd, bytes, count);
    kernel_close((int)fd);
}

void report_end(struct text *line) {
    text_add(line, "}\n");
    append(line->bytes, line->used);
}

void report_refusal(const char *reason) {
    char bytes[256];
    struct text line = {bytes, 0, sizeof bytes};
    text_add(&line, "{");
    field_text(&line, "event", "refusal");
    field_text(&line, "reason", reason);
    report_end(&line);
}
