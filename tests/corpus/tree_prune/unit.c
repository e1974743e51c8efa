/* A directory tree with sizes: prunes what is too small and folds the sizes of what stays. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_FILE, NODE_DIRECTORY, NODE_PINNED };

struct node {
    struct node *child;   /* first child, directories only */
    struct node *sibling; /* next in the same directory */
    char *name;
    uint64_t size;  /* its own */
    uint64_t total; /* with all below it, as of the last pruning */
    uint32_t depth;
    uint8_t kind;
};

struct prune_report {
    uint64_t bytes; /* freed nodes' own sizes */
    uint32_t nodes;
    uint32_t deepest; /* greatest depth of a node that stays */
};

struct node *node_add(struct node *parent, const char *name, uint8_t kind, uint64_t size);
struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report);
void tree_free(struct node *node);

struct node *node_add(struct node *parent, const char *name, uint8_t kind, uint64_t size) {
    struct node *node = calloc(1, sizeof *node);
    size_t bytes = strlen(name) + 1;
    if (!node)
        return NULL;
    node->name = malloc(bytes);
    if (!node->name) {
        free(node);
        return NULL;
    }
    memcpy(node->name, name, bytes);
    node->kind = kind;
    node->size = size;
    if (parent) {
        node->depth = parent->depth + 1;
        node->sibling = parent->child;
        parent->child = node;
    }
    return node;
}

/* Prunes a list of siblings from below: files under `least`, and directories that are left empty
   and are under it, go, unless they are pinned. Returns what is left of the list. */
struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    node->child = tree_prune(node->child, least, report);
    node->total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        node->total += c->total;
    struct node *rest = tree_prune(node->sibling, least, report);
    if (!node->child && node->kind != NODE_PINNED && node->total < least) {
        report->bytes += node->size;
        report->nodes++;
        free(node->name);
        free(node);
        return rest;
    }
    if (node->depth > report->deepest)
        report->deepest = node->depth;
    node->sibling = rest;
    return node;
}

void tree_free(struct node *node) {
    while (node) {
        struct node *sibling = node->sibling;
        tree_free(node->child);
        free(node->name);
        free(node);
        node = sibling;
    }
}
