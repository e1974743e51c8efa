/* text.h - edit distance and string search. */
#ifndef SIGKIT_TEXT_H
#define SIGKIT_TEXT_H

#include <stddef.h>

#define EDIT_MAX_LENGTH 255

/* The least number of inserted, deleted and replaced characters that turns a into b (the
 * Levenshtein distance); -1 if a text is longer than EDIT_MAX_LENGTH. */
int edit_distance(const char *a, const char *b);

/* How often the pattern occurs in the text, overlaps included. An empty pattern never does. */
size_t text_count(const char *text, size_t text_length, const char *pattern);

#endif
