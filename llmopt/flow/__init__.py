"""The stories: optimizing a project, resolving a unit during a build."""
