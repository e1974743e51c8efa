/* One line of JSON for each event, written at once. */
#ifndef LLMOPT_SHADOW_REPORT_H
#define LLMOPT_SHADOW_REPORT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;
    size_t used, size;
};

/* What does not fit is left out. */
void text_add(struct text *text, const char *words);
void text_add_number(struct text *text, uint64_t number);

void field_text(struct text *line, const char *name, const char *value);
void field_number(struct text *line, const char *name, uint64_t value);
/* As hexadecimal digits, two for each byte in the order of memory. */
void field_bytes(struct text *line, const char *name, const void *bytes, size_t count);

struct text report_begin(const char *event);
void report_end(struct text *line);
/* Nothing can be compared in this program. */
void report_refusal(const char *reason);

#endif
