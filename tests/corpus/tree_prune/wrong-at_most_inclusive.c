struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    node->child = tree_prune(node->child, least, report);
    node->total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        node->total += c->total;
    struct node *rest = tree_prune(node->sibling, least, report);
    if (node->child || node->kind == NODE_PINNED || node->total > least) {
        if (node->depth > report->deepest)
            report->deepest = node->depth;
        node->sibling = rest;
        return node;
    }
    report->bytes += node->size;
    report->nodes++;
    free(node->name);
    free(node);
    return rest;
}
/* verdict: refuted: a node of exactly the least size goes too */
