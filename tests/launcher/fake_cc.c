/* A compiler that is quick: it writes the same object whatever the source. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "-o") == 0) {
            FILE *output = fopen(argv[i + 1], "w");
            if (!output || fputs("the compiler's object\n", output) < 0 || fclose(output) != 0)
                return 1;
        }
    }
    return 0;
}
