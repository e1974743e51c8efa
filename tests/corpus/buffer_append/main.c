#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct buffer {
    unsigned char *data;
    size_t length;
    size_t capacity;
    int failed;
};

int buffer_append(struct buffer *buffer, const void *bytes, size_t count);
void buffer_release(struct buffer *buffer);

static uint64_t state = 41;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    for (int document = 0; document < 60; document++) {
        struct buffer out = {NULL, 0, 0, 0};
        for (int row = 0; row < 9000; row++) {
            char field[64];
            int length = snprintf(field, sizeof field, "%" PRIu32 ";%d\n", next_random(), row);
            if (buffer_append(&out, field, (size_t)length) != 0)
                return 1;
            if (row % 1000 == 999 && buffer_append(&out, "--\n", 3) != 0)
                return 1;
        }
        uint64_t digest = 0;
        for (size_t i = 0; i < out.length; i++)
            digest = digest * 257 + out.data[i];
        printf("%d: %zu of %zu, %016" PRIx64 "\n", document, out.length, out.capacity, digest);
        buffer_release(&out);
    }
    return 0;
}
