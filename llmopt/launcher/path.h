// Paths as text.
#ifndef LLMOPT_PATH_H
#define LLMOPT_PATH_H

// What follows the last slash.
const char *path_name(const char *path);

// `path` seen from the absolute directory `cwd`, with `.`, `..` and `//` resolved as text (symbolic
// links are not looked at: the index is written by the same rule). By malloc; NULL when memory ran
// out.
char *path_normalise(const char *cwd, const char *path);

// The directory of `path` ("." where it has no slash), by malloc; NULL when memory ran out.
char *path_directory(const char *path);

#endif
