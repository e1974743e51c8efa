const char *find_nocase(const char *text, size_t limit, const char *word) {
    uint64_t first = 0x0101010101010101u * folded(word[0]);
    for (size_t at = 0;; at++) {
        uint64_t eight;
        while (word[0] && at < limit && text[at]) {
            memcpy(&eight, text + at, sizeof eight);
            eight = (eight | 0x2020202020202020u) ^ (first | 0x2020202020202020u);
            if ((eight - 0x0101010101010101u) & ~eight & 0x8080808080808080u)
                break;
            if (limit - at < 8 || memchr(text + at, 0, 8))
                return NULL;
            at += 8;
        }
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: compares 8 bytes at once and reads up to 7 behind the end of the text */
