/* Buffers at fixed addresses, each between regions that nobody may touch. */
#ifndef LLMOPT_ARENA_H
#define LLMOPT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS 256
#define SLOT_ROOM ((size_t)1 << 20)      /* bytes; the most that a buffer holds */
#define SLOT_MOST (3 * SLOT_ROOM - 4096) /* and one of many records, before its guard */

enum layout { BEFORE_GUARD, BEHIND_GUARD };

struct slot {
    uint64_t path;     /* what tells it apart: its place among the case's values */
    uint64_t group;    /* the same for those that one buffer points to */
    size_t size;       /* bytes */
    size_t held;       /* elements of it that are in use, by what stands there */
    size_t least_size; /* bytes that are there by what stands beside the pointer to it */
    unsigned type;     /* of its elements */
    unsigned owner_slot, owner_call, owner_parameter; /* where the pointer to it stands */
    size_t owner_offset;
    size_t shift; /* bytes off the guard, of those that lie behind one */
    enum layout layout;
    bool used, measured, fixed, constant, freed, refilled;
    bool filled;
    bool many; /* it holds more records than 16 bits count: all nodes of a list, or an array */
    bool told; /* an argument says how long it is */
    unsigned depth;
    const unsigned char *record; /* that holds the pointer to it, and its type */
    unsigned record_type;
    long least, most;      /* keys of an ordered tree, as far as this part of it holds them */
    unsigned char *master; /* its content as drawn, as far as that was asked for */
    size_t drawn;          /* elements of it */
    uint64_t drawn_at;
    unsigned char *begin;
    unsigned char *low, *high; /* of the pages that may be touched */
};

struct arena {
    struct slot slots[SLOTS];
    unsigned count;
    unsigned char fill; /* of all that nobody has written */
    unsigned order;     /* of the slots' addresses: the first one need not be the lowest */
    bool trying;        /* only the ends of buffers are guarded: that is quicker */
};

extern struct arena arena;

/* Takes the addresses. Ends the process where they are not free. */
void arena_begin(void);
/* The slot of a path; a new one when there is none. NULL when there are too many. */
struct slot *arena_slot(uint64_t path);
/* Whether there is one, or room for it beside those of a call's parameters. */
bool arena_has_room(uint64_t path);
/* Makes the pages of a slot usable as its size and layout say, and fills what is around it. */
void arena_place(struct slot *slot);
/* No slot is in use any more. */
void arena_reset(void);
/* The slot in whose region an address lies, or NULL. */
struct slot *arena_find(const void *address);
/* What can be read only or not at all from now on. */
void arena_protect(struct slot *slot);
void arena_free(struct slot *slot);
/* Whether anything beside the slot's bytes was written. */
bool arena_damaged(const struct slot *slot);

#endif
