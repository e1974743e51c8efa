/* Prints postings of a ledger as comma separated lines. */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct posting {
    const char *account;
    const char *memo; /* may be NULL */
    int64_t cents;
    uint16_t year;
    uint8_t month;
    uint8_t day;
};

enum { LEDGER_TOTAL = 1, LEDGER_FLUSH = 2, LEDGER_NO_ZERO = 4 };

unsigned ledger_flags_from_environment(void);
long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags);

unsigned ledger_flags_from_environment(void) {
    const char *flags = getenv("LEDGER_FLAGS");
    return flags ? (unsigned)strtoul(flags, NULL, 0) : LEDGER_TOTAL;
}

static void put_quoted(const char *text, FILE *out) {
    if (!text[strcspn(text, ",\"\n")]) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void put_amount(int64_t cents, FILE *out) {
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    fprintf(out, "%s%" PRIu64 ".%02u", cents < 0 ? "-" : "", size / 100, (unsigned)(size % 100));
}

/* The number of lines printed, or -1 with errno of the stream's failure. The total wraps. */
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
