"""Tests of llmopt/agents."""
