struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node *first = NULL;
    struct node **end = &first;
    while (node) {
        struct node *next = node->sibling;
        if (node->child)
            node->child = tree_prune(node->child, least, report);
        uint64_t total = node->size;
        for (const struct node *c = node->child; c; c = c->sibling)
            total += c->total;
        if (node->child || node->kind == NODE_PINNED || total >= least) {
            node->total = total;
            if (report->deepest < node->depth)
                report->deepest = node->depth;
            *end = node;
            end = &node->sibling;
        } else {
            report->bytes += node->size;
            report->nodes += 1;
            free(node->name);
            free(node);
        }
        node = next;
    }
    *end = NULL;
    return first;
}
/* verdict: passed */
