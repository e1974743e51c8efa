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
    struct rect cut = rect;
    cut.left = cut.left < window.left ? window.left : cut.left;
    cut.top = cut.top < window.top ? window.top : cut.top;
    cut.right = cut.right > window.right ? window.right : cut.right;
    cut.bottom = cut.bottom > window.bottom ? window.bottom : cut.bottom;
    if (cut.left >= cut.right || cut.top >= cut.bottom)
        return result;
    result.visible = 1;
    result.edges = (uint8_t)((cut.left != rect.left) | (cut.top != rect.top) << 1 |
                             (cut.right != rect.right) << 2 | (cut.bottom != rect.bottom) << 3);
    result.rect = cut;
    const double width = (double)((int64_t)cut.right - cut.left);
    const double height = (double)((int64_t)cut.bottom - cut.top);
    const double whole_width = (double)((int64_t)rect.right - rect.left);
    const double whole_height = (double)((int64_t)rect.bottom - rect.top);
    result.coverage = width * height / (whole_width * whole_height);
    if (width == whole_width)
        result.coverage = height / whole_height;
    else if (height == whole_height)
        result.coverage = width / whole_width;
    result.center_x = cut.left + width / 2;
    result.center_y = cut.top + height / 2;
    return result;
}
/* verdict: refuted: cut on one axis only, the other is left out of the quotient, which changes the rounding where the areas exceed 2^53: {0, 0, 134217729, 134217727} against a window that is 134217725 high */
