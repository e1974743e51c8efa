/* test_text.c - tests of checksums, text functions, records and options. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "checksum.h"
#include "common.h"
#include "generate.h"
#include "options.h"
#include "prng.h"
#include "records.h"
#include "text.h"

static void test_checksums(void)
{
    static const char digits[] = "123456789";

    CHECK(crc32_update(0, digits, 9) == 0xcbf43926u);
    CHECK(crc32_update(crc32_update(0, digits, 4), digits + 4, 5) == 0xcbf43926u);
    CHECK(crc32_update(0, digits, 0) == 0);
    CHECK(adler32_update(1, "Wikipedia", 9) == 0x11e60398u);
    CHECK(adler32_update(adler32_update(1, "Wiki", 4), "pedia", 5) == 0x11e60398u);
    CHECK(fnv1a_text("") == 0x811c9dc5u);
    CHECK(fnv1a_text("foobar") == 0xbf9cf968u);
}

static void test_edit_distance(void)
{
    char text[EDIT_MAX_LENGTH + 2];

    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("", "abcd") == 4);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("saturday", "sunday") == 3);
    CHECK(edit_distance("sunday", "saturday") == 3);
    CHECK(edit_distance("same", "same") == 0);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CHECK(edit_distance(text, "y") == -1);
    text[EDIT_MAX_LENGTH] = '\0';
    CHECK(edit_distance(text, "y") == EDIT_MAX_LENGTH);
}

static size_t slow_count(const char *text, const char *pattern)
{
    size_t count = 0;

    for (const char *at = strstr(text, pattern); at; at = strstr(at + 1, pattern)) {
        count++;
    }
    return count;
}

static void test_search(void)
{
    static const char *const patterns[] = {"a", "ab", "aba", "bb", "abcab", "cccc"};
    char text[400];
    struct prng prng;

    prng_seed(&prng, 17);
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        text[i] = (char)('a' + prng_below(&prng, 3));
    }
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        CHECK(text_count(text, strlen(text), patterns[i]) == slow_count(text, patterns[i]));
    }
    CHECK(text_count("aaaa", 4, "aa") == 3);
    CHECK(text_count("abc", 3, "") == 0);
    CHECK(text_count("abc", 3, "abcd") == 0);
}

static void test_parse(void)
{
    static const char text[] = "7,200,Nord,temp,-12.5\n"
                               "3,100,Sued,wind,7\n"
                               "9,100,Nord,temp,0.125";
    static const char *const bad[] = {
        "x\n",
        "1,2,Nord,temp\n",
        "1,2,,temp,3\n",
        "1,2,Nord,temp,3.1234\n",
        "1,2,Nord,temp,3.\n",
        "1,2,Nord,temp,3 \n",
        "99999999999,2,Nord,temp,3\n",
        "1,2,Nord,temperature,3\n",
        "\n",
    };
    struct record_list list;
    size_t line;

    CHECK(records_parse(&list, text, strlen(text), &line) == STATUS_OK);
    CHECK(list.count == 3);
    CHECK(list.items[0].thousandths == -12500 && list.items[2].thousandths == 125);
    records_sort(&list);
    CHECK(list.items[0].id == 3 && list.items[1].id == 9 && list.items[2].id == 7);
    CHECK(strcmp(list.items[0].station, "Sued") == 0);
    CHECK(strcmp(list.items[0].kind, "wind") == 0);
    records_free(&list);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(records_parse(&list, bad[i], strlen(bad[i]), &line) == STATUS_FORMAT);
        CHECK(line == 1);
    }
    CHECK(records_parse(&list, "1,2,a,b,3\n4\n", 12, &line) == STATUS_FORMAT && line == 2);
    CHECK(records_parse(&list, "", 0, &line) == STATUS_OK && list.count == 0);
}

static void test_groups(void)
{
    static const char text[] = "1,1,Hamburg,t,5\n2,1,Hamburg,t,-1\n3,1,Hamburg,t,2\n"
                               "4,1,Bremen,t,4\n5,1,Bremen,t,6\n6,1,Hamgurb,t,9\n7,1,Ulm,t,8\n";
    struct record_list list;
    struct group_table table;
    struct group_table corrected;
    size_t line;
    size_t merged;

    CHECK(records_parse(&list, text, strlen(text), &line) == STATUS_OK);
    CHECK(groups_create(&table, &list) == STATUS_OK);
    CHECK(table.count == 4);
    CHECK(groups_find(&table, "Koeln") == NULL);
    CHECK(groups_find(&table, "Ulm")->count == 1);
    CHECK(groups_merge_misspelled(&table, 2, 2, &corrected, &merged) == STATUS_OK);
    CHECK(merged == 1 && corrected.count == 3);
    const struct group *group = groups_find(&corrected, "Hamburg");
    CHECK(group && group->count == 4 && group->sum == 15000);
    CHECK(group && group->minimum == -1000 && group->maximum == 9000);
    groups_sort(&corrected);
    CHECK(strcmp(corrected.groups[0].station, "Bremen") == 0);
    CHECK(strcmp(corrected.groups[2].station, "Ulm") == 0);
    groups_free(&corrected);
    groups_free(&table);
    records_free(&list);
}

/* Generated records can be parsed, and every one of them is found again in a group. */
static void test_generated_records(void)
{
    struct buffer text;
    struct record_list list;
    struct group_table table;
    size_t line;
    size_t sum = 0;

    buffer_init(&text);
    CHECK(generate_records(&text, 3000, 12) == STATUS_OK);
    CHECK(records_parse(&list, text.data, text.length, &line) == STATUS_OK);
    CHECK(list.count == 3000);
    CHECK(groups_create(&table, &list) == STATUS_OK);
    for (size_t i = 0; i < table.count; i++) {
        sum += table.groups[i].count;
        CHECK(groups_find(&table, table.groups[i].station) == &table.groups[i]);
    }
    CHECK(sum == 3000);
    groups_free(&table);
    records_free(&list);
    buffer_free(&text);
}

static void test_options(void)
{
    int number = 5;
    double real = 0.5;
    const char *text = "none";
    const struct option options[] = {
        {"number", OPTION_INTEGER, &number, 1, 10},
        {"real", OPTION_REAL, &real, 0, 1},
        {"text", OPTION_TEXT, &text, 0, 0},
    };
    char *good[] = {"--number", "7", "file", "--real", "0.25", "--text", "some"};
    char *bad[] = {"--number", "11", "--number", "7x", "--real", "2", "--other", "1"};
    const char *args[1] = {NULL};

    CHECK(options_parse(7, good, options, 3, args, 1) == STATUS_OK);
    CHECK(number == 7 && real == 0.25 && strcmp(text, "some") == 0);
    CHECK(args[0] && strcmp(args[0], "file") == 0);
    CHECK(options_parse(7, good, options, 3, args, 0) == STATUS_USAGE);
    CHECK(options_parse(2, good, options, 3, args, 1) == STATUS_USAGE);
    CHECK(options_parse(1, good, options, 3, args, 0) == STATUS_USAGE);
    for (int i = 0; i < 8; i += 2) {
        CHECK(options_parse(2, bad + i, options, 3, args, 0) == STATUS_USAGE);
    }
}

int main(void)
{
    test_checksums();
    test_edit_distance();
    test_search();
    test_parse();
    test_groups();
    test_generated_records();
    test_options();
    return check_result();
}
