// A stored object that is not what its manifest says, and a swap.
//
// The first byte says what is wrong with it; the others are the object.
#include "place.h"
#include "swap.h"

#include <string.h>
#include <sys/stat.h>

enum { NOTHING, SIZE, DIGEST, LINK, WRITABLE, MISSING_FILE, KINDS };

static void swap(const char *output, const uint8_t *data, size_t size) {
    uint8_t *back = malloc(size + 1);
    REQUIRE(back);
    place_file(output, (const uint8_t *)"old", 3);
    REQUIRE(put_object(output, data, size) == REASON_NONE);
    int fd = open(output, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && read(fd, back, size + 1) == (ssize_t)size);
    REQUIRE(memcmp(back, data, size) == 0);
    close(fd);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[PATH_MAX], output[PATH_MAX];
    if (size == 0)
        return 0;
    int wrong = *data++ % KINDS;
    struct manifest manifest = {.has_object = true, .object_size = --size};
    blake2b(data, size, manifest.object, DIGEST_SIZE);
    place_path(path, "object");
    place_path(output, "output");
    unlink(path);
    if (wrong == LINK)
        REQUIRE(symlink(output, path) == 0);
    else if (wrong != MISSING_FILE)
        place_file(path, data, size);
    if (wrong == WRITABLE)
        REQUIRE(chmod(path, 0666) == 0);
    if (wrong == SIZE)
        manifest.object_size += size % 2 ? 1 : UINT64_MAX / 2;
    if (wrong == DIGEST)
        manifest.object[size % DIGEST_SIZE] ^= 1;

    static const enum reason reasons[] = {
        [NOTHING] = REASON_NONE,
        [SIZE] = REASON_OBJECT_DAMAGED,
        [DIGEST] = REASON_OBJECT_DAMAGED,
        [LINK] = REASON_OBJECT_UNTRUSTED,
        [WRITABLE] = REASON_OBJECT_UNTRUSTED,
        [MISSING_FILE] = REASON_OBJECT_MISSING,
    };
    unsigned char *object = NULL;
    REQUIRE(read_object(path, &manifest, &object) == reasons[wrong]);
    REQUIRE((object != NULL) == (wrong == NOTHING));
    if (object)
        swap(output, object, size);
    free(object);
    return 0;
}
