#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct rect {
    int32_t left, top, right, bottom;
};

struct clipped {
    uint8_t visible;
    uint8_t edges;
    struct rect rect;
    double coverage;
    double center_x;
    double center_y;
};

struct clipped clip_rect(struct rect rect, struct rect window);

static uint64_t state = 31;

static int32_t next_random(int32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int32_t)((state >> 33) % (uint64_t)below);
}

static uint64_t bits(double value) {
    uint64_t result;
    memcpy(&result, &value, sizeof result);
    return result;
}

int main(void) {
    struct rect window = {0, 0, 1920, 1080};
    uint64_t digest = 0;
    long visible = 0;
    for (int frame = 0; frame < 40; frame++) {
        for (int i = 0; i < 100000; i++) {
            struct rect r;
            r.left = next_random(2400) - 240;
            r.top = next_random(1400) - 160;
            r.right = r.left + 1 + next_random(300);
            r.bottom = r.top + 1 + next_random(200);
            struct clipped c = clip_rect(r, window);
            visible += c.visible;
            digest = digest * 31 + c.edges + (uint64_t)c.rect.left + (uint64_t)c.rect.bottom;
            digest =
                digest * 31 + (uint64_t)(c.coverage * 10000) + bits(c.center_x) + bits(c.center_y);
        }
        printf("%d: %ld visible, %016" PRIx64 "\n", frame, visible, digest);
    }
    return 0;
}
