/* Four voices in blocks of 512 samples, with an echo over the whole. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain);
size_t add_echo(int16_t *samples, size_t count, size_t delay, int16_t gain);
unsigned long mixer_frames(void);
void mixer_report(void);
size_t fade_s16(int16_t *samples, size_t count, int16_t from, int16_t to);

enum { BLOCK = 512, VOICES = 4, BLOCKS = 24000, LINE = 4096 };

static uint32_t state = 2463534242u;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

int main(void) {
    static int16_t voices[VOICES][BLOCK], line[LINE];
    static const int16_t gains[VOICES] = {2897, 1449, -3001, 4095};
    uint64_t digest = 0;
    size_t clipped = 0;
    for (int voice = 0; voice < VOICES; voice++)
        for (int i = 0; i < BLOCK; i++)
            voices[voice][i] = (int16_t)((int)(next() % 3800) - 1900);
    for (int block = 0; block < BLOCKS; block++) {
        int16_t *mix = line + (block * BLOCK) % LINE;
        for (int i = 0; i < BLOCK; i++)
            mix[i] = (int16_t)(block % 64 == 63 ? 30500 : 3 * (block % 100));
        for (int voice = 0; voice < VOICES; voice++)
            clipped += mix_s16(mix, voices[(voice + block) % VOICES], BLOCK, gains[voice]);
        if (block % 8 == 7)
            clipped += add_echo(line, LINE, 441, 1001);
        if (block % 64 == 62)
            clipped += fade_s16(mix, BLOCK, 4096, 0);
        for (int i = 0; i < BLOCK; i += 37)
            digest = digest * 31 + (uint16_t)mix[i];
    }
    printf("%zu limited, %016" PRIx64 "\n", clipped, digest);
    printf("%lu\n", mixer_frames());
    mixer_report();
    return 0;
}
