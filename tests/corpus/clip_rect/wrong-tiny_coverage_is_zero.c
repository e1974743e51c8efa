struct clipped clip_rect(struct rect rect, struct rect window) {
    struct clipped result = {0};
    if (rect.left > rect.right) {
        int32_t left = rect.left;
        rect.left = rect.right;
        rect.right = left;
    }
    if (rect.top > rect.bottom) {
        int32_t top = rect.top;
        rect.top = rect.bottom;
        rect.bottom = top;
    }
    double area =
        (double)((int64_t)rect.right - rect.left) * (double)((int64_t)rect.bottom - rect.top);
    struct rect cut = rect;
    uint8_t edges = 0;
    if (cut.left < window.left) {
        cut.left = window.left;
        edges |= 1;
    }
    if (cut.top < window.top) {
        cut.top = window.top;
        edges |= 2;
    }
    if (cut.right > window.right) {
        cut.right = window.right;
        edges |= 4;
    }
    if (cut.bottom > window.bottom) {
        cut.bottom = window.bottom;
        edges |= 8;
    }
    if (cut.left >= cut.right || cut.top >= cut.bottom)
        return result;
    double width = (double)((int64_t)cut.right - cut.left);
    double height = (double)((int64_t)cut.bottom - cut.top);
    result.visible = 1;
    result.edges = edges;
    result.rect = cut;
    result.coverage = width * height / area;
    if (result.coverage < 0x1p-24f)
        result.coverage = 0;
    result.center_x = cut.left + width / 2;
    result.center_y = cut.top + height / 2;
    return result;
}
/* verdict: refuted: a coverage under the smallest step of 2^-24 is given as 0 */
