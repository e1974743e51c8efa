/* System calls without libc: nothing is cached, no hook runs, errno stays. */
#ifndef LLMOPT_SHADOW_KERNEL_H
#define LLMOPT_SHADOW_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns what the kernel returns: minus an errno for a failure. */
long kernel_call(long number, long a, long b, long c, long d, long e, long f);
/* The address behind the one syscall instruction of kernel_call. */
extern const char kernel_call_site[];

#define KERNEL0(n) kernel_call((n), 0, 0, 0, 0, 0, 0)
#define KERNEL1(n, a) kernel_call((n), (long)(a), 0, 0, 0, 0, 0)
#define KERNEL2(n, a, b) kernel_call((n), (long)(a), (long)(b), 0, 0, 0, 0)
#define KERNEL3(n, a, b, c) kernel_call((n), (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define KERNEL4(n, a, b, c, d) kernel_call((n), (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

/* A copy of this process with this thread only, whose end sends no signal. */
pid_t kernel_clone(void);
/* Waits for the end of such a copy; returns its wait status. */
int kernel_wait(pid_t pid);
_Noreturn void kernel_exit(int status);
void kernel_close(int fd);
/* Opens for reading; minus an errno where that fails. */
int kernel_open(const char *path);
/* Reads a whole small file into a text; -1 where it cannot be read. */
long kernel_read_file(const char *path, char *text, size_t size);
/* Nanoseconds of the monotonic clock. */
uint64_t kernel_now(void);
/* Private memory at a fixed address that nothing stands at yet; 0 for success. */
int kernel_reserve(uint64_t address, uint64_t bytes);

#endif
