#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

void window_reset(void);
uint32_t window_percentile(uint32_t percent);
uint64_t window_sum(void);
int window_add(int64_t microseconds, uint32_t *dropped);

static uint64_t state = 17;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    uint64_t digest = 0;
    for (int service = 0; service < 5; service++) {
        window_reset();
        for (int i = 0; i < 1000000; i++) {
            uint32_t dropped = 0;
            int64_t latency = 40 + next_random() % 300;
            if (next_random() % 50 == 0)
                latency += next_random() % 100000;
            int record = window_add(latency, i % 3 ? NULL : &dropped);
            digest = digest * 31 + dropped + (uint64_t)record;
            if (i % 100000 == 99999)
                printf("%d %d: median %" PRIu32 ", 99%% %" PRIu32 ", sum %" PRIu64 "\n", service, i,
                       window_percentile(50), window_percentile(99), window_sum());
        }
    }
    printf("%016" PRIx64 "\n", digest);
    return 0;
}
