"""The one door to the outside world: every process that llmopt starts, starts here."""
