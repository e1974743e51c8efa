/* A few layers of a network, and the correlation of the columns of a table. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step);
void dense_layer(int16_t *output, const int16_t *weights, const int32_t *bias, const int16_t *input,
                 size_t outputs, size_t inputs, unsigned shift);

static uint32_t state = 2463534242u;

static int random_weight(int range) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (int)(state % (unsigned)(2 * range + 1)) - range;
}

enum { INPUTS = 256, HIDDEN = 128, CLASSES = 10, ROWS = 96, COLUMNS = 24, PITCH = 32 };

static int16_t first[HIDDEN * INPUTS], second[CLASSES * HIDDEN];
static int32_t first_bias[HIDDEN], second_bias[CLASSES];
static int16_t table[ROWS * PITCH];

int main(void) {
    for (int i = 0; i < HIDDEN * INPUTS; i++)
        first[i] = (int16_t)random_weight(900);
    for (int i = 0; i < CLASSES * HIDDEN; i++)
        second[i] = (int16_t)random_weight(1200);
    for (int i = 0; i < HIDDEN; i++)
        first_bias[i] = random_weight(100000);
    for (int i = 0; i < CLASSES; i++)
        second_bias[i] = 2000000 + random_weight(100000);
    unsigned votes[CLASSES] = {0};
    uint64_t digest = 0;
    for (int sample = 0; sample < 1500; sample++) {
        int16_t input[INPUTS], hidden[HIDDEN], output[CLASSES];
        for (int i = 0; i < INPUTS; i++)
            input[i] = (int16_t)(128 + random_weight(127));
        dense_layer(hidden, first, first_bias, input, HIDDEN, INPUTS, 10);
        dense_layer(output, second, second_bias, hidden, CLASSES, HIDDEN, 12);
        int best = 0;
        for (int i = 0; i < CLASSES; i++) {
            digest = digest * 31 + (uint16_t)output[i];
            best = output[i] > output[best] ? i : best;
        }
        votes[best]++;
    }
    for (int i = 0; i < CLASSES; i++)
        printf("%u%c", votes[i], i + 1 < CLASSES ? ' ' : '\n');

    for (int i = 0; i < ROWS * PITCH; i++)
        table[i] = (int16_t)random_weight(20000);
    for (int column = 0; column < COLUMNS; column++) {
        /* The transposed product row by row: each column against the first COLUMNS rows. */
        int64_t products[ROWS];
        memset(products, 0, sizeof products);
        matvec_s16(products, table, ROWS, COLUMNS, PITCH, table + column, PITCH);
        for (int i = 0; i < ROWS; i++)
            digest = digest * 1000003 + (uint64_t)products[i];
    }
    printf("%016" PRIx64 "\n", digest);
    return 0;
}
