struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    node->child = tree_prune(node->child, least, report);
    uint64_t total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        total += c->total;
    node->total = total;
    struct node *rest = tree_prune(node->sibling, least, report);
    if (!node->child && node->kind != NODE_PINNED && (uint32_t)total < least) {
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
/* verdict: refuted: totals of 4 GiB and more are cut before they are compared */
