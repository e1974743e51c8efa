/* Where the runtime keeps what changes: apart from the data of the unit under test, which is put
 * back between two tries. */
#ifndef LLMOPT_STATE_H
#define LLMOPT_STATE_H

#define STATE __attribute__((section("llmopt_state")))

/* How the runtime itself ends when it cannot do its work. */
#define EXIT_RUNTIME 97

/* Remembers all data of the program but the runtime's. */
void state_remember(void);
/* Puts it back. */
void state_restore(void);

#endif
