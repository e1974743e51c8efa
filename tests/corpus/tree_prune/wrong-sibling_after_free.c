struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node *first = NULL;
    struct node **end = &first;
    for (; node; node = node->sibling) {
        node->child = tree_prune(node->child, least, report);
        node->total = node->size;
        for (const struct node *c = node->child; c; c = c->sibling)
            node->total += c->total;
        if (!node->child && node->kind != NODE_PINNED && node->total < least) {
            report->bytes += node->size;
            report->nodes++;
            free(node->name);
            free(node);
        } else {
            if (node->depth > report->deepest)
                report->deepest = node->depth;
            *end = node;
            end = &node->sibling;
        }
    }
    *end = NULL;
    return first;
}
/* verdict: refuted: goes on to the sibling of a node that it has freed */
