"""Taking times and drawing conclusions from them: two things, two files."""
