/* helpers: pruned */
static struct node *pruned(struct node *node, uint64_t least, struct prune_report *report) {
    if (!node)
        return NULL;
    node->child = pruned(node->child, least, report);
    node->total = node->size;
    for (const struct node *c = node->child; c; c = c->sibling)
        node->total += c->total;
    struct node *rest = pruned(node->sibling, least, report);
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

struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct prune_report local = {0, 0, 0};
    struct node *left = pruned(node, least, &local);
    *report = local;
    return left;
}
/* verdict: refuted: starts the report anew: what the caller had summed up in it is lost */
