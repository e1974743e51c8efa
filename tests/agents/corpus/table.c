static unsigned table[256];
static int ready;
static void fill(void)
{
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
    ready = 1;
}
unsigned f(unsigned crc, const unsigned char *data, unsigned long n)
{
    if (!ready)
        fill();
    crc = ~crc;
    while (n--)
        crc = table[(crc ^ *data++) & 255] ^ (crc >> 8);
    return ~crc;
}
// driver
unsigned f(unsigned, const unsigned char *, unsigned long);
void drive(void)
{
    unsigned char data[500];
    for (int i = 0; i < 500; i++)
        data[i] = (unsigned char)next();
    unsigned crc = 0;
    for (unsigned long n = 0; n < 500; n += 37) {
        crc = f(crc, data, n);
        show(&crc, sizeof crc);
    }
}
