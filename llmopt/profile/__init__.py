"""Where the time goes: perf in, hot functions out."""
