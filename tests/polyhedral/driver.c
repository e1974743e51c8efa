/* Calls each function and its rewritten forms on the same memory, and compares all of it.
   `function` has the tables; the arrays lie in one arena each, or where others lie as well. */
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ARRAYS = 11, PAGE = 4096, HALF = 8 * PAGE, ARENA = 2 * HALF };

static const int sizes[ARRAYS] = {8, 8, 4, 4, 8, 4, 1, 8, 8, 8, 8};

static long lowest[ARRAYS], highest[ARRAYS];
static int outside;
int llmopt_level;

static jmp_buf stop;
static long steps;

/* Unsigned bounds that have wrapped are not waited for. */
static void step(void)
{
    if (++steps > 100000)
        longjmp(stop, 1);
}

static long trace(int array, __int128 row, __int128 column, long width)
{
    __int128 at = row * width + column;
    if (width && (column < 0 || column >= width))
        outside = 1;
    if (at < -1900 || at > 1900 || (array == 10 && (at < 0 || at >= 200))) {
        outside = 1;
        return 0;
    }
    if (at < lowest[array])
        lowest[array] = at;
    if (at > highest[array])
        highest[array] = at;
    return (long)at;
}

#define F(name) double name(PARAMETERS)
#include "functions.h"

struct call {
    int n, m, w, k0;
    double s0;
    void *arrays[ARRAYS];
};

typedef double function(PARAMETERS);

static uint64_t state;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static double call(function *called, struct call *c)
{
    void **at = c->arrays;
    return called(c->n, c->m, c->s0, c->k0, c->w, at[0], at[1], at[2], at[3], at[4], at[5], at[6],
                  at[7], at[8], at[9]);
}

/* Whether the function may be called so. */
static int is_valid(function *traced, struct call *c)
{
    steps = outside = 0;
    if (setjmp(stop))
        return 0;
    call(traced, c);
    return !outside;
}

static char *arenas[ARRAYS];
static char *before[ARRAYS], *after[ARRAYS];
static double ga_before[200], ga_after[200];

static char *mapped(void)
{
    char *whole = mmap(NULL, ARENA + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(whole + PAGE, ARENA, PROT_READ | PROT_WRITE);
    return whole + PAGE;
}

static void fill(int array, char *at, long size)
{
    for (long n = 0; n < size / sizes[array]; n++) {
        int value = (int)(next() % 17) - 8;
        if (array == 2)
            ((float *)at)[n] = (float)value * 0.375f;
        else if (array == 3 || array == 5)
            ((int *)at)[n] = next() % 8 ? value : (int)next();
        else if (array == 4)
            ((long *)at)[n] = value;
        else if (array == 6)
            at[n] = (char)next();
        else
            ((double *)at)[n] = value * 0.375 + (double)(next() % 5) * 1e-3;
    }
}

/* No rule says which NaN an operation gives. */
static void plain(int array, char *at, long size)
{
    if (array == 2) {
        for (long n = 0; n < size / 4; n++)
            if (isnan(((float *)at)[n]))
                memset(at + 4 * n, 0xff, 4);
    } else if (sizes[array] == 8 && array != 4) {
        for (long n = 0; n < size / 8; n++)
            if (isnan(((double *)at)[n]))
                memset(at + 8 * n, 0xff, 8);
    }
}

static int differs(double one, double other)
{
    return isnan(one) ? !isnan(other) : memcmp(&one, &other, sizeof one) != 0;
}

static long calls, skipped;

static void reset(void)
{
    for (int n = 0; n < ARRAYS; n++)
        memcpy(arenas[n], before[n], ARENA);
    memcpy(ga, ga_before, sizeof ga);
}

static void cleaned(void)
{
    for (int n = 0; n < ARRAYS; n++)
        plain(n, arenas[n], ARENA);
    plain(10, (char *)ga, sizeof ga);
}

/* Each array alone: only what the original touches may be touched, but for the rest of a page on
   one side. */
static void compare(int which, struct call *c, int tight)
{
    char *held[ARRAYS];
    reset();
    double expected = call(table[which].original, c);
    cleaned();
    for (int n = 0; n < ARRAYS; n++)
        memcpy(after[n], arenas[n], ARENA);
    memcpy(ga_after, ga, sizeof ga);
    for (int level = 3; level <= 4; level++)
        for (int number = 0; table[which].made[number]; number++) {
            llmopt_level = level;
            reset();
            for (int n = 0; tight && n < 10; n++) {
                char *first = c->arrays[n], *last = c->arrays[n];
                first += lowest[n] <= highest[n] ? lowest[n] * sizes[n] : 0;
                last += lowest[n] <= highest[n] ? (highest[n] + 1) * sizes[n] : 0;
                held[n] = tight == 1 ? (char *)((uintptr_t)(last + PAGE - 1) & -(uintptr_t)PAGE)
                                     : (char *)((uintptr_t)first & -(uintptr_t)PAGE);
                if (tight == 1)
                    mprotect(held[n], (size_t)(arenas[n] + ARENA - held[n]), PROT_NONE);
                else
                    mprotect(arenas[n], (size_t)(held[n] - arenas[n]), PROT_NONE);
            }
            fprintf(stderr, "%s %d level %d n %d m %d w %d tight %d\n", table[which].name, number,
                    level, c->n, c->m, c->w, tight);
            fflush(stderr);
            double got = call(table[which].made[number], c);
            for (int n = 0; tight && n < 10; n++)
                mprotect(arenas[n], ARENA, PROT_READ | PROT_WRITE);
            cleaned();
            int bad = differs(expected, got) || memcmp(ga, ga_after, sizeof ga) != 0;
            for (int n = 0; n < ARRAYS; n++)
                bad |= memcmp(after[n], arenas[n], ARENA) != 0 ? n + 2 : 0;
            calls++;
            if (bad) {
                printf("%s %d differs (%d): level %d n %d m %d w %d tight %d, %g for %g\n",
                       table[which].name, number, bad, level, c->n, c->m, c->w, tight, got,
                       expected);
                fflush(stdout);
                break;
            }
        }
}

static void once(int which)
{
    struct call c = {.n = (int)(next() % 24) - 3,
                     .m = (int)(next() % 20) - 2,
                     .w = next() % 2 ? 24 : 1 + (int)(next() % 16),
                     .k0 = (int)(next() % 9) - 4,
                     .s0 = (double)(next() % 100) * 0.01};
    for (int n = 0; n < ARRAYS; n++) {
        lowest[n] = 1 << 20;
        highest[n] = -(1 << 20);
        fill(n, before[n], ARENA);
        c.arrays[n] = arenas[n] + HALF;
    }
    fill(10, (char *)ga_before, sizeof ga_before);
    reset();
    if (!is_valid(table[which].traced, &c)) {
        skipped++;
        return;
    }
    int mode = (int)(next() % 4);
    if (mode < 2) {
        for (int n = 0; n < 10; n++) {
            /* Against the end of a page, or its beginning. */
            int size = sizes[n];
            long edge = mode ? -(lowest[n] <= highest[n] ? lowest[n] : 0) * size
                             : -(lowest[n] <= highest[n] ? highest[n] + 1 : 0) * size;
            c.arrays[n] = arenas[n] + HALF + edge;
            /* The same values: conditions are as they were when it was traced. */
            memmove(before[n] + HALF + edge - ARENA / 4, before[n] + HALF - ARENA / 4, ARENA / 2);
        }
        compare(which, &c, mode ? 2 : 1);
    } else if (mode == 2) {
        compare(which, &c, 0);
    } else {
        /* Doubles that overlap doubles, signed integers that overlap unsigned ones. */
        static const int doubles[] = {0, 1, 7, 8, 9};
        for (int n = 0; n < 5; n++)
            c.arrays[doubles[n]] = arenas[0] + HALF + (long)(next() % 80) * 8;
        c.arrays[5] = arenas[3] + HALF + (long)(next() % 40) * 4;
        c.arrays[3] = arenas[3] + HALF + (long)(next() % 40) * 4;
        reset();
        if (!is_valid(table[which].traced, &c)) {
            skipped++;
            return;
        }
        compare(which, &c, 0);
    }
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    for (int n = 0; n < ARRAYS; n++) {
        arenas[n] = mapped();
        before[n] = malloc(ARENA);
        after[n] = malloc(ARENA);
    }
    for (int which = 0; table[which].name; which++) {
        state = 0x9e3779b97f4a7c15u + (uint64_t)atoi(table[which].name + 1) * 2654435761u;
        for (int round = 0; round < rounds; round++)
            once(which);
    }
    printf("done %ld calls, %ld skipped\n", calls, skipped);
    return 0;
}
