#include <stdint.h>
#include <stdio.h>

struct posting {
    const char *account;
    const char *memo;
    int64_t cents;
    uint16_t year;
    uint8_t month;
    uint8_t day;
};

unsigned ledger_flags_from_environment(void);
long ledger_print(FILE *out, const struct posting *postings, size_t count, unsigned flags);

static uint64_t state = 1;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    static const char *const accounts[] = {"Cash", "Bank", "Rent", "Food, drink", "Wages", "Tax"};
    static const char *const memos[] = {NULL,        "monthly", "the \"good\" shop",
                                        "paid late", NULL,      "x"};
    static struct posting postings[500];
    unsigned flags = ledger_flags_from_environment();
    for (int month = 0; month < 240; month++) {
        for (int i = 0; i < 500; i++) {
            postings[i].account = accounts[next_random() % 6];
            postings[i].memo = memos[next_random() % 6];
            postings[i].cents = (int64_t)(next_random() % 500000) - 200000;
            postings[i].year = (uint16_t)(2001 + month / 12);
            postings[i].month = (uint8_t)(1 + month % 12);
            postings[i].day = (uint8_t)(1 + i / 18);
        }
        if (ledger_print(stdout, postings, 500, flags) != 501)
            return 1;
    }
    return 0;
}
