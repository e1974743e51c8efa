/* helpers: put_line, put_total */
static void put_line(const struct posting *p, FILE *out) {
    fprintf(out, "%04u-%02u-%02u", p->year, p->month, p->day);
    putc(',', out);
    put_quoted(p->account, out);
    putc(',', out);
    put_amount(p->cents, out);
    if (p->memo) {
        putc(',', out);
        if (*p->memo)
            put_quoted(p->memo, out);
    }
    putc('\n', out);
}

static long put_total(uint64_t total, FILE *out) {
    int64_t cents = (int64_t)total;
    fputs(cents < 0 ? "total,-" : "total,", out);
    uint64_t size = cents < 0 ? 0 - total : total;
    fprintf(out, "%" PRIu64 ".%02u\n", size / 100, (unsigned)(size % 100));
    return 1;
}

long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    long lines = 0;
    while (count-- > 0) {
        if (postings->cents != 0 || !(flags & LEDGER_NO_ZERO)) {
            put_line(postings, out);
            lines++;
        }
        total += (uint64_t)postings++->cents;
    }
    if (flags & LEDGER_TOTAL)
        lines += put_total(total, out);
    int failed = 0;
    if (flags & LEDGER_FLUSH)
        failed = fflush(out) != 0;
    return failed || ferror(out) ? -1 : lines;
}
/* verdict: passed */
