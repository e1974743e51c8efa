/* helpers: put_text */
static void put_text(const char *text, FILE *out) {
    char quoted[64];
    if (!text[strcspn(text, ",\"\n")]) {
        fputs(text, out);
        return;
    }
    size_t filled = 0;
    quoted[filled++] = '"';
    for (; *text; text++) {
        if (*text == '"')
            quoted[filled++] = '"';
        quoted[filled++] = *text;
        if (filled >= sizeof quoted) {
            fwrite(quoted, 1, filled, out);
            filled = 0;
        }
    }
    quoted[filled++] = '"';
    fwrite(quoted, 1, filled, out);
}

long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags) {
    uint64_t total = 0;
    long lines = 0;
    for (size_t i = 0; i < count; i++) {
        const struct posting *p = &postings[i];
        if (p->cents == 0 && (flags & LEDGER_NO_ZERO))
            continue;
        fprintf(out, "%04u-%02u-%02u,", p->year, p->month, p->day);
        put_text(p->account, out);
        putc(',', out);
        put_amount(p->cents, out);
        if (p->memo) {
            putc(',', out);
            put_text(p->memo, out);
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
/* verdict: refuted: a quote that is the 63rd byte of the first piece is doubled beyond the buffer of 64: a memo of 62 letters and a quote */
