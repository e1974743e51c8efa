#ifdef BETTER
int second(void) { return 2; }
#else
int second(void) { return 1; }
#endif
