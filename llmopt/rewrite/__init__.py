"""Checked rewrites: from a unit and a recipe's steps to an object."""
