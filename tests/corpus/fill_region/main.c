#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { GRID_SIDE = 128 };

struct grid {
    int width, height;
    uint8_t cells[GRID_SIDE * GRID_SIDE];
};

int grid_init(struct grid *grid, int width, int height, uint8_t colour);
uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour);

static uint64_t state = 13;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    static struct grid grid;
    for (int map = 0; map < 60; map++) {
        if (grid_init(&grid, 100, 80, 0) != 0)
            return 1;
        for (int i = 0; i < 2500; i++) {
            uint32_t x = next_random() % 98, y = next_random() % 78;
            grid.cells[(1 + y) * 100 + 1 + x] = 1;
        }
        uint32_t largest = 0, regions = 0;
        uint64_t digest = 0;
        for (int y = 0; y < 80; y++)
            for (int x = 0; x < 100; x++)
                if (grid.cells[y * 100 + x] == 0) {
                    uint32_t cells = fill_region(&grid, x, y, (uint8_t)(2 + regions % 100));
                    largest = cells > largest ? cells : largest;
                    regions++;
                }
        for (int again = 0; again < 60; again++)
            digest += fill_region(&grid, 0, 0, (uint8_t)(110 + again % 2));
        for (int i = 0; i < 100 * 80; i++)
            digest = digest * 31 + grid.cells[i];
        printf("%d: %" PRIu32 " regions, largest %" PRIu32 ", %016" PRIx64 "\n", map, regions,
               largest, digest);
    }
    return 0;
}
