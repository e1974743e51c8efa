"""Drives one function alone: arguments made up, results compared, tests scored."""
