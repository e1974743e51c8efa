int f(const unsigned char *code, int n, int x)
{
    for (int i = 0; i < n; i++)
        switch (code[i] % 11) {
        case 0: x += 17; break;
        case 1: x ^= x << 3 & 0xffff; break;
        case 2: x = x * 5 % 10007; break;
        case 3: if (x & 1) i++; break;
        case 4: x = -x % 4099; break;
        case 5: x |= 64; break;
        case 6: x &= 0xfffff; break;
        case 7: x -= code[i]; break;
        case 8: return x;
        default: x ^= i;
        }
    return x & 0xffffff;
}
// driver
int f(const unsigned char *, int, int);
void drive(void)
{
    unsigned char code[64];
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 64; i++)
            code[i] = (unsigned char)next();
        int r = f(code, round, round * 3);
        show(&r, sizeof r);
    }
}
