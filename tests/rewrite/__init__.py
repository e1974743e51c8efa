"""Tests of llmopt/rewrite."""
