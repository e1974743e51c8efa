/* Records of a journal, kept in order. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct record {
    int64_t time;
    uint32_t author;
    uint16_t kind;
    uint8_t flags;
    char label[9];
};

typedef bool record_before(const struct record *a, const struct record *b, void *context);

static unsigned long records_moved;

static bool earlier(const struct record *a, const struct record *b, void *context) {
    (void)context;
    return a->time < b->time;
}

/*
 * Sorts in place; records of which neither stands before the other keep their order. `before` is a
 * strict order and has no effects; it is asked about the one that came later first, and never about
 * a record and itself. Every place that a record is moved by is counted.
 */
void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > 0 && before(&moving, &records[at - 1], context)) {
            records[at] = records[at - 1];
            at--;
        }
        records[at] = moving;
        records_moved += i - at;
    }
}

/* Adds a record to those that are sorted by time; there must be room for it. */
void journal_add(struct record *records, size_t count, const struct record *added) {
    records[count] = *added;
    if (count > 0)
        sort_records(records + count - 1, 2, earlier, NULL);
    for (size_t i = count; i-- > 1 && earlier(&records[i], &records[i - 1], NULL);)
        sort_records(records + i - 1, 2, earlier, NULL);
}

unsigned long journal_moves(void) { return records_moved; }

void journal_print(FILE *out, const struct record *records, size_t count) {
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%lld %.9s\n", (long long)records[i].time, records[i].label);
    fflush(out);
    if (out != stdout)
        fflush(stdout);
}
