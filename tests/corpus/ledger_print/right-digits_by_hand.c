/* helpers: put_two, put_date */
static void put_two(unsigned value, FILE *out) {
    if (value >= 100)
        putc((int)('0' + value / 100), out);
    putc((int)('0' + value / 10 % 10), out);
    putc((int)('0' + value % 10), out);
}

static void put_date(const struct posting *p, FILE *out) {
    unsigned year = p->year;
    if (year >= 10000)
        putc((int)('0' + year / 10000), out);
    putc((int)('0' + year / 1000 % 10), out);
    putc((int)('0' + year / 100 % 10), out);
    putc((int)('0' + year / 10 % 10), out);
    putc((int)('0' + year % 10), out);
    putc('-', out);
    put_two(p->month, out);
    putc('-', out);
    put_two(p->day, out);
    putc(',', out);
}

long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    long lines = 0;
    for (const struct posting *p = postings; p != postings + count; p++) {
        if ((flags & LEDGER_NO_ZERO) != 0 && p->cents == 0)
            continue;
        put_date(p, out);
        put_quoted(p->account, out);
        putc(',', out);
        put_amount(p->cents, out);
        if (p->memo != NULL) {
            putc(',', out);
            put_quoted(p->memo, out);
        }
        putc('\n', out);
        total += (uint64_t)p->cents;
        lines += 1;
    }
    if (flags & LEDGER_TOTAL) {
        fputs("total,", out);
        put_amount((int64_t)total, out);
        putc('\n', out);
        lines += 1;
    }
    if (flags & LEDGER_FLUSH)
        if (fflush(out))
            return -1;
    if (ferror(out))
        return -1;
    return lines;
}
/* verdict: passed */
