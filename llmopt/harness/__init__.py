"""Generated tests of one function: its types, a driver, a runtime in C, and the comparison."""
