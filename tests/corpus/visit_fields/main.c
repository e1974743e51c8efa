#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct field {
    const char *name;
    int32_t type;
    int32_t span;
    int64_t value;
};

enum visit { VISIT_NEXT, VISIT_SKIP, VISIT_STOP };

struct visitor {
    enum visit (*enter)(const struct field *field, int depth, void *context);
    void (*leave)(const struct field *group, int depth, void *context);
    void *context;
};

size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth);

static uint64_t state = 23;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static enum visit total(const struct field *field, int depth, void *context) {
    uint64_t *digest = context;
    *digest = *digest * 33 + (uint64_t)field->value + (uint64_t)depth;
    return field->value == 77 ? VISIT_SKIP : VISIT_NEXT;
}

static void closed(const struct field *group, int depth, void *context) {
    uint64_t *digest = context;
    *digest = *digest * 37 + (uint64_t)group->span + (uint64_t)depth;
}

static enum visit find(const struct field *field, int depth, void *context) {
    int64_t *wanted = context;
    (void)depth;
    if (field->value != *wanted)
        return VISIT_NEXT;
    *wanted = -*wanted;
    return VISIT_STOP;
}

int main(void) {
    enum { FIELDS = 600, RECORDS = 40, ROUNDS = 300 };
    struct field *fields = calloc(FIELDS + 1, sizeof *fields);
    if (!fields)
        return 1;
    uint64_t digest = 0;
    size_t entered = 0;
    for (int record = 0; record < RECORDS; record++) {
        for (int i = 0; i < FIELDS; i++) {
            uint32_t kind = next_random() % 8;
            int room = (FIELDS - i - 1) / 8;
            fields[i].name = "field";
            fields[i].type = kind == 0 && room > 2 ? 3 : kind == 1 ? 4 : 1 + (int)(kind & 1);
            fields[i].span = fields[i].type == 3 ? 1 + (int)next_random() % room : 0;
            fields[i].value = next_random() % 200;
        }
        for (int round = 0; round < ROUNDS; round++) {
            int64_t wanted = 1 + next_random() % 300;
            struct visitor sum = {total, closed, &digest};
            struct visitor search = {find, NULL, &wanted};
            entered += visit_fields(fields, FIELDS + 1, &sum, 0);
            entered += visit_fields(fields, FIELDS + 1, &search, 0) & (SIZE_MAX >> 1);
            digest += (uint64_t)wanted;
        }
        printf("%d: %zu entered, %016" PRIx64 "\n", record, entered, digest);
    }
    free(fields);
    return 0;
}
