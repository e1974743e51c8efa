/* helpers: clip_axis */
struct axis {
    int32_t from, to;
    double full, part, center;
    unsigned edges;
};

static struct axis clip_axis(int32_t from, int32_t to, int32_t least, int32_t most) {
    struct axis axis = {.from = from, .to = to, .edges = 0};
    if (from > to)
        axis.from = to, axis.to = from;
    axis.full = (double)((int64_t)axis.to - axis.from);
    if (axis.from < least)
        axis.from = least, axis.edges |= 1;
    if (axis.to > most)
        axis.to = most, axis.edges |= 4;
    axis.part = (double)((int64_t)axis.to - axis.from);
    axis.center = axis.from + axis.part / 2;
    return axis;
}

struct clipped clip_rect(struct rect rect, struct rect window) {
    struct axis x = clip_axis(rect.left, rect.right, window.left, window.right);
    struct axis y = clip_axis(rect.top, rect.bottom, window.top, window.bottom);
    struct clipped result = {0};
    if (x.from < x.to && y.from < y.to) {
        result.visible = 1;
        result.edges = (uint8_t)(x.edges | y.edges << 1);
        result.rect = (struct rect){x.from, y.from, x.to, y.to};
        result.coverage = x.part * y.part / (x.full * y.full);
        result.center_x = x.center;
        result.center_y = y.center;
    }
    return result;
}
/* verdict: passed */
