"""Recipes and objects on disk: the user's cache, the project's state, the source tree."""
