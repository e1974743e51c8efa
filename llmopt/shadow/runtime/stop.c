#include "stop.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

void stop_run(long number) {
    __asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
}

void stop_at_fault(const char *what) {
    if (STATE->role == ROLE_RUN) {
        strncpy(STATE->run.stop.fault, what, sizeof STATE->run.stop.fault - 1);
        stop_run(STOP_AT_FAULT);
    }
    abort();
}
