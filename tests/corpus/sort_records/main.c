/* Batches of a journal, sorted by time, by author, by kind. */
#include <inttypes.h>
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
void sort_records(struct record *records, size_t count, record_before *before, void *context);
void journal_add(struct record *records, size_t count, const struct record *added);
unsigned long journal_moves(void);
void journal_print(FILE *out, const struct record *records, size_t count);

static bool by_time(const struct record *a, const struct record *b, void *context) {
    return *(const bool *)context ? a->time > b->time : a->time < b->time;
}

static bool by_author(const struct record *a, const struct record *b, void *context) {
    (void)context;
    return a->author != b->author ? a->author < b->author : strcmp(a->label, b->label) < 0;
}

enum { BATCH = 48 };

int main(void) {
    static struct record records[BATCH + 1];
    uint32_t state = 1812433253u;
    uint64_t digest = 0;
    for (int batch = 0; batch < 3000; batch++) {
        const size_t count = BATCH - (size_t)(batch % 9);
        for (size_t i = 0; i < count; i++) {
            state = state * 1664525u + 1013904223u;
            records[i].time = batch * 1000 + (int64_t)i * 8 + (state >> 26);
            records[i].author = state >> 12 & 31;
            records[i].kind = (uint16_t)(state >> 20 & 3);
            records[i].flags = (uint8_t)(i & 1);
            snprintf(records[i].label, sizeof records[i].label, "r%03u", state >> 8 & 511);
        }
        bool backwards = batch % 4 == 3;
        sort_records(records, count, by_time, &backwards);
        for (size_t i = 0; i < count; i++)
            digest = digest * 31 + (uint64_t)records[i].time;
        sort_records(records, count / 2, by_author, NULL);
        for (size_t i = 0; i < count; i++)
            digest = digest * 31 + records[i].author + records[i].flags * 3u + records[i].kind;
    }
    journal_print(stdout, records, 4);
    for (int i = 0; i < 20; i++)
        records[i].time = 10 * i;
    for (int i = 0; i < 8; i++) {
        struct record added = records[40];
        added.time = 37 * i % 200;
        journal_add(records, 20 + (size_t)i, &added);
    }
    for (int i = 0; i < 28; i++)
        digest = digest * 31 + (uint64_t)records[i].time;
    printf("%016" PRIx64 " %lu\n", digest, journal_moves());
    return 0;
}
