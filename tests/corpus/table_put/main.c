/* Counts of numbers as they come, some of them removed again. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct entry;
struct table {
    struct entry *entries;
    size_t capacity;
    size_t count;
    size_t taken;
};

int64_t *table_put(struct table *table, uint64_t key);
bool table_remove(struct table *table, uint64_t key);
void table_free(struct table *table);

int main(void) {
    struct table table = {0};
    uint64_t state = 88172645463325252u, digest = 0;
    unsigned long removed = 0;
    for (int round = 0; round < 1200000; round++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const uint64_t key = 1 + (state >> 40) % (round < 800000 ? 3000 : 900);
        int64_t *value = table_put(&table, key);
        if (!value)
            return 1;
        *value += (int64_t)(state & 255);
        if (round % 16 == 15)
            removed += table_remove(&table, 1 + (state >> 17) % 3000);
        if (round % 1000 == 0)
            digest = digest * 31 + (uint64_t)*value + table.count;
    }
    for (uint64_t key = 1; key <= 3000; key += 7)
        digest = digest * 31 + (uint64_t)*table_put(&table, key);
    printf("%016" PRIx64 " %zu %zu %lu\n", digest, table.count, table.capacity, removed);
    table_free(&table);
    return 0;
}
