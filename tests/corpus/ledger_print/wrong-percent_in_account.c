long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    long lines = 0;
    for (size_t i = 0; i < count; i++) {
        const struct posting *p = &postings[i];
        if (p->cents == 0 && (flags & LEDGER_NO_ZERO))
            continue;
        fprintf(out, "%04u-%02u-%02u,", p->year, p->month, p->day);
        if (p->account[strcspn(p->account, ",\"\n")])
            put_quoted(p->account, out);
        else {
            const char *rest = p->account + strcspn(p->account, "%");
            fprintf(out, "%.*s", (int)(rest - p->account), p->account);
            if (*rest)
                fputs(rest + (rest[1] == '%'), out);
        }
        putc(',', out);
        put_amount(p->cents, out);
        if (p->memo) {
            putc(',', out);
            put_quoted(p->memo, out);
        }
        putc('\n', out);
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
/* verdict: refuted: treats an account that needs no quotes as a format: two percent signs become one */
