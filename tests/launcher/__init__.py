"""The launcher, from outside: real processes, real compilers, files damaged on purpose."""
