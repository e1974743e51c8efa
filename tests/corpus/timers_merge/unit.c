/* Pending timers of an event loop: doubly linked, sorted by deadline, first come first served. */
#include <stddef.h>
#include <stdint.h>

struct timer {
    struct timer *next;
    struct timer *prev;
    int64_t deadline; /* nanoseconds, may lie before the epoch */
    uint32_t id;
};

struct timer_list {
    struct timer *head;
    struct timer *tail;
    uint32_t count;
};

void timers_append(struct timer_list *list, struct timer *timer);
void timers_cancel(struct timer_list *list, struct timer *timer);
void timers_merge(struct timer_list *into, struct timer_list *from);

void timers_append(struct timer_list *list, struct timer *timer) {
    timer->next = NULL;
    timer->prev = list->tail;
    if (list->tail)
        list->tail->next = timer;
    else
        list->head = timer;
    list->tail = timer;
    list->count++;
}

void timers_cancel(struct timer_list *list, struct timer *timer) {
    if (timer->prev)
        timer->prev->next = timer->next;
    else
        list->head = timer->next;
    if (timer->next)
        timer->next->prev = timer->prev;
    else
        list->tail = timer->prev;
    list->count--;
}

/* Moves all of `from` into `into`; of equal deadlines, those of `into` stay first. */
void timers_merge(struct timer_list *into, struct timer_list *from) {
    if (into == from)
        return;
    struct timer *a = into->head;
    struct timer *b = from->head;
    struct timer *last = NULL;
    struct timer **link = &into->head;
    while (a && b) {
        struct timer **least = b->deadline < a->deadline ? &b : &a;
        struct timer *timer = *least;
        *least = timer->next;
        timer->prev = last;
        *link = timer;
        link = &timer->next;
        last = timer;
    }
    struct timer *rest = a ? a : b;
    *link = rest;
    if (rest)
        rest->prev = last;
    if (b)
        into->tail = from->tail;
    into->count += from->count;
    from->head = NULL;
    from->tail = NULL;
    from->count = 0;
}
