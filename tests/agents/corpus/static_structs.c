struct point { double x, y; int mass; };
struct cloud { struct point *points; int count; double scale; };
__attribute__((noinline)) static double f(const struct cloud *c, struct point *at, int skip);
static double f(const struct cloud *c, struct point *at, int skip)
{
    int n = c->count;
    double scale = c->scale, total = 0;
    for (int i = 0; i < n; i++) {
        if (i == skip)
            continue;
        double dx = (c->points[i].x - at->x) * scale, dy = c->points[i].y - at->y;
        total += c->points[i].mass / (dx * dx + dy * dy + 0.01);
    }
    at->mass += n;
    return total;
}
double all(struct cloud *c)
{
    double sum = 0;
    for (int i = 0; i < c->count; i++)
        sum += f(c, &c->points[i], i);
    return sum + f(c, &c->points[0], -1) + f(c, &c->points[c->count / 2], 7);
}
// driver
struct point { double x, y; int mass; };
struct cloud { struct point *points; int count; double scale; };
double all(struct cloud *);
void drive(void)
{
    struct point p[50];
    for (int n = 1; n < 50; n += 9) {
        for (int i = 0; i < 50; i++)
            p[i] = (struct point){real(), real(), (int)(next() % 5)};
        struct cloud c = {p, n, 1.5};
        double r = all(&c);
        show(&r, sizeof r);
        for (int i = 0; i < n; i++)
            show(&p[i].mass, sizeof p[i].mass);
    }
}
