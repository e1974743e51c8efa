struct grid { unsigned width, height; unsigned radius; long stride; };
void f(const struct grid *g, float *out, const float *in)
{
    const unsigned w = g->width, h = g->height;
    const unsigned inner = w - g->radius;
    const int far = g->radius - 5 > 0;
    for (unsigned y = g->radius; y < h - g->radius; y++)
        for (unsigned x = g->radius; x < inner; x++) {
            float sum = 0;
            for (unsigned dy = 0; dy <= 2 * g->radius; dy++)
                for (unsigned dx = 0; dx <= 2 * g->radius; dx++)
                    sum += in[(y + dy - g->radius) * g->stride + x + dx - g->radius];
            out[y * g->stride + x] = sum / (float)(far ? 7 : 3);
        }
}
// driver
struct grid { unsigned width, height; unsigned radius; long stride; };
void f(const struct grid *, float *, const float *);
void drive(void)
{
    float in[40 * 33], out[40 * 33] = {0};
    for (int i = 0; i < 40 * 33; i++)
        in[i] = real();
    for (unsigned radius = 1; radius < 4; radius++) {
        struct grid g = {37, 33, radius, 40};
        f(&g, out, in);
        show(out, sizeof out);
    }
}
