#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

struct node {
    struct node *child;
    struct node *sibling;
    char *name;
    uint64_t size;
    uint64_t total;
    uint32_t depth;
    uint8_t kind;
};

struct prune_report {
    uint64_t bytes;
    uint32_t nodes;
    uint32_t deepest;
};

struct node *node_add(struct node *parent, const char *name, uint8_t kind, uint64_t size);
struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report);
void tree_free(struct node *node);

static uint64_t state = 3;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static void fill(struct node *directory, unsigned levels) {
    for (uint32_t files = 3 + next_random() % 9; files > 0; files--) {
        char name[32];
        snprintf(name, sizeof name, "file%" PRIu32, next_random() % 100000);
        node_add(directory, name, 0, 20 + next_random() % 20000);
    }
    for (uint32_t n = 1 + next_random() % 5; n > 0 && levels > 0; n--) {
        struct node *below = node_add(directory, "directory", 1, 64);
        if (below)
            fill(below, levels - 1);
    }
}

int main(void) {
    for (int run = 0; run < 60; run++) {
        struct node *root = node_add(NULL, "root", 1, 64);
        if (!root)
            return 1;
        fill(root, 6);
        for (uint64_t least = 100; least <= 16000 && root; least *= 3) {
            struct prune_report report = {0, 0, 0};
            root = tree_prune(root, least, &report);
            printf("%d %5" PRIu64 ": %" PRIu32 " nodes, %" PRIu64 " bytes, depth %" PRIu32
                   ", %" PRIu64 "\n",
                   run, least, report.nodes, report.bytes, report.deepest, root ? root->total : 0);
        }
        tree_free(root);
    }
    return 0;
}
