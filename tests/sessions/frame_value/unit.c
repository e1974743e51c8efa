/* Frames as a device sends them: a start byte, a length, a payload, Fletcher's check sum. */
#include <stddef.h>

enum { START = 0x7e, MOST = 250 };

/* The sum of a frame's readings of two bytes, or less than 0 where it is no frame. */
long frame_value(const unsigned char *frame, size_t size)
{
    unsigned a = 1, b = 0;
    long sum = 0;
    if (size < 4 || frame[0] != START)
        return -1;
    size_t length = frame[1];
    if (length > MOST || length % 2 || size < length + 4)
        return -2;
    for (size_t i = 0; i < length; i++) {
        a = (a + frame[2 + i]) % 255;
        b = (b + a) % 255;
    }
    if (frame[length + 2] != a || frame[length + 3] != b)
        return -3;
    for (size_t i = 0; i < length; i += 2) {
        int reading = frame[2 + i] | frame[3 + i] << 8;
        sum += reading >= 0x8000 ? reading - 0x10000 : reading;
    }
    return sum;
}
