/* Header fields of many requests. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *find_nocase(const char *text, size_t limit, const char *word);
bool list_holds(const char *list, size_t length, const char *item);

static const char *const names[] = {"Host",          "Accept-Encoding", "User-Agent",
                                    "X-Request-Id",  "content-length",  "CONNECTION",
                                    "Cache-Control", "Cookie"};
static const char *const values[] = {"example.org",
                                     "gzip, Deflate;q=0.8, br",
                                     "Probe/1.9 (test)",
                                     "keep-alive, Upgrade",
                                     "session=8a7b6c; theme=dark",
                                     "no-cache, must-revalidate",
                                     "1776",
                                     "text/html,*/*"};
static const char *const wanted[] = {"accept-encoding:", "Content-Length:", "x-request-id: ",
                                     "if-none-match:",   "upgrade",         "MUST-revalidate"};

int main(void) {
    static char request[4096];
    uint32_t state = 88675123u;
    unsigned long found = 0, places = 0, held = 0;
    for (int round = 0; round < 16000; round++) {
        size_t length = 0;
        for (int line = 0; line < 12; line++) {
            state = state * 1664525u + 1013904223u;
            length += (size_t)snprintf(request + length, sizeof request - length, "%s: %s\r\n",
                                       names[state >> 29], values[(state >> 20) & 7]);
        }
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            const char *place = find_nocase(request, length - i % 2, wanted[i]);
            found += place != NULL;
            places += place ? (unsigned long)(place - request) : 0;
        }
        const char *value = values[round & 7];
        held += list_holds(value, strlen(value), round & 8 ? "deflate" : "KEEP-ALIVE");
    }
    printf("%lu found, %lu, %lu held\n", found, places, held);
    return 0;
}
