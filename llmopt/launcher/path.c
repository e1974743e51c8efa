#include "path.h"

#include "bytes.h"

#include <stdlib.h>
#include <string.h>

const char *path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_normalise(const char *cwd, const char *path) {
    struct bytes whole = {0};
    if (path[0] != '/') {
        bytes_text(&whole, cwd);
        bytes_text(&whole, "/");
    }
    bytes_text(&whole, path);
    char *text = bytes_string(&whole);
    if (!text) {
        bytes_free(&whole);
        return NULL;
    }
    // In place: what is written never overtakes what is read.
    size_t end = 0;
    for (const char *part = text; *part;) {
        part += strspn(part, "/");
        size_t size = strcspn(part, "/");
        if (size == 2 && part[0] == '.' && part[1] == '.') {
            while (end > 0 && text[--end] != '/') {
            }
        } else if (size > 0 && !(size == 1 && part[0] == '.')) {
            text[end++] = '/';
            memmove(text + end, part, size);
            end += size;
        }
        part += size;
    }
    if (end == 0)
        text[end++] = '/';
    text[end] = '\0';
    return text;
}

char *path_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}
