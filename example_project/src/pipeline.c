/* pipeline.c - all stages on one generated input, with a digest of every result. */
#include "pipeline.h"

#include <inttypes.h>
#include <stdlib.h>

#include "checksum.h"
#include "convolve.h"
#include "generate.h"
#include "geometry.h"
#include "image.h"
#include "pca.h"
#include "records.h"
#include "scale_space.h"
#include "signal.h"
#include "spectrum.h"
#include "text.h"
#include "tone.h"
#include "window.h"

#define PATCH_SIDE 8
#define ALIGN_RANGE 4
#define SCALE_COUNT 4

static void report_image(FILE *out, const char *name, const struct image *image)
{
    uint32_t crc = crc32_update(0, image->pixels, image_size(image));

    fprintf(out, "%-18s %dx%d crc %08" PRIx32 "\n", name, image->width, image->height, crc);
}

static void report_plane(FILE *out, const char *name, const struct plane *plane)
{
    uint32_t crc = crc32_update(0, plane->values, plane_size(plane) * sizeof *plane->values);

    fprintf(out, "%-18s %dx%d crc %08" PRIx32 "\n", name, plane->width, plane->height, crc);
}

static void report_signal(FILE *out, const char *name, const struct signal *signal)
{
    uint32_t crc = crc32_update(0, signal->samples, signal->count * sizeof *signal->samples);

    fprintf(out, "%-18s %zu crc %08" PRIx32 "\n", name, signal->count, crc);
}

static void report_doubles(FILE *out, const char *name, const double *values, size_t count)
{
    uint32_t crc = crc32_update(0, values, count * sizeof *values);

    fprintf(out, "%-18s %zu crc %08" PRIx32 "\n", name, count, crc);
}

static enum status run_window_filters(const struct image *image, FILE *out)
{
    static const struct {
        const char *name;
        struct window_options options;
    } steps[] = {
        {"box", {2, 1}},
        {"median", {5, 1}},
        {"bilateral", {4, 25}},
        {"sobel", {1, 1}},
    };
    struct image result;

    enum status status = image_create(&result, image->width, image->height);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == STATUS_OK; i++) {
        status = window_filter(steps[i].name, &steps[i].options, image, &result);
        if (status == STATUS_OK) {
            report_image(out, steps[i].name, &result);
        }
    }
    image_free(&result);
    return status;
}

static enum status run_scales(const struct pipeline_options *options, const struct image *image,
                              FILE *out)
{
    struct plane plane;
    struct plane response = {0, 0, NULL};

    enum status status = plane_create(&plane, image->width, image->height);
    if (status == STATUS_OK) {
        status = plane_create(&response, image->width, image->height);
    }
    if (status == STATUS_OK) {
        plane_from_image(image, &plane);
        status = scale_space_response(&plane, options->radius, SCALE_COUNT, &response);
    }
    if (status == STATUS_OK) {
        report_plane(out, "scales", &response);
        fprintf(out, "%-18s %ld\n", "peaks", scale_space_count_peaks(&response, 8.0f));
    }
    plane_free(&response);
    plane_free(&plane);
    return status;
}

/* Make a second picture of the same scene, shifted and with other noise, and find the shift. */
static enum status run_align(const struct pipeline_options *options, const struct image *image,
                             FILE *out)
{
    struct image noise = {0, 0, NULL};
    struct image shifted = {0, 0, NULL};
    struct image moved = {0, 0, NULL};
    struct alignment alignment;

    enum status status = generate_image(&noise, image->width, image->height,
                                        (uint64_t)options->seed + 1);
    if (status == STATUS_OK) {
        status = image_create(&shifted, image->width, image->height);
    }
    if (status == STATUS_OK) {
        status = image_create(&moved, image->width, image->height);
    }
    if (status == STATUS_OK) {
        image_shift(image, 2, -1, &shifted);
        status = image_blend("mix", 40, &shifted, &noise, &moved);
    }
    if (status == STATUS_OK) {
        status = image_align(image, &moved, ALIGN_RANGE, &alignment);
    }
    if (status == STATUS_OK) {
        report_image(out, "moved", &moved);
        fprintf(out, "%-18s %d %d\n", "alignment", alignment.dx, alignment.dy);
        report_doubles(out, "alignment score", &alignment.score, 1);
    }
    image_free(&moved);
    image_free(&shifted);
    image_free(&noise);
    return status;
}

static enum status run_tone(const struct image *image, FILE *out)
{
    static const char *const modes[] = {"mix", "multiply", "screen", "difference"};
    struct histogram histogram;
    struct image equal;
    struct image blended = {0, 0, NULL};

    enum status status = image_create(&equal, image->width, image->height);
    if (status == STATUS_OK) {
        status = image_create(&blended, image->width, image->height);
    }
    if (status == STATUS_OK) {
        histogram_of_image(image, &histogram);
        fprintf(out, "%-18s crc %08" PRIx32 "\n", "histogram",
                crc32_update(0, histogram.counts, sizeof histogram.counts));
        image_equalize(image, &equal);
        report_image(out, "equalized", &equal);
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0] && status == STATUS_OK; i++) {
        status = image_blend(modes[i], 160, image, &equal, &blended);
        if (status == STATUS_OK) {
            report_image(out, modes[i], &blended);
        }
    }
    image_free(&blended);
    image_free(&equal);
    return status;
}

static enum status run_resize(const struct image *image, FILE *out)
{
    static const struct {
        const char *name;
        int percent;
    } steps[] = {{"enlarged", 150}, {"reduced", 40}};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct image result;
        int width = clamp_int(image->width * steps[i].percent / 100, 1, IMAGE_MAX_SIDE);
        int height = clamp_int(image->height * steps[i].percent / 100, 1, IMAGE_MAX_SIDE);
        enum status status = image_create(&result, width, height);
        if (status) {
            return status;
        }
        image_resize(image, &result);
        report_image(out, steps[i].name, &result);
        image_free(&result);
    }
    return STATUS_OK;
}

/* Project the patches on their principal components and restore them from there. */
static enum status report_components(const struct matrix *patches, const struct pca *pca,
                                     FILE *out)
{
    struct matrix scores;
    struct matrix restored = {0, 0, NULL};

    enum status status = matrix_create(&scores, patches->rows, pca->basis.columns);
    if (status == STATUS_OK) {
        status = matrix_create(&restored, patches->rows, patches->columns);
    }
    if (status == STATUS_OK) {
        status = pca_project(pca, patches, &scores);
    }
    if (status == STATUS_OK) {
        status = pca_restore(pca, &scores, &restored);
    }
    if (status == STATUS_OK) {
        size_t rows = (size_t)patches->rows;
        report_doubles(out, "pca variances", pca->variances, (size_t)patches->columns);
        report_doubles(out, "pca scores", scores.values, rows * (size_t)scores.columns);
        report_doubles(out, "pca restored", restored.values, rows * (size_t)restored.columns);
    }
    matrix_free(&restored);
    matrix_free(&scores);
    return status;
}

static enum status run_pca(const struct pipeline_options *options, const struct image *image,
                           FILE *out)
{
    struct matrix patches;
    struct pca pca;

    if (image->width < PATCH_SIDE || image->height < PATCH_SIDE) {
        fprintf(out, "%-18s the image is too small\n", "pca");
        return STATUS_OK;
    }
    enum status status = patches_from_image(image, PATCH_SIDE, &patches);
    if (status) {
        return status;
    }
    status = pca_create(&pca, &patches, options->components);
    if (status == STATUS_OK) {
        status = report_components(&patches, &pca, out);
        pca_free(&pca);
    }
    matrix_free(&patches);
    return status;
}

static enum status run_prediction(const struct pipeline_options *options,
                                  const struct signal *signal, FILE *out)
{
    double *coefficients = calloc((size_t)options->order, sizeof *coefficients);
    if (!coefficients) {
        return STATUS_MEMORY;
    }
    enum status status = signal_fit_prediction(signal, options->order, coefficients);
    if (status == STATUS_OK) {
        report_doubles(out, "prediction", coefficients, (size_t)options->order);
    }
    free(coefficients);
    return status;
}

static enum status run_spectrum(const struct pipeline_options *options,
                                const struct signal *signal, FILE *out)
{
    struct matrix spectrum;

    if (options->samples < options->frame) {
        fprintf(out, "%-18s the signal is too short\n", "spectrum");
        return STATUS_OK;
    }
    double *powers = calloc((size_t)options->frame, sizeof *powers);
    if (!powers) {
        return STATUS_MEMORY;
    }
    enum status status = signal_spectrum(signal, options->frame, &spectrum);
    if (status == STATUS_OK) {
        spectrum_powers(&spectrum, powers);
        report_doubles(out, "spectrum", spectrum.values,
                       (size_t)spectrum.rows * (size_t)spectrum.columns);
        report_doubles(out, "powers", powers, (size_t)spectrum.columns);
        matrix_free(&spectrum);
    }
    free(powers);
    return status;
}

static enum status run_signal(const struct pipeline_options *options, FILE *out)
{
    struct signal signal;
    struct signal taps = {0, NULL};
    struct signal smooth = {0, NULL};

    enum status status =
        generate_signal(&signal, (size_t)options->samples, (uint64_t)options->seed);
    if (status == STATUS_OK) {
        report_signal(out, "signal", &signal);
        status = signal_create(&smooth, signal.count);
    }
    if (status == STATUS_OK) {
        status = fir_design_lowpass(&taps, (size_t)options->taps, 0.1);
    }
    if (status == STATUS_OK) {
        fir_apply(&taps, &signal, &smooth);
        report_signal(out, "low-pass", &smooth);
        status = run_prediction(options, &signal, out);
    }
    if (status == STATUS_OK) {
        status = run_spectrum(options, &signal, out);
    }
    signal_free(&smooth);
    signal_free(&taps);
    signal_free(&signal);
    return status;
}

static void report_records(FILE *out, const char *name, const struct record_list *list)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct record *record = &list->items[i];
        crc = crc32_update(crc, &record->id, sizeof record->id);
        crc = crc32_update(crc, &record->time, sizeof record->time);
        crc = crc32_update(crc, &record->thousandths, sizeof record->thousandths);
        crc = crc32_update(crc, record->station, sizeof record->station);
        crc = crc32_update(crc, record->kind, sizeof record->kind);
    }
    fprintf(out, "%-18s %zu crc %08" PRIx32 "\n", name, list->count, crc);
}

static void report_groups(FILE *out, const char *name, const struct group_table *table)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < table->count; i++) {
        char line[160];
        const struct group *group = &table->groups[i];
        int length = snprintf(line, sizeof line, "%s,%zu,%" PRId64 ",%" PRId64 ",%" PRId64 "\n",
                              group->station, group->count, group->sum, group->minimum,
                              group->maximum);
        crc = crc32_update(crc, line, (size_t)length);
    }
    fprintf(out, "%-18s %zu crc %08" PRIx32 "\n", name, table->count, crc);
}

static enum status run_groups(const struct record_list *list, FILE *out)
{
    struct group_table table;
    struct group_table corrected;
    size_t merged;

    enum status status = groups_create(&table, list);
    if (status) {
        return status;
    }
    /* A name counts as right if it is used far more often than a chance mistake. */
    status = groups_merge_misspelled(&table, list->count / 400 + 2, 3, &corrected, &merged);
    if (status == STATUS_OK) {
        groups_sort(&corrected);
        fprintf(out, "%-18s %zu merged %zu\n", "names", table.count, merged);
        report_groups(out, "groups", &corrected);
        groups_free(&corrected);
    }
    groups_free(&table);
    return status;
}

static enum status run_records(const struct pipeline_options *options, FILE *out)
{
    struct buffer text;
    struct record_list list;
    size_t bad_line;

    buffer_init(&text);
    enum status status = generate_records(&text, options->records, (uint64_t)options->seed);
    if (status == STATUS_OK) {
        fprintf(out, "%-18s %zu adler %08" PRIx32 "\n", "records text", text.length,
                adler32_update(1, text.data, text.length));
        fprintf(out, "%-18s %zu\n", "search", text_count(text.data, text.length, "North,wind"));
        status = records_parse(&list, text.data, text.length, &bad_line);
    }
    buffer_free(&text);
    if (status) {
        return status;
    }
    records_sort(&list);
    report_records(out, "records", &list);
    status = run_groups(&list, out);
    records_free(&list);
    return status;
}

static enum status run_image(const struct pipeline_options *options, FILE *out)
{
    struct image image;

    enum status status = generate_image(&image, options->width, options->height,
                                        (uint64_t)options->seed);
    if (status) {
        return status;
    }
    report_image(out, "image", &image);
    status = run_window_filters(&image, out);
    if (status == STATUS_OK) {
        status = run_scales(options, &image, out);
    }
    if (status == STATUS_OK) {
        status = run_align(options, &image, out);
    }
    if (status == STATUS_OK) {
        status = run_tone(&image, out);
    }
    if (status == STATUS_OK) {
        status = run_resize(&image, out);
    }
    if (status == STATUS_OK) {
        status = run_pca(options, &image, out);
    }
    image_free(&image);
    return status;
}

enum status pipeline_run(const struct pipeline_options *options, FILE *out)
{
    enum status status = run_image(options, out);
    if (status == STATUS_OK) {
        status = run_signal(options, out);
    }
    if (status == STATUS_OK) {
        status = run_records(options, out);
    }
    return status;
}
