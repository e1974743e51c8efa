/* A table of orders, line by line. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
    const char *text;
    uint32_t length;
    uint16_t escapes;
    bool quoted;
};

size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator);
char *field_value(const struct field *field);

static const char *const goods[] = {"bolt M8", "\"nut, hex\"",   "\"pipe 3/4\"\" steel\"",
                                    "washer",  "\"board, oak\"", "glue",
                                    "\"\"",    "screw 4x40"};
static const char *const towns[] = {"Lund", "\"Ghent\"", "Basel", "Porto"};

int main(void) {
    struct field fields[12];
    char line[512];
    uint32_t state = 123456789u;
    uint64_t digest = 0;
    unsigned long most = 0, quoted = 0, escapes = 0;
    for (int row = 0; row < 120000; row++) {
        state = state * 1664525u + 1013904223u;
        int length = snprintf(line, sizeof line, "%d;%s;%u;%u.%02u;%s;;2024-%02u-%02u;%s%s", row,
                              goods[state >> 29], state >> 9 & 63, state >> 12 & 1023,
                              (state >> 5) % 100, towns[state >> 7 & 3], 1 + (state >> 11) % 12,
                              1 + (state >> 15) % 28, row % 5 ? "ok" : "late", row % 2 ? "\r" : "");
        size_t count = split_fields(fields, 12, line, (size_t)length, ';');
        most = count > most ? count : most;
        for (size_t i = 0; i < count; i++) {
            digest = digest * 31 + fields[i].length + (uint64_t)(fields[i].text - line) * 7;
            quoted += fields[i].quoted;
            escapes += fields[i].escapes;
        }
        if (row % 64 == 0) {
            char *value = field_value(&fields[1]);
            for (const char *c = value; c && *c; c++)
                digest = digest * 31 + (unsigned char)*c;
            free(value);
        }
    }
    printf("%016" PRIx64 " %lu %lu %lu\n", digest, most, quoted, escapes);
    return 0;
}
