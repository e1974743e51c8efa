long f(const short *a, const short *b, int n, int limit)
{
    if (n <= 0)
        return -1;
    if (a == b)
        return n;
    long score = 0;
    for (int i = 0; i < n; i++) {
        int d = a[i] - b[i];
        score += d < 0 ? -d : d;
        if (score > limit)
            return i;
    }
    if (score == 0)
        return -2;
    return score << 8 | (n & 255);
}
// driver
long f(const short *, const short *, int, int);
void drive(void)
{
    short a[200], b[200];
    for (int i = 0; i < 200; i++) {
        a[i] = (short)next();
        b[i] = (short)(a[i] + (short)(next() % 7));
    }
    for (int n = -1; n < 200; n += 11)
        for (int limit = 1; limit < 2000; limit *= 5) {
            long r = f(a, n % 3 ? b : a, n, limit);
            show(&r, sizeof r);
        }
}
