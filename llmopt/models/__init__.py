"""Language models: conversations with tools, within a budget, written down."""
