"""Tests of llmopt/toolchain."""
