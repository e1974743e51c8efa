"""llmopt: makes C programs faster inside their normal build."""
