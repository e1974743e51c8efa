long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++) {
        const struct posting p = postings[i];
        total += (uint64_t)p.cents;
        if (!p.cents && flags & LEDGER_NO_ZERO) {
            left_out++;
            continue;
        }
        uint64_t size = p.cents < 0 ? -(uint64_t)p.cents : (uint64_t)p.cents;
        const char *sign = p.cents < 0 ? "-" : "";
        if (p.account[strcspn(p.account, ",\"\n")] == '\0') {
            fprintf(out, "%04u-%02u-%02u,%s,%s%" PRIu64 ".%02u", p.year, p.month, p.day, p.account,
                    sign, size / 100, (unsigned)(size % 100));
        } else {
            fprintf(out, "%04u-%02u-%02u,", p.year, p.month, p.day);
            put_quoted(p.account, out);
            fprintf(out, ",%s%" PRIu64 ".%02u", sign, size / 100, (unsigned)(size % 100));
        }
        if (p.memo) {
            putc(',', out);
            put_quoted(p.memo, out);
        }
        putc('\n', out);
    }
    if (flags & LEDGER_TOTAL) {
        fputs("total,", out);
        put_amount((int64_t)total, out);
        putc('\n', out);
    }
    if (flags & LEDGER_FLUSH && fflush(out) != 0)
        return -1;
    return ferror(out) ? -1 : (long)(count - left_out) + !!(flags & LEDGER_TOTAL);
}
/* verdict: passed */
