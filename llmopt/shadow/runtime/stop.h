/* Where a run ends: a system call that the jail knows to be none. */
#ifndef LLMOPT_SHADOW_STOP_H
#define LLMOPT_SHADOW_STOP_H

/* Numbers that no system call has. */
#define STOP_AT_LIMIT 5000
#define STOP_AT_FAULT 5001

/* Never returns in a run. */
void stop_run(long number);
/* For what the program did wrong itself: a run stops, the program is aborted. */
_Noreturn void stop_at_fault(const char *what);

#endif
