struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    int leaf = !node->child;
    node->child = tree_prune(node->child, least, report);
    node->total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        node->total += c->total;
    struct node *rest = tree_prune(node->sibling, least, report);
    if (leaf && node->kind != NODE_PINNED && node->total < least) {
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
/* verdict: refuted: a directory whose children all go now stays until the next pruning */
