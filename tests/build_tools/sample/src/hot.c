/* BETTER is what the tests' recipe defines. */
#ifdef BETTER
int answer(void) { return 2; }
#else
int answer(void) { return 1; }
#endif
