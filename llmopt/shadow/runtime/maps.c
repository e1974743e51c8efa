#define _GNU_SOURCE
#include "maps.h"
#include "kernel.h"
#include "report.h"
#include "work.h"

#include <string.h>
#include <sys/syscall.h>

static uint64_t hexadecimal(const char **text) {
    uint64_t value = 0;
    for (;; (*text)++) {
        char c = **text;
        if (c >= '0' && c <= '9')
            value = value * 16 + (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (uint64_t)(c - 'a' + 10);
        else
            return value;
    }
}

/* One line: `start-end rwxp offset device inode   name`. */
static void read_line(struct map *map, const char *line) {
    map->start = hexadecimal(&line);
    line++;
    map->end = hexadecimal(&line);
    map->writable = line[2] == 'w';
    map->shared = line[4] == 's';
    map->name[0] = 0;
    const char *name = strpbrk(line, "/[");
    if (name) {
        strncpy(map->name, name, sizeof map->name - 1);
        map->name[sizeof map->name - 1] = 0;
    }
}

int maps_read(struct maps *maps, pid_t pid) {
    char bytes[64];
    struct text path = {bytes, 0, sizeof bytes};
    text_add(&path, "/proc/");
    text_add_number(&path, (uint64_t)pid);
    text_add(&path, "/maps");
    long got = kernel_read_file(bytes, WORK->maps_text, sizeof WORK->maps_text);
    if (got <= 0 || got + 1 >= (long)sizeof WORK->maps_text)
        return -1;
    maps->count = 0;
    for (char *line = WORK->maps_text; *line;) {
        char *end = strchr(line, '\n');
        if (!end || maps->count >= MAPS_MOST)
            return -1;
        *end = 0;
        read_line(&maps->list[maps->count++], line);
        line = end + 1;
    }
    return 0;
}

const struct map *maps_find(const struct maps *maps, uint64_t address) {
    for (unsigned i = 0; i < maps->count; i++)
        if (address >= maps->list[i].start && address < maps->list[i].end)
            return &maps->list[i];
    return NULL;
}

uint64_t maps_file_start(const struct maps *maps, uint64_t address, const char **name) {
    const struct map *map = maps_find(maps, address);
    if (!map)
        return 0;
    if (!map->name[0] && map > maps->list && map[-1].end == map->start)
        map--;
    if (map->name[0] != '/')
        return 0;
    while (map > maps->list && !strcmp(map[-1].name, map->name))
        map--;
    *name = map->name;
    return map->start;
}
