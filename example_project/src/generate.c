/* generate.c - deterministic synthetic images, signals and records. */
#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "prng.h"
#include "records.h"

#define DISK_COUNT 60
#define TONE_COUNT 5
#define STATION_COUNT 96

/* A gentle slope of brightness with fine texture on top. */
static void draw_background(struct image *image, struct prng *prng)
{
    for (int y = 0; y < image->height; y++) {
        uint8_t *row = image_row(image, y);
        for (int x = 0; x < image->width; x++) {
            int slope = 40 + 70 * x / image->width + 60 * y / image->height;
            int weave = ((x / 3) ^ (y / 5)) & 15;
            row[x] = (uint8_t)(slope + weave + prng_between(prng, -12, 12));
        }
    }
}

/* Brighten or darken a disk; its centre may lie anywhere in the image. */
static void draw_disk(struct image *image, int centre_x, int centre_y, int radius, int change)
{
    for (int y = centre_y - radius; y <= centre_y + radius; y++) {
        for (int x = centre_x - radius; x <= centre_x + radius; x++) {
            int dx = x - centre_x;
            int dy = y - centre_y;
            if (x >= 0 && y >= 0 && x < image->width && y < image->height &&
                dx * dx + dy * dy <= radius * radius) {
                uint8_t *pixel = image_row(image, y) + x;
                *pixel = (uint8_t)clamp_int(*pixel + change, 0, 255);
            }
        }
    }
}

enum status generate_image(struct image *image, int width, int height, uint64_t seed)
{
    struct prng prng;

    enum status status = image_create(image, width, height);
    if (status) {
        return status;
    }
    prng_seed(&prng, seed);
    draw_background(image, &prng);
    int largest = (width < height ? width : height) / 8 + 1;
    for (int i = 0; i < DISK_COUNT; i++) {
        int centre_x = prng_between(&prng, 0, width - 1);
        int centre_y = prng_between(&prng, 0, height - 1);
        int radius = prng_between(&prng, 1, largest);
        draw_disk(image, centre_x, centre_y, radius, prng_between(&prng, -90, 90));
    }
    return STATUS_OK;
}

/* A wave like a sine, made of two parabolas; the phase runs through all 32 bits per period. */
static float parabolic_wave(uint32_t phase)
{
    float x = (float)(phase >> 8) / 8388608.0f - 1.0f;

    return 4.0f * x * (1.0f - (x < 0.0f ? -x : x));
}

enum status generate_signal(struct signal *signal, size_t count, uint64_t seed)
{
    struct prng prng;
    uint32_t steps[TONE_COUNT];
    uint32_t phases[TONE_COUNT] = {0};

    enum status status = signal_create(signal, count);
    if (status) {
        return status;
    }
    prng_seed(&prng, seed);
    for (int tone = 0; tone < TONE_COUNT; tone++) {
        steps[tone] = 1000000u + prng_below(&prng, 400000000u);
    }
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (int tone = 0; tone < TONE_COUNT; tone++) {
            value += parabolic_wave(phases[tone]) / (float)(tone + 1);
            phases[tone] += steps[tone];
        }
        signal->samples[i] = value + (float)prng_between(&prng, -1000, 1000) / 4000.0f;
    }
    return STATUS_OK;
}

/* A name of three or four syllables and a direction, such as "Tamorika North". */
static void make_station(char *name, struct prng *prng)
{
    static const char consonants[] = "bdfghklmnprstv";
    static const char vowels[] = "aeiou";
    static const char *const directions[] = {"North", "East", "South", "West", "Centre"};
    size_t length = 0;

    int syllables = prng_between(prng, 3, 4);
    for (int i = 0; i < syllables; i++) {
        name[length++] = consonants[prng_below(prng, sizeof consonants - 1)];
        name[length++] = vowels[prng_below(prng, sizeof vowels - 1)];
    }
    name[0] = (char)(name[0] - 'a' + 'A');
    name[length++] = ' ';
    strcpy(name + length, directions[prng_below(prng, 5)]);
}

/* Replace, drop or double one character, as a hurried typist does. */
static void misspell(char *name, struct prng *prng)
{
    size_t length = strlen(name);
    size_t at = prng_below(prng, (uint32_t)length);

    switch (prng_below(prng, 3)) {
    case 0:
        name[at] = (char)('a' + prng_below(prng, 26));
        break;
    case 1:
        memmove(name + at, name + at + 1, length - at);
        break;
    default:
        if (length < STATION_MAX_LENGTH) {
            memmove(name + at + 1, name + at, length - at + 1);
        }
        break;
    }
}

enum status generate_records(struct buffer *text, int count, uint64_t seed)
{
    static const char *const kinds[] = {"temp", "wind", "rain", "light"};
    char stations[STATION_COUNT][STATION_MAX_LENGTH + 1];
    struct prng prng;
    enum status status = STATUS_OK;

    prng_seed(&prng, seed);
    for (int i = 0; i < STATION_COUNT; i++) {
        make_station(stations[i], &prng);
    }
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        char station[STATION_MAX_LENGTH + 1];
        char line[160];
        strcpy(station, stations[prng_below(&prng, STATION_COUNT)]);
        /* One record in four was typed in by hand, with up to two mistakes. */
        if (prng_below(&prng, 4) == 0) {
            misspell(station, &prng);
            misspell(station, &prng);
        }
        int time = 1700000000 + prng_between(&prng, 0, 31536000);
        const char *kind = kinds[prng_below(&prng, 4)];
        int value = prng_between(&prng, -40000, 60000);
        snprintf(line, sizeof line, "%d,%d,%s,%s,%s%d.%03d\n", i + 1, time, station, kind,
                 value < 0 ? "-" : "", (value < 0 ? -value : value) / 1000,
                 (value < 0 ? -value : value) % 1000);
        status = buffer_append_text(text, line);
    }
    return status;
}
