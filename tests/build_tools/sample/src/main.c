int answer(void);
int other(void);
int start(void);

/* The status says which object the program was linked with: 1 the compiler's, 2 the recipe's. */
int main(void) { return answer() + other() + start(); }
