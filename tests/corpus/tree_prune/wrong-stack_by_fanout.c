struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    node->child = tree_prune(node->child, least, report);
    size_t children = 0;
    for (const struct node *c = node->child; c; c = c->sibling)
        children++;
    struct slot {
        uint64_t total;
        char label[504];
    } *slots = __builtin_alloca((children + 1) * sizeof *slots);
    size_t n = 0;
    for (const struct node *c = node->child; c; c = c->sibling)
        slots[n++].total = c->total;
    node->total = node->size;
    for (size_t i = 0; i < n; i++)
        node->total += slots[i].total;
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
/* verdict: refuted: keeps each child's total on the stack (alloca): a wide directory overflows it */
