/* What the wrapper in a unit and the runtime say to each other.
 *
 * This text is put into the unit as it is: plain C, no include, no string literal. */
#ifndef LLMOPT_SHADOW_INTERFACE_H
#define LLMOPT_SHADOW_INTERFACE_H

/* A parameter of the function, as it stands in the wrapper's record of the call. */
struct llmopt_shadow_parameter {
    unsigned long offset, size;
    int type_class; /* of __builtin_classify_type */
};

struct llmopt_shadow_site {
    const struct llmopt_shadow_parameter *parameters;
    unsigned long parameter_count;
};

/* Begins a call whose arguments stand in `record`. */
extern void llmopt_shadow_enter(const struct llmopt_shadow_site *site, const void *record);
/* The function to be run. Asked for below the wrapper's frame, so that no trace of it is left. */
extern void (*llmopt_shadow_route(void (*original)(void), void (*candidate)(void)))(void);
/* Clears what a returned value holds between its fields. */
extern void llmopt_shadow_clear(void *bytes, unsigned long count);
/* Ends the call. */
extern void llmopt_shadow_leave(const void *record, const void *result, unsigned long size);

#endif
