/* Many values of a configuration file. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t unescape(char *text, size_t length);
ptrdiff_t unquote(char *text, size_t length);

static const char *const pieces[] = {"plain words ",
                                     "C:\\\\data",
                                     "\\n",
                                     "\\t",
                                     "tab\\tand\\nline",
                                     "say \\\"yes\\\"",
                                     "caf\\u00e9",
                                     "\\x1b[0m",
                                     "\\u20ac 5",
                                     "/usr/share/doc",
                                     "longer text without any escape in it",
                                     "50\\x25 off",
                                     "\\u2013",
                                     "a=b;",
                                     "key: value",
                                     "\\\\"};

int main(void) {
    static char line[1024];
    uint32_t state = 5783321u;
    uint64_t digest = 0, total = 0;
    for (int round = 0; round < 150000; round++) {
        size_t length = 0;
        line[length++] = '"';
        for (int i = 0; i < 12; i++) {
            state = state * 1664525u + 1013904223u;
            const char *piece = pieces[state >> 28];
            const size_t size = strlen(piece);
            memcpy(line + length, piece, size);
            length += size;
        }
        line[length++] = '"';
        ptrdiff_t inner = round & 1 ? unquote(line, length) : (ptrdiff_t)unescape(line, length);
        total += (uint64_t)inner;
        for (ptrdiff_t i = round % 8; i < inner; i += 8)
            digest = (digest ^ (unsigned char)line[i]) * 1099511628211u;
    }
    printf("%" PRIu64 " %016" PRIx64 "\n", total, digest);
    return 0;
}
