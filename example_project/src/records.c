/* records.c - measurement records in CSV form, and their groups by station. */
#include "records.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "text.h"

/* The part of a line that is still to be parsed. */
struct cursor {
    const char *at;
    const char *end;
};

/* Digits of an unsigned number up to the limit. */
static bool parse_number(struct cursor *cursor, int64_t limit, int64_t *value)
{
    const char *start = cursor->at;

    *value = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9') {
        *value = *value * 10 + (*cursor->at - '0');
        if (*value > limit) {
            return false;
        }
        cursor->at++;
    }
    return cursor->at > start;
}

static bool parse_comma(struct cursor *cursor)
{
    if (cursor->at == cursor->end || *cursor->at != ',') {
        return false;
    }
    cursor->at++;
    return true;
}

/* A text of 1 .. max_length characters up to the next comma. */
static bool parse_name(struct cursor *cursor, char *name, size_t max_length)
{
    size_t length = 0;

    while (cursor->at < cursor->end && *cursor->at != ',') {
        if (length == max_length || *cursor->at == '\0') {
            return false;
        }
        name[length++] = *cursor->at++;
    }
    name[length] = '\0';
    return length > 0;
}

/* A decimal number such as -12.5 as thousandths. */
static bool parse_thousandths(struct cursor *cursor, int64_t *value)
{
    bool negative = cursor->at < cursor->end && *cursor->at == '-';

    if (negative) {
        cursor->at++;
    }
    if (!parse_number(cursor, INT32_MAX, value)) {
        return false;
    }
    *value *= 1000;
    if (cursor->at < cursor->end && *cursor->at == '.') {
        cursor->at++;
        const char *start = cursor->at;
        int64_t unit = 100;
        while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9' && unit > 0) {
            *value += unit * (*cursor->at - '0');
            unit /= 10;
            cursor->at++;
        }
        if (cursor->at == start) {
            return false;
        }
    }
    if (negative) {
        *value = -*value;
    }
    return true;
}

static bool parse_record(struct cursor cursor, struct record *record)
{
    int64_t id;

    memset(record, 0, sizeof *record);
    if (!parse_number(&cursor, UINT32_MAX, &id) || !parse_comma(&cursor) ||
        !parse_number(&cursor, INT64_MAX / 100, &record->time) || !parse_comma(&cursor) ||
        !parse_name(&cursor, record->station, STATION_MAX_LENGTH) || !parse_comma(&cursor) ||
        !parse_name(&cursor, record->kind, KIND_MAX_LENGTH) || !parse_comma(&cursor) ||
        !parse_thousandths(&cursor, &record->thousandths)) {
        return false;
    }
    record->id = (uint32_t)id;
    return cursor.at == cursor.end;
}

static enum status list_append(struct record_list *list, const struct record *record)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct record *items = realloc(list->items, capacity * sizeof *items);
        if (!items) {
            return STATUS_MEMORY;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = *record;
    return STATUS_OK;
}

enum status records_parse(struct record_list *list, const char *text, size_t length,
                          size_t *bad_line)
{
    const char *at = text;
    const char *end = text + length;
    size_t line = 0;
    enum status status = STATUS_OK;

    *list = (struct record_list){NULL, 0, 0};
    *bad_line = 0;
    while (at < end && status == STATUS_OK) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct cursor cursor = {at, line_end ? line_end : end};
        struct record record;
        line++;
        if (parse_record(cursor, &record)) {
            status = list_append(list, &record);
        } else {
            *bad_line = line;
            status = STATUS_FORMAT;
        }
        at = line_end ? line_end + 1 : end;
    }
    if (status) {
        records_free(list);
    }
    return status;
}

void records_free(struct record_list *list)
{
    free(list->items);
    *list = (struct record_list){NULL, 0, 0};
}

static int compare_records(const void *left, const void *right)
{
    const struct record *a = left;
    const struct record *b = right;

    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    return 0;
}

void records_sort(struct record_list *list)
{
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, compare_records);
    }
}

/* The slot that holds the station, or the free slot where it belongs. */
static size_t find_slot(const struct group_table *table, const char *station)
{
    size_t slot = fnv1a_text(station) % table->slot_count;

    while (table->slots[slot] != 0 &&
           strcmp(table->groups[table->slots[slot] - 1].station, station) != 0) {
        slot = (slot + 1) % table->slot_count;
    }
    return slot;
}

/* Keep the hash table at most half full and have room for one more group. */
static enum status table_grow(struct group_table *table)
{
    size_t capacity = table->capacity ? 2 * table->capacity : 64;
    struct group *groups = realloc(table->groups, capacity * sizeof *groups);
    if (!groups) {
        return STATUS_MEMORY;
    }
    table->groups = groups;
    size_t *slots = calloc(2 * capacity, sizeof *slots);
    if (!slots) {
        return STATUS_MEMORY;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = 2 * capacity;
    table->capacity = capacity;
    for (size_t i = 0; i < table->count; i++) {
        table->slots[find_slot(table, table->groups[i].station)] = i + 1;
    }
    return STATUS_OK;
}

/* Add the contents of part to the group of the station, which is made if it is new. */
static enum status table_add(struct group_table *table, const char *station,
                             const struct group *part)
{
    if (table->count == table->capacity) {
        enum status status = table_grow(table);
        if (status) {
            return status;
        }
    }
    size_t slot = find_slot(table, station);
    if (table->slots[slot] == 0) {
        struct group *group = &table->groups[table->count++];
        *group = *part;
        strcpy(group->station, station);
        table->slots[slot] = table->count;
        return STATUS_OK;
    }
    struct group *group = &table->groups[table->slots[slot] - 1];
    group->count += part->count;
    group->sum += part->sum;
    if (part->minimum < group->minimum) {
        group->minimum = part->minimum;
    }
    if (part->maximum > group->maximum) {
        group->maximum = part->maximum;
    }
    return STATUS_OK;
}

enum status groups_create(struct group_table *table, const struct record_list *list)
{
    enum status status = STATUS_OK;

    *table = (struct group_table){NULL, 0, 0, NULL, 0};
    for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
        const struct record *record = &list->items[i];
        struct group part = {"", 1, record->thousandths, record->thousandths,
                             record->thousandths};
        status = table_add(table, record->station, &part);
    }
    if (status) {
        groups_free(table);
    }
    return status;
}

void groups_free(struct group_table *table)
{
    free(table->groups);
    free(table->slots);
    *table = (struct group_table){NULL, 0, 0, NULL, 0};
}

const struct group *groups_find(const struct group_table *table, const char *station)
{
    if (table->count == 0) {
        return NULL;
    }
    size_t position = table->slots[find_slot(table, station)];
    return position > 0 ? &table->groups[position - 1] : NULL;
}

/* The nearest of the names within max_distance edits, the first one of several; else NULL. */
static const char *nearest_name(const char *const *names, size_t name_count, const char *station,
                                int max_distance)
{
    const char *nearest = NULL;
    int best = max_distance + 1;

    for (size_t i = 0; i < name_count; i++) {
        int distance = edit_distance(station, names[i]);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

enum status groups_merge_misspelled(const struct group_table *table, size_t min_count,
                                    int max_distance, struct group_table *result, size_t *merged)
{
    size_t common_count = 0;

    *result = (struct group_table){NULL, 0, 0, NULL, 0};
    *merged = 0;
    const char **common = malloc((table->count + 1) * sizeof *common);
    if (!common) {
        return STATUS_MEMORY;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (table->groups[i].count >= min_count) {
            common[common_count++] = table->groups[i].station;
        }
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; i < table->count && status == STATUS_OK; i++) {
        const struct group *group = &table->groups[i];
        const char *station = group->station;
        if (group->count < min_count) {
            const char *nearest = nearest_name(common, common_count, station, max_distance);
            if (nearest) {
                station = nearest;
                (*merged)++;
            }
        }
        status = table_add(result, station, group);
    }
    free(common);
    if (status) {
        groups_free(result);
    }
    return status;
}

static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left;
    const struct group *b = right;

    return strcmp(a->station, b->station);
}

void groups_sort(struct group_table *table)
{
    if (table->count > 1) {
        qsort(table->groups, table->count, sizeof *table->groups, compare_groups);
    }
}
