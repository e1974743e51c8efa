#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

extern int64_t bucket_tokens;
extern uint32_t bucket_denied;
extern uint64_t bucket_sent_bytes;

void bucket_configure(uint32_t bytes_per_second, uint32_t burst_bytes, uint64_t now);
int64_t bucket_take(uint32_t bytes, uint64_t now);

static uint64_t state = 5;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    uint64_t now = 1000000;
    uint64_t digest = 0;
    for (uint32_t rate = 125000; rate <= 125000000; rate *= 10) {
        bucket_configure(rate, rate / 8 + 3000, now);
        for (int i = 0; i < 2000000; i++) {
            uint32_t bytes = 64 + next_random() % 1437;
            int64_t wait = bucket_take(bytes, now);
            digest = digest * 31 + (uint64_t)wait + bucket_denied;
            if (wait > 0)
                now += (uint64_t)wait;
            else if (next_random() % 64 == 0)
                now += 1 + next_random() % 5;
        }
        printf("%" PRIu32 ": sent %" PRIu64 ", left %" PRId64 ", %016" PRIx64 "\n", rate,
               bucket_sent_bytes, bucket_tokens, digest);
    }
    return 0;
}
