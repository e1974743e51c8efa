"""Compilers and their texts: detection, drivers, assembly, IR, objects."""
