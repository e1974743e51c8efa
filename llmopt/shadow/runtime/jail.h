/* Keeps a run from changing anything outside of itself: each system call is emulated, or ends it.
 */
#ifndef LLMOPT_SHADOW_JAIL_H
#define LLMOPT_SHADOW_JAIL_H

/* 0 for success. A run that stops says so on its channel. */
int jail_enter(void);

#endif
