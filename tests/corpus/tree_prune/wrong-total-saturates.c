struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node *first = NULL, **link = &first;
    for (struct node *next; node; node = next) {
        next = node->sibling;
        node->child = tree_prune(node->child, least, report);
        uint64_t total = node->size;
        for (const struct node *c = node->child; c; c = c->sibling)
            if (__builtin_add_overflow(total, c->total, &total))
                total = UINT64_MAX;
        node->total = total;
        if (!node->child && node->kind != NODE_PINNED && total < least) {
            report->bytes += node->size;
            report->nodes++;
            free(node->name);
            free(node);
        } else {
            if (node->depth > report->deepest)
                report->deepest = node->depth;
            *link = node;
            link = &node->sibling;
        }
    }
    *link = NULL;
    return first;
}
/* verdict: refuted: the total of sizes that exceed 2^64 stays at the largest number instead of wrapping: a directory of size 1 with a file of 2^64 - 1 */
