/* What the driver of a unit tells the runtime. Included by the runtime and pasted into units: it
 * needs no header and is content with C89. */
#ifndef LLMOPT_DRIVER_H
#define LLMOPT_DRIVER_H

enum {
    LLMOPT_VOID,
    LLMOPT_INTEGER,
    LLMOPT_BOOLEAN,
    LLMOPT_FLOAT,
    LLMOPT_POINTER,
    LLMOPT_RECORD,
    LLMOPT_UNION,
    LLMOPT_ARRAY,
    LLMOPT_FUNCTION,
    LLMOPT_STREAM,
    LLMOPT_OPAQUE
};

enum {
    LLMOPT_SIGNED = 1,      /* of an integer */
    LLMOPT_TEXT = 2,        /* of a plain char */
    LLMOPT_CONSTANT = 4,    /* of a pointer: what it points to is const */
    LLMOPT_RESTRICT = 8,    /* of a pointer */
    LLMOPT_SELF = 16,       /* of a record: a pointer in it may lead to another one of its kind */
    LLMOPT_BACK = 32,       /* of a field: by its name it points to where one came from */
    LLMOPT_ROOM = 64,       /* of a field: by its name it is how many there is room for */
    LLMOPT_COUNT = 128,     /* of a field: by its name it is how many there are */
    LLMOPT_VARIED = 256,    /* of a global: cases may set it */
    LLMOPT_NONNULL = 512,   /* of a parameter, by contract */
    LLMOPT_STRING = 1024,   /* of a parameter, by contract: ends with a NUL */
    LLMOPT_DISTINCT = 2048, /* of a parameter, by contract: overlaps no other */
    LLMOPT_RANGED = 4096,   /* of a parameter, by contract: low and high hold */
    LLMOPT_MEASURED = 8192, /* of a parameter, by contract: the driver says its length */
    LLMOPT_PURE = 16384,    /* of a function type: calls of it are not compared */
    LLMOPT_ORDER = 32768,   /* of a function type: it compares two things */
    LLMOPT_PLACE = 65536,   /* of a field: by its name it is an index */
    LLMOPT_FLEXIBLE = 1 << 17, /* of a record: it ends with an array of any length */
    LLMOPT_KEY = 1 << 18,      /* of a field: lists are ordered by it */
    LLMOPT_LAST = 1 << 19,     /* of a field: points to the end of the list before it */
    LLMOPT_SINGLE = 1 << 22,   /* of a parameter: it points to one record, not to several */
    LLMOPT_TRUTH = 1 << 21,    /* of a field: it is 0 or 1, wherever the unit sets it */
    LLMOPT_AMONG = 1 << 20     /* of a field: points to one of the list or tree before it */
};

struct llmopt_field {
    const char *name;
    unsigned type, flags;
    unsigned long bit_offset, bit_width; /* a width of 0 is the type's own */
};

struct llmopt_type {
    unsigned kind, flags;
    unsigned long size;
    unsigned element; /* pointee, array element, or number of the function type */
    unsigned long count;
    const struct llmopt_field *fields;
    const long long *values; /* of an enumeration */
    const char *name;
};

struct llmopt_parameter {
    const char *name;
    unsigned type, flags;
    unsigned long offset; /* in the frame */
    long long low, high;
};

struct llmopt_global {
    const char *name;
    unsigned type, flags;
    void *address;
};

struct llmopt_function {
    const char *name;
    void (*address)(void);
};

struct llmopt_callback {
    unsigned result, flags; /* type of the result */
    unsigned long result_offset, count;
    const struct llmopt_parameter *parameters;
    void (*address)(void);
};

struct llmopt_driver {
    const char *name;
    const struct llmopt_type *types;
    unsigned result;
    unsigned long result_offset, frame_size, parameter_count;
    const struct llmopt_parameter *parameters;
    void (*call)(void *frame);
    unsigned long (*length)(unsigned parameter, const void *frame); /* in elements */
    int (*agree)(void *frame); /* puts arguments right; whether anybody calls it so */
    unsigned generator_count;
    void (*generate)(unsigned generator, void *frame); /* makes arguments; counted from 0 */
    unsigned long global_count;
    struct llmopt_global *globals;
    unsigned long function_count;
    const struct llmopt_function *functions;
    unsigned long callback_count;
    const struct llmopt_callback *callbacks;
};

extern struct llmopt_driver llmopt_driver;
extern void llmopt_driver_begin(void); /* fills in addresses that are no constants */
extern void llmopt_callback(unsigned number, void *frame);
/* For generators: any number of a range, both ends within it. */
extern long long llmopt_draw(long long low, long long high);

#endif
