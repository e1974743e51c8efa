/* Chooses single calls: those whose arguments are new in kind, and ever fewer of the others. */
#ifndef LLMOPT_SHADOW_NOVELTY_H
#define LLMOPT_SHADOW_NOVELTY_H

#include "interface.h"

#include <stdint.h>

/* Whether an argument is new in kind, or how two of them relate; not any more the next time. */
int novelty_is_new(const struct llmopt_shadow_site *site, const void *record);
int novelty_wants(const struct llmopt_shadow_site *site, const void *record, uint64_t call);
/* An argument as a number, sign extended; 0 where it is larger than one. */
int64_t argument_value(const struct llmopt_shadow_parameter *parameter, const void *bytes);

/* Of __builtin_classify_type. */
#define CLASS_POINTER 5
#define CLASS_REAL 8

#endif
