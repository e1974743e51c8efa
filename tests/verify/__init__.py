"""Tests of llmopt/verify."""
