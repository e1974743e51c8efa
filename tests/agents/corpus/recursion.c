int f(int *a, int low, int high, int depth)
{
    if (low >= high)
        return depth;
    int pivot = a[(low + high) / 2], i = low, j = high;
    while (i <= j) {
        while (a[i] < pivot) i++;
        while (a[j] > pivot) j--;
        if (i <= j) {
            int t = a[i];
            a[i++] = a[j];
            a[j--] = t;
        }
    }
    int left = f(a, low, j, depth + 1), right = f(a, i, high, depth + 1);
    return left > right ? left : right;
}
// driver
int f(int *, int, int, int);
void drive(void)
{
    int a[150];
    for (int n = 1; n < 150; n += 21) {
        for (int i = 0; i < n; i++)
            a[i] = (int)(next() % 1000);
        int depth = f(a, 0, n - 1, 0);
        show(&depth, sizeof depth);
        show(a, sizeof *a * (unsigned)n);
    }
}
