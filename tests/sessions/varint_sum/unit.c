/* Numbers of seven bits a byte, the last byte of each without its highest bit (LEB128). */
#include <stddef.h>
#include <stdint.h>

/* Adds up the numbers in some bytes; how many there were. What is cut off at the end is left out. */
size_t varint_sum(const uint8_t *bytes, size_t size, uint64_t *sum)
{
    size_t count = 0;
    uint64_t number = 0, total = 0;
    unsigned shift = 0;
    for (size_t i = 0; i < size; i++) {
        number |= (uint64_t)(bytes[i] & 0x7f) << (shift & 63);
        shift += 7;
        if (!(bytes[i] & 0x80)) {
            total += number;
            number = 0;
            shift = 0;
            count++;
        }
    }
    *sum = total;
    return count;
}
