/* helpers: digits */
static char *digits(char *end, unsigned value, int least) {
    while (value || least > 0) {
        *--end = (char)('0' + value % 10);
        value /= 10;
        least--;
    }
    return end;
}

long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    long lines = 0;
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        if (flags & LEDGER_NO_ZERO && postings[i].cents == 0)
            continue;
        char text[24];
        char *date = text + sizeof text - 1;
        *date = '\0';
        *--date = ',';
        date = digits(date, postings[i].day, 2);
        *--date = '-';
        date = digits(date, postings[i].month, 2);
        *--date = '-';
        date = digits(date, postings[i].year, 4);
        fputs(date, out);
        put_quoted(postings[i].account, out);
        putc(',', out);
        put_amount(postings[i].cents, out);
        if (postings[i].memo)
            putc(',', out), put_quoted(postings[i].memo, out);
        putc('\n', out);
        total = (int64_t)((uint64_t)total + (uint64_t)postings[i].cents);
        lines++;
    }
    if (flags & LEDGER_TOTAL) {
        fputs("total,", out);
        put_amount(total, out);
        putc('\n', out);
        lines++;
    }
    if (flags & LEDGER_FLUSH && fflush(out))
        return -1;
    return ferror(out) ? -1 : lines;
}
/* verdict: passed */
