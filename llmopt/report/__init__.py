"""Recipes and runs as pages for people. Reads only."""
