#include "state.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* The linker's marks. */
extern char __data_start[], _end[];
extern char __start_llmopt_state[], __stop_llmopt_state[];

/* Programs with more data than this are not put back: a try would take too long. */
#define MOST ((size_t)4 << 20)

STATE static char *remembered = 0;

static size_t whole(void) { return (size_t)(_end - __data_start); }

static void copy(char *to, const char *from, uintptr_t start, uintptr_t stop) {
    memcpy(to + start, from + start, stop - start);
}

/* Copies all but the runtime's own, which lies within or beside it. */
static void copy_around(char *to, const char *from) {
    uintptr_t begin = (uintptr_t)__data_start, own = (uintptr_t)__start_llmopt_state,
              behind = (uintptr_t)__stop_llmopt_state;
    size_t size = whole();
    if (own < begin || own >= begin + size) {
        copy(to, from, 0, size);
        return;
    }
    copy(to, from, 0, own - begin);
    if (behind < begin + size)
        copy(to, from, behind - begin, size);
}

void state_remember(void) {
    if (whole() > MOST)
        return;
    void *place = mmap(0, whole(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        return;
    copy_around(place, __data_start);
    remembered = place;
}

void state_restore(void) {
    if (remembered)
        copy_around(__data_start, remembered);
}
