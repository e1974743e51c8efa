/* Lines of tables, taken apart into fields. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
    const char *text; /* into the line; behind the opening quote of a quoted field */
    uint32_t length;  /* up to the closing quote, doubled quotes not yet undone */
    uint16_t escapes; /* doubled quotes in it */
    bool quoted;
};

/*
 * Takes apart a line of `length` bytes (a carriage return at its end is no part of it). A field
 * that begins with a quote ends with the next single one, or else with the line; what stands
 * between that quote and the next separator is dropped. Returns how many fields the line has, at
 * least one; only the first `capacity` of them are stored.
 */
size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
    if (length > 0 && line[length - 1] == '\r')
        length--;
    size_t count = 0, at = 0;
    for (;; at++) {
        struct field field = {line + at, 0, 0, false};
        if (at < length && line[at] == '"') {
            size_t begin = ++at;
            field.quoted = true;
            field.text = line + begin;
            while (at < length && (line[at] != '"' || (at + 1 < length && line[at + 1] == '"'))) {
                if (line[at] == '"') {
                    field.escapes++;
                    at++;
                }
                at++;
            }
            field.length = (uint32_t)(at - begin);
            while (at < length && line[at] != separator)
                at++;
        } else {
            size_t begin = at;
            while (at < length && line[at] != separator)
                at++;
            field.length = (uint32_t)(at - begin);
        }
        if (count < capacity)
            fields[count] = field;
        count++;
        if (at >= length)
            return count;
    }
}

/* The value of a field, doubled quotes undone, as a string of its own; NULL with errno set without
 * memory. */
char *field_value(const struct field *field) {
    if (field->length > INT32_MAX) {
        errno = EOVERFLOW;
        return NULL;
    }
    char *value = malloc(field->length + (size_t)1);
    if (!value) {
        fprintf(stderr, "no memory for %lu bytes\n", (unsigned long)field->length);
        return NULL;
    }
    size_t to = 0;
    for (size_t i = 0; i < field->length; i++) {
        value[to++] = field->text[i];
        i += field->escapes && field->text[i] == '"';
    }
    value[to] = '\0';
    return value;
}
