/* Latencies of the latest requests: a ring and the histogram over just what is in the ring. */
#include <stdint.h>
#include <string.h>

enum { WINDOW = 256, BUCKETS = 16 };

static uint32_t ring[WINDOW];
static uint32_t oldest; /* where the oldest stands once the ring is full */
static uint32_t held;
static uint32_t histogram[BUCKETS + 1]; /* the last one: too long for the others */
static uint64_t sum;
static uint32_t longest; /* ever */

void window_reset(void);
uint32_t window_percentile(uint32_t percent);
uint64_t window_sum(void);
int window_add(int64_t microseconds, uint32_t *dropped);

void window_reset(void) {
    memset(ring, 0, sizeof ring);
    memset(histogram, 0, sizeof histogram);
    oldest = held = longest = 0;
    sum = 0;
}

static unsigned bucket_of(uint32_t value) {
    unsigned bucket = 0;
    while (bucket < BUCKETS && value >= (uint32_t)16 << bucket)
        bucket++;
    return bucket;
}

static int window_record(int64_t microseconds, uint32_t *dropped) __attribute__((noinline));

/* Records one latency; a negative one counts as 0, one over 32 bits as the longest. Returns whether
   it is the longest ever; `*dropped`, where asked for, gets what left the window, or 0. */
static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = microseconds < 0            ? 0
                     : microseconds > UINT32_MAX ? UINT32_MAX
                                                 : (uint32_t)microseconds;
    uint32_t gone = 0;
    if (held == WINDOW) {
        gone = ring[oldest];
        histogram[bucket_of(gone)]--;
        sum -= gone;
        ring[oldest] = value;
        oldest = (oldest + 1) % WINDOW;
    } else {
        ring[held++] = value;
    }
    histogram[bucket_of(value)]++;
    sum += value;
    if (dropped)
        *dropped = gone;
    if (value <= longest)
        return 0;
    longest = value;
    return 1;
}

int window_add(int64_t microseconds, uint32_t *dropped) {
    return window_record(microseconds, dropped);
}

uint64_t window_sum(void) { return sum; }

/* The upper bound of the bucket that holds the percentile; 0 for an empty window. */
uint32_t window_percentile(uint32_t percent) {
    uint64_t rank = ((uint64_t)held * percent + 99) / 100;
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
        if (rank <= histogram[bucket])
            return held ? (uint32_t)16 << bucket : 0;
        rank -= histogram[bucket];
    }
    return UINT32_MAX;
}
