/* The writable memory of a process. */
#ifndef LLMOPT_SHADOW_MAPS_H
#define LLMOPT_SHADOW_MAPS_H

#include <stdint.h>
#include <sys/types.h>

#define MAPS_MOST 8192
#define MAP_NAME_BYTES 256

struct map {
    uint64_t start, end;
    int writable, shared;
    char name[MAP_NAME_BYTES]; /* of a file, or as the kernel calls it; empty for none */
};

struct maps {
    unsigned count;
    struct map list[MAPS_MOST];
};

/* 0 for success. */
int maps_read(struct maps *maps, pid_t pid);
/* The mapping that holds an address; NULL for none. */
const struct map *maps_find(const struct maps *maps, uint64_t address);
/* Where the file that an address belongs to begins in memory: its data that no file holds stands
 * behind it. 0 where it belongs to none. */
uint64_t maps_file_start(const struct maps *maps, uint64_t address, const char **name);

#endif
