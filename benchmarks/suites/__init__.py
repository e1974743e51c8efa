"""The suites that benchmarks/suite.py runs, and what it does with a program of one."""
