/* Walks the fields of a record, as a serialiser, a printer and a comparer all do. */
#include <stddef.h>
#include <stdint.h>

enum field_type { FIELD_END, FIELD_INTEGER, FIELD_TEXT, FIELD_GROUP, FIELD_UNSET };

struct field {
    const char *name;
    int32_t type;
    int32_t span; /* of a group: how many of the fields behind it are its own */
    int64_t value;
};

enum visit { VISIT_NEXT, VISIT_SKIP, VISIT_STOP };

struct visitor {
    enum visit (*enter)(const struct field *field, int depth, void *context);
    void (*leave)(const struct field *group, int depth, void *context); /* may be NULL */
    void *context;
};

size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth);

/* Enters each field in order, up to FIELD_END or the count; unset ones are passed over. A visit may
   change the field that it is given, and the visitor: both are looked at afterwards. A group is
   left after its own fields, also when they were skipped, but not when a visit stopped: then
   nothing more is called. Returns how many fields were entered; with the top bit set after a stop.
 */
size_t visit_fields(const struct field *fields, size_t count, const struct visitor *visitor,
                    int depth) {
    const size_t stopped = ~(SIZE_MAX >> 1);
    size_t entered = 0;
    for (size_t i = 0; i < count && fields[i].type != FIELD_END; i++) {
        const struct field *field = &fields[i];
        if (field->type == FIELD_UNSET)
            continue;
        enum visit answer = visitor->enter(field, depth, visitor->context);
        entered++;
        if (answer == VISIT_STOP)
            return entered | stopped;
        if (field->type != FIELD_GROUP)
            continue;
        size_t own = field->span < 0 ? 0 : (size_t)field->span;
        if (own > count - i - 1)
            own = count - i - 1;
        if (answer == VISIT_NEXT) {
            size_t below = visit_fields(field + 1, own, visitor, depth + 1);
            entered += below & ~stopped;
            if (below & stopped)
                return entered | stopped;
        }
        if (visitor->leave)
            visitor->leave(field, depth, visitor->context);
        i += own;
    }
    return entered;
}
