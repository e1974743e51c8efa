/* Where the runtime keeps what it knows: at fixed addresses, in pages that hold nothing of the
 * program, so that they can be left out of every comparison. The runtime has no other statics. */
#ifndef LLMOPT_SHADOW_ADDRESSES_H
#define LLMOPT_SHADOW_ADDRESSES_H

#include <stdint.h>

#define PAGE_BYTES UINT64_C(4096)

#define ARENA_START UINT64_C(0x100000000000)
#define ARENA_BYTES (UINT64_C(64) << 30)
#define ARENA_END (ARENA_START + ARENA_BYTES)

/* One struct block for each granule of the arena. */
#define BLOCKS_START UINT64_C(0x110000000000)
/* One struct span for each span of the arena. */
#define SPANS_START UINT64_C(0x120000000000)
#define HEAP_START UINT64_C(0x130000000000)

#define STATE_START_LITERAL 0x140000000000 /* for assembly */
#define STATE_START UINT64_C(0x140000000000)
/* Shared with the file that the gate reads. */
#define COUNTS_START UINT64_C(0x150000000000)
/* What a snapshot works with. */
#define WORK_START UINT64_C(0x160000000000)

#define RUNTIME_START BLOCKS_START
#define RUNTIME_END UINT64_C(0x200000000000)

#endif
