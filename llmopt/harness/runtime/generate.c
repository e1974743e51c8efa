#include "generate.h"

#include "case.h"
#include "making.h"
#include "random.h"

void generate_begin(void) {
    records_begin();
    buffers_begin();
    scene.letter = 0;
}

void generate_value(unsigned type, unsigned char *at, uint64_t place) {
    struct context nobody = context_in(0);
    value_make(type, at, place, &nobody);
}

void generate_globals(unsigned call) {
    uint64_t place = call ? mixed(scene.place, 3000 + call) : scene.place;
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++) {
        const struct llmopt_global *global = &llmopt_driver.globals[i];
        if (global->flags & LLMOPT_VARIED)
            generate_value(global->type, global->address, mixed(place, 2000 + i));
    }
}

void generate_rest(void) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used && !arena.slots[i].filled) {
            buffer_fill(&arena.slots[i], false);
            i = NOBODY; /* what it points to may stand before it */
        }
    records_settle();
}

void generate_again(void) {
    buffers_renew();
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        unsigned kind = type_of(slot->type)->kind;
        if (slot->used && !slot->freed && (kind == LLMOPT_INTEGER || kind == LLMOPT_FLOAT))
            buffer_fill(slot, false);
    }
}
