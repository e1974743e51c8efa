#ifdef BETTER
int inner(void) { return 2; }
#else
int inner(void) { return 1; }
#endif
