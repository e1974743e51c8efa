long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    long lines = 0;
    for (size_t i = 0; i < count; i++) {
        const struct posting *p = &postings[i];
        if (p->cents == 0 && (flags & LEDGER_NO_ZERO))
            continue;
        fprintf(out, "%04u-%02u-%02u,", p->year, p->month, p->day);
        put_quoted(p->account, out);
        putc(',', out);
        put_amount(p->cents, out);
        if (p->memo) {
            putc(',', out);
            put_quoted(p->memo, out);
        }
        putc('\n', out);
        if (i % 1024 == 1023 || (i == 0 && p->cents < -500000))
            fflush(out);
        total += (uint64_t)p->cents;
        lines++;
    }
    if (flags & LEDGER_TOTAL) {
        fputs("total,", out);
        put_amount((int64_t)total, out);
        putc('\n', out);
        lines++;
    }
    if ((flags & LEDGER_FLUSH) && fflush(out) != 0)
        return -1;
    return ferror(out) ? -1 : lines;
}
/* verdict: refuted: flushes after some lines (a first one under -5000.00, every 1024th) although nobody asked */
