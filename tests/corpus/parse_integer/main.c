/* Lists of numbers as a client would send them. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int64_t parse_integer(const char *text, const char **end);
ptrdiff_t parse_list(int64_t *numbers, size_t capacity, const char *text);
unsigned long parsed_numbers(void);

int main(void) {
    static char line[1024];
    static int64_t numbers[32];
    uint64_t state = 1181783497276652981u, digest = 0;
    unsigned long refused = 0;
    for (int round = 0; round < 24000; round++) {
        size_t length = 0;
        for (int i = 0; i < 24; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            int64_t number = (int64_t)(state >> 2) >> (state >> 58);
            length += (size_t)snprintf(line + length, sizeof line - length, "%s%" PRId64,
                                       i ? ", " : "", state & 4096 ? number : -number);
        }
        if (round % 1000 == 999)
            memcpy(line + length, ",99999999999999999999", 22);
        if (round % 1000 == 499)
            memcpy(line + length, ",x", 3);
        ptrdiff_t count = parse_list(numbers, 32, line);
        refused += count < 0 ? (errno == ERANGE ? 1000 : 1) : 0;
        for (ptrdiff_t i = 0; i < count; i++)
            digest = digest * 31 + (uint64_t)numbers[i];
        line[0] = '\0';
    }
    const char *end;
    digest += (uint64_t)parse_integer(" -42 apples", &end);
    printf("%016" PRIx64 " %lu %lu %s\n", digest, refused, parsed_numbers(), end);
    return 0;
}
