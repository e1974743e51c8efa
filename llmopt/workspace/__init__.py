"""Private build trees: where llmopt builds, runs and compares, never in the user's own."""
