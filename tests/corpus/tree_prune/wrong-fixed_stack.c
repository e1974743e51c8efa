struct node *tree_prune(struct node *node, uint64_t least, struct prune_report *report) {
    struct node **links[64];
    struct node *owners[64];
    struct node *first = node;
    struct node **link = &first;
    int level = 0;
    int descend = 1;
    for (;;) {
        struct node *at = *link;
        if (at && descend) {
            at->total = at->size;
            links[level] = link;
            owners[level++] = at;
            link = &at->child;
            continue;
        }
        if (!at) {
            if (level == 0)
                return first;
            link = links[--level];
            at = owners[level];
        }
        descend = 1;
        if (!at->child && at->kind != NODE_PINNED && at->total < least) {
            *link = at->sibling;
            report->bytes += at->size;
            report->nodes++;
            free(at->name);
            free(at);
        } else {
            if (at->depth > report->deepest)
                report->deepest = at->depth;
            if (level)
                owners[level - 1]->total += at->total;
            link = &at->sibling;
        }
    }
}
/* verdict: refuted: its own stack holds 64 directories: deeper trees are written past its end */
