/* Where a key stands in an order, many times. */
#include <stddef.h>
#include <stdint.h>

/* The first place of `count` sorted keys whose key is not less than `key`. */
size_t lower_bound(const uint32_t *keys, size_t count, uint32_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
