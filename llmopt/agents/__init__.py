"""Who proposes versions: a guide and agents for each level. They never judge and never store."""
