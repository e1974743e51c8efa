"""With and without the launcher: the same status, the same words, the same files."""
