"""Runs a candidate beside the original in the user's own program, on the user's own workload."""
