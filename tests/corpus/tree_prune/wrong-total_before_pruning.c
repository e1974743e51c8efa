struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    uint64_t before = report->bytes;
    node->child = tree_prune(node->child, least, report);
    node->total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        node->total += c->total;
    if (node->child)
        node->total += report->bytes - before;
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
/* verdict: refuted: the total still holds the sizes of what was pruned just now */
