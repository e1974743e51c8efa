#define _GNU_SOURCE
#include "counts.h"
#include "kernel.h"
#include "state.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static long map(int flags, int fd) {
    return kernel_call(SYS_mmap, (long)COUNTS_START, (long)PAGE_BYTES, PROT_READ | PROT_WRITE,
                       MAP_FIXED | flags, fd, 0);
}

int counts_open(const char *path) {
    long fd = KERNEL4(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || KERNEL2(SYS_ftruncate, fd, PAGE_BYTES) < 0)
        return -1;
    long got = map(MAP_SHARED, (int)fd);
    kernel_close((int)fd);
    return (uint64_t)got == COUNTS_START ? 0 : -1;
}

uint64_t counts_begin_call(void) { return __atomic_add_fetch(&COUNTS->calls, 1, __ATOMIC_RELAXED); }

void counts_add_stretch(uint64_t calls) {
    __atomic_add_fetch(&COUNTS->stretches, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&COUNTS->covered, calls, __ATOMIC_RELAXED);
}

void counts_add_single(void) { __atomic_add_fetch(&COUNTS->singles, 1, __ATOMIC_RELAXED); }

void counts_add_excluded(uint64_t calls) {
    __atomic_add_fetch(&COUNTS->excluded, calls, __ATOMIC_RELAXED);
}

void counts_add_time(uint64_t nanoseconds) {
    __atomic_add_fetch(&COUNTS->spent_ns, nanoseconds, __ATOMIC_RELAXED);
}

void counts_detach(void) { map(MAP_PRIVATE | MAP_ANONYMOUS, -1); }
