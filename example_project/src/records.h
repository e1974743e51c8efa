/* records.h - measurement records in CSV form, and their groups by station. */
#ifndef SIGKIT_RECORDS_H
#define SIGKIT_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "common.h"

#define STATION_MAX_LENGTH 31
#define KIND_MAX_LENGTH 7

/* One line "id,time,station,kind,value"; the value has up to three decimals. */
struct record {
    uint32_t id;
    int64_t time;
    char station[STATION_MAX_LENGTH + 1];
    char kind[KIND_MAX_LENGTH + 1];
    int64_t thousandths;
};

struct record_list {
    struct record *items;
    size_t count;
    size_t capacity;
};

/* All records of one station. */
struct group {
    char station[STATION_MAX_LENGTH + 1];
    size_t count;
    int64_t sum;
    int64_t minimum;
    int64_t maximum;
};

/* A hash table of groups: slots holds positions in groups, plus one; 0 is a free slot. */
struct group_table {
    struct group *groups;
    size_t count;
    size_t capacity;
    size_t *slots;
    size_t slot_count;
};

/* Parse lines of text; on STATUS_FORMAT bad_line holds the number of the first bad line. */
enum status records_parse(struct record_list *list, const char *text, size_t length,
                          size_t *bad_line);
void records_free(struct record_list *list);

/* Sort by time, then by id. */
void records_sort(struct record_list *list);

enum status groups_create(struct group_table *table, const struct record_list *list);
void groups_free(struct group_table *table);
const struct group *groups_find(const struct group_table *table, const char *station);

/* Treat a station with fewer than min_count records as a misspelled name: add it to the station
 * with the most similar name that has enough, if that is at most max_distance edits away.
 * The result is a new table; merged counts the stations that went into others. */
enum status groups_merge_misspelled(const struct group_table *table, size_t min_count,
                                    int max_distance, struct group_table *result,
                                    size_t *merged);

/* Sort by station; the table can only be read from first to last afterwards. */
void groups_sort(struct group_table *table);

#endif
