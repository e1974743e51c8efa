"""Shadow execution: original and candidate side by side on the program's own calls."""
