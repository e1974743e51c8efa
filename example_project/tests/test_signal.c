/* test_signal.c - tests of FIR filters, linear prediction and spectra. */
#include <string.h>

#include "check.h"
#include "generate.h"
#include "prng.h"
#include "signal.h"
#include "spectrum.h"

static void test_files(void)
{
    static const char path[] = "test_signal.txt";
    struct signal a;
    struct signal b;
    struct buffer text;

    CHECK(generate_signal(&a, 500, 9) == STATUS_OK);
    CHECK(signal_write(&a, path) == STATUS_OK);
    CHECK(signal_read(&b, path) == STATUS_OK);
    CHECK(b.count == 500);
    CHECK(memcmp(a.samples, b.samples, 500 * sizeof(float)) == 0);
    signal_free(&b);
    signal_free(&a);

    static const char *const bad[] = {"", "1\nx\n", "1 2\n", "1\n2", "nan\n", "1e999\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        buffer_init(&text);
        CHECK(buffer_append_text(&text, bad[i]) == STATUS_OK);
        CHECK(buffer_write_file(&text, path) == STATUS_OK);
        CHECK(signal_read(&a, path) == STATUS_FORMAT);
        buffer_free(&text);
    }
    remove(path);
    CHECK(signal_read(&a, path) == STATUS_IO);
    CHECK(signal_create(&a, 0) == STATUS_RANGE);
}

static void test_fir(void)
{
    float tap_values[3] = {0.5f, 0.25f, -1.0f};
    float in_values[5] = {1, 2, 3, 4, 5};
    float out_values[5];
    static const float expected[5] = {0.5f, 1.25f, 1.0f, 0.75f, 0.5f};
    struct signal taps = {3, tap_values};
    struct signal in = {5, in_values};
    struct signal out = {5, out_values};

    fir_apply(&taps, &in, &out);
    for (int i = 0; i < 5; i++) {
        CHECK(out_values[i] == expected[i]);
    }
    in.count = 1; /* shorter than the filter */
    fir_apply(&taps, &in, &out);
    CHECK(out_values[0] == 0.5f);
}

/* Energy that a low-pass filter leaves of a square wave with the period 2 * half. */
static double remaining_energy(int half)
{
    struct signal wave;
    struct signal taps;
    struct signal out;
    double energy = 0.0;

    CHECK(signal_create(&wave, 2000) == STATUS_OK);
    CHECK(signal_create(&out, 2000) == STATUS_OK);
    CHECK(fir_design_lowpass(&taps, 63, 0.05) == STATUS_OK);
    for (int i = 0; i < 2000; i++) {
        wave.samples[i] = i / half % 2 == 0 ? 1.0f : -1.0f;
    }
    fir_apply(&taps, &wave, &out);
    for (int i = 100; i < 2000; i++) {
        energy += (double)out.samples[i] * (double)out.samples[i] / 1900.0;
    }
    signal_free(&taps);
    signal_free(&out);
    signal_free(&wave);
    return energy;
}

static void test_design(void)
{
    struct signal taps;

    CHECK(fir_design_lowpass(&taps, 31, 0.2) == STATUS_OK);
    double sum = 0.0;
    for (size_t i = 0; i < 31; i++) {
        sum += (double)taps.samples[i];
        CHECK_NEAR(taps.samples[i], taps.samples[30 - i], 1e-7);
    }
    CHECK_NEAR(sum, 1.0, 1e-6);
    signal_free(&taps);
    CHECK(fir_design_lowpass(&taps, 1, 0.3) == STATUS_OK);
    CHECK(taps.samples[0] == 1.0f);
    signal_free(&taps);
    CHECK(fir_design_lowpass(&taps, 31, 0.6) == STATUS_RANGE);
    CHECK(fir_design_lowpass(&taps, FIR_MAX_TAPS + 1, 0.1) == STATUS_RANGE);
    CHECK(remaining_energy(1) < 1e-4);
    CHECK(remaining_energy(2) < 1e-4);
    CHECK(remaining_energy(200) > 0.9);
}

static void test_prediction(void)
{
    enum { N = 4000 };
    struct prng prng;
    struct signal signal;
    double lags[3];
    double coefficients[2];

    float few_values[4] = {1, 2, 3, 4};
    struct signal few = {4, few_values};
    signal_autocorrelate(&few, lags, 3);
    CHECK(lags[0] == 30.0 && lags[1] == 20.0 && lags[2] == 11.0);

    /* x[i] = 1.6 x[i-1] - 0.8 x[i-2] + noise is predicted by these two numbers. */
    CHECK(generate_signal(&signal, N, 2) == STATUS_OK);
    prng_seed(&prng, 1);
    for (int i = 0; i < N; i++) {
        float noise = (float)prng_between(&prng, -1000, 1000) / 1000.0f;
        float last = i > 0 ? signal.samples[i - 1] : 0.0f;
        float before = i > 1 ? signal.samples[i - 2] : 0.0f;
        signal.samples[i] = 1.6f * last - 0.8f * before + noise;
    }
    CHECK(signal_fit_prediction(&signal, 2, coefficients) == STATUS_OK);
    CHECK_NEAR(coefficients[0], 1.6, 0.05);
    CHECK_NEAR(coefficients[1], -0.8, 0.05);
    CHECK(signal_fit_prediction(&signal, 0, coefficients) == STATUS_RANGE);
    signal_free(&signal);
}

static void test_spectrum(void)
{
    enum { LENGTH = 24 };
    struct matrix basis;
    struct matrix spectrum;
    struct signal signal;
    double powers[LENGTH];

    CHECK(dct_basis(&basis, LENGTH) == STATUS_OK);
    CHECK(signal_create(&signal, 3 * LENGTH + 5) == STATUS_OK);
    for (int i = 0; i < 3 * LENGTH; i++) {
        signal.samples[i] = (float)(2.0 * matrix_row(&basis, i % LENGTH)[7]);
    }
    CHECK(signal_spectrum(&signal, LENGTH, &spectrum) == STATUS_OK);
    CHECK(spectrum.rows == 3 && spectrum.columns == LENGTH);
    spectrum_powers(&spectrum, powers);
    for (int k = 0; k < LENGTH; k++) {
        CHECK_NEAR(powers[k], k == 7 ? 4.0 : 0.0, 1e-6);
    }
    matrix_free(&spectrum);
    CHECK(signal_spectrum(&signal, 100, &spectrum) == STATUS_RANGE);
    signal_free(&signal);
    matrix_free(&basis);
}

int main(void)
{
    test_files();
    test_fir();
    test_design();
    test_prediction();
    test_spectrum();
    return check_result();
}
