/* commands.c - the subcommands of the program. */
#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "checksum.h"
#include "convolve.h"
#include "generate.h"
#include "geometry.h"
#include "image.h"
#include "options.h"
#include "pipeline.h"
#include "records.h"
#include "scale_space.h"
#include "signal.h"
#include "spectrum.h"
#include "text.h"
#include "tone.h"
#include "window.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static enum status usage_error(const char *message, const char *text)
{
    fprintf(stderr, "sigkit: %s '%s'\n", message, text);
    return STATUS_USAGE;
}

/* Print why a file could not be used. */
static enum status file_error(const char *path, enum status status)
{
    if (status) {
        fprintf(stderr, "sigkit: %s: %s\n", path, status_text(status));
    }
    return status;
}

static enum status other_error(enum status status)
{
    if (status) {
        fprintf(stderr, "sigkit: %s\n", status_text(status));
    }
    return status;
}

static enum status load_image(struct image *image, const char *path)
{
    return file_error(path, image_read(image, path));
}

static enum status save_image(const struct image *image, const char *path)
{
    return file_error(path, image_write(image, path));
}

static enum status command_generate(int argc, char **argv)
{
    int seed = 1;
    int width = 640;
    int height = 480;
    int count = 10000;
    const struct option options[] = {
        {"seed", OPTION_INTEGER, &seed, 0, INT32_MAX},
        {"width", OPTION_INTEGER, &width, 1, IMAGE_MAX_SIDE},
        {"height", OPTION_INTEGER, &height, 1, IMAGE_MAX_SIDE},
        {"count", OPTION_INTEGER, &count, 1, 10000000},
    };
    const char *args[2];
    struct image image;
    struct signal signal;
    struct buffer text;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 2);
    if (status) {
        return status;
    }
    if (strcmp(args[0], "image") == 0) {
        status = other_error(generate_image(&image, width, height, (uint64_t)seed));
        if (status == STATUS_OK) {
            status = save_image(&image, args[1]);
            image_free(&image);
        }
        return status;
    }
    if (strcmp(args[0], "signal") == 0) {
        status = other_error(generate_signal(&signal, (size_t)count, (uint64_t)seed));
        if (status == STATUS_OK) {
            status = file_error(args[1], signal_write(&signal, args[1]));
            signal_free(&signal);
        }
        return status;
    }
    if (strcmp(args[0], "records") == 0) {
        buffer_init(&text);
        status = other_error(generate_records(&text, count, (uint64_t)seed));
        if (status == STATUS_OK) {
            status = file_error(args[1], buffer_write_file(&text, args[1]));
        }
        buffer_free(&text);
        return status;
    }
    return usage_error("cannot generate", args[0]);
}

/* The filters that work on float planes. */
static enum status apply_kernel(const char *kind, int radius, const struct image *src,
                                struct image *dst)
{
    struct kernel kernel;
    struct plane in = {0, 0, NULL};
    struct plane out = {0, 0, NULL};

    enum status status = strcmp(kind, "gaussian") == 0 ? kernel_gaussian(&kernel, radius)
                                                       : kernel_box(&kernel, radius);
    if (status == STATUS_OK) {
        status = plane_create(&in, src->width, src->height);
    }
    if (status == STATUS_OK) {
        status = plane_create(&out, src->width, src->height);
    }
    if (status == STATUS_OK) {
        plane_from_image(src, &in);
        status = plane_blur(&in, &kernel, &out);
    }
    if (status == STATUS_OK) {
        image_from_plane(&out, dst);
    }
    plane_free(&out);
    plane_free(&in);
    kernel_free(&kernel);
    return status;
}

static enum status command_filter(int argc, char **argv)
{
    const char *kind = "gaussian";
    int radius = 2;
    int strength = 25;
    const struct option options[] = {
        {"kind", OPTION_TEXT, &kind, 0, 0},
        {"radius", OPTION_INTEGER, &radius, 0, KERNEL_MAX_RADIUS},
        {"strength", OPTION_INTEGER, &strength, 1, 255},
    };
    const char *args[2];
    struct image src;
    struct image dst;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 2);
    if (status == STATUS_OK) {
        status = load_image(&src, args[0]);
    }
    if (status) {
        return status;
    }
    status = other_error(image_create(&dst, src.width, src.height));
    if (status == STATUS_OK) {
        if (strcmp(kind, "gaussian") == 0 || strcmp(kind, "smooth") == 0) {
            status = other_error(apply_kernel(kind, radius, &src, &dst));
        } else {
            struct window_options window = {radius, strength};
            status = window_filter(kind, &window, &src, &dst);
            if (status == STATUS_USAGE) {
                usage_error("unknown filter", kind);
            } else if (status == STATUS_RANGE) {
                fprintf(stderr, "sigkit: the largest radius of this filter is %d\n",
                        WINDOW_MAX_RADIUS);
                status = STATUS_USAGE;
            } else {
                other_error(status);
            }
        }
    }
    if (status == STATUS_OK) {
        status = save_image(&dst, args[1]);
    }
    image_free(&dst);
    image_free(&src);
    return status;
}

static enum status command_histogram(int argc, char **argv)
{
    const char *args[1];
    struct image image;
    struct histogram histogram;

    enum status status = options_parse(argc, argv, NULL, 0, args, 1);
    if (status == STATUS_OK) {
        status = load_image(&image, args[0]);
    }
    if (status) {
        return status;
    }
    histogram_of_image(&image, &histogram);
    for (int i = 0; i < 256; i++) {
        if (histogram.counts[i] > 0) {
            printf("%3d %" PRIu32 "\n", i, histogram.counts[i]);
        }
    }
    image_free(&image);
    return STATUS_OK;
}

static enum status command_equalize(int argc, char **argv)
{
    const char *args[2];
    struct image image;

    enum status status = options_parse(argc, argv, NULL, 0, args, 2);
    if (status == STATUS_OK) {
        status = load_image(&image, args[0]);
    }
    if (status) {
        return status;
    }
    /* Every pixel depends on its old value only, so it can be replaced in place. */
    image_equalize(&image, &image);
    status = save_image(&image, args[1]);
    image_free(&image);
    return status;
}

static enum status command_resize(int argc, char **argv)
{
    int width = 320;
    int height = 240;
    const struct option options[] = {
        {"width", OPTION_INTEGER, &width, 1, IMAGE_MAX_SIDE},
        {"height", OPTION_INTEGER, &height, 1, IMAGE_MAX_SIDE},
    };
    const char *args[2];
    struct image src;
    struct image dst;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 2);
    if (status == STATUS_OK) {
        status = load_image(&src, args[0]);
    }
    if (status) {
        return status;
    }
    status = other_error(image_create(&dst, width, height));
    if (status == STATUS_OK) {
        image_resize(&src, &dst);
        status = save_image(&dst, args[1]);
    }
    image_free(&dst);
    image_free(&src);
    return status;
}

static enum status command_align(int argc, char **argv)
{
    int range = 3;
    const struct option options[] = {{"range", OPTION_INTEGER, &range, 0, 64}};
    const char *args[2];
    struct image a;
    struct image b;
    struct alignment alignment;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 2);
    if (status == STATUS_OK) {
        status = load_image(&a, args[0]);
    }
    if (status) {
        return status;
    }
    status = load_image(&b, args[1]);
    if (status == STATUS_OK) {
        status = other_error(image_align(&a, &b, range, &alignment));
        image_free(&b);
    }
    image_free(&a);
    if (status == STATUS_OK) {
        printf("shift %d %d score %.6f\n", alignment.dx, alignment.dy, alignment.score);
    }
    return status;
}

static enum status filter_signal(const struct signal *in, int count, double cutoff,
                                 const char *path)
{
    struct signal taps;
    struct signal out = {0, NULL};

    enum status status = other_error(fir_design_lowpass(&taps, (size_t)count, cutoff));
    if (status == STATUS_OK) {
        status = other_error(signal_create(&out, in->count));
    }
    if (status == STATUS_OK) {
        fir_apply(&taps, in, &out);
        status = file_error(path, signal_write(&out, path));
    }
    signal_free(&out);
    signal_free(&taps);
    return status;
}

static enum status command_fir(int argc, char **argv)
{
    int count = 31;
    double cutoff = 0.1;
    const struct option options[] = {
        {"taps", OPTION_INTEGER, &count, 1, FIR_MAX_TAPS},
        {"cutoff", OPTION_REAL, &cutoff, 0.0001, 0.5},
    };
    const char *args[2];
    struct signal signal;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 2);
    if (status == STATUS_OK) {
        status = file_error(args[0], signal_read(&signal, args[0]));
    }
    if (status == STATUS_OK) {
        status = filter_signal(&signal, count, cutoff, args[1]);
        signal_free(&signal);
    }
    return status;
}

static enum status print_groups(const struct record_list *list, int min_count, int distance)
{
    struct group_table table;
    struct group_table corrected;
    size_t merged;

    enum status status = groups_create(&table, list);
    if (status) {
        return status;
    }
    status = groups_merge_misspelled(&table, (size_t)min_count, distance, &corrected, &merged);
    groups_free(&table);
    if (status) {
        return status;
    }
    groups_sort(&corrected);
    for (size_t i = 0; i < corrected.count; i++) {
        const struct group *group = &corrected.groups[i];
        printf("%s,%zu,%.3f,%.3f,%.3f\n", group->station, group->count,
               (double)group->minimum / 1000.0,
               (double)group->sum / (double)group->count / 1000.0,
               (double)group->maximum / 1000.0);
    }
    groups_free(&corrected);
    return STATUS_OK;
}

static enum status command_records(int argc, char **argv)
{
    int min_count = 1;
    int distance = 2;
    const struct option options[] = {
        {"min-count", OPTION_INTEGER, &min_count, 1, INT32_MAX},
        {"distance", OPTION_INTEGER, &distance, 0, STATION_MAX_LENGTH},
    };
    const char *args[1];
    struct buffer file;
    struct record_list list;
    size_t bad_line = 0;

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), args, 1);
    if (status) {
        return status;
    }
    buffer_init(&file);
    status = file_error(args[0], buffer_read_file(&file, args[0]));
    if (status == STATUS_OK) {
        status = records_parse(&list, file.data, file.length, &bad_line);
        if (status == STATUS_FORMAT) {
            fprintf(stderr, "sigkit: %s:%zu: bad record\n", args[0], bad_line);
        } else {
            other_error(status);
        }
    }
    buffer_free(&file);
    if (status) {
        return status;
    }
    status = other_error(print_groups(&list, min_count, distance));
    records_free(&list);
    return status;
}

static enum status command_checksum(int argc, char **argv)
{
    const char *args[1];
    struct buffer file;

    enum status status = options_parse(argc, argv, NULL, 0, args, 1);
    if (status) {
        return status;
    }
    buffer_init(&file);
    status = file_error(args[0], buffer_read_file(&file, args[0]));
    if (status == STATUS_OK) {
        printf("crc32 %08" PRIx32 " adler32 %08" PRIx32 "\n",
               crc32_update(0, file.data, file.length),
               adler32_update(1, file.data, file.length));
    }
    buffer_free(&file);
    return status;
}

static enum status command_distance(int argc, char **argv)
{
    const char *args[2];

    enum status status = options_parse(argc, argv, NULL, 0, args, 2);
    if (status) {
        return status;
    }
    int distance = edit_distance(args[0], args[1]);
    if (distance < 0) {
        fprintf(stderr, "sigkit: a text has more than %d characters\n", EDIT_MAX_LENGTH);
        return STATUS_USAGE;
    }
    printf("%d\n", distance);
    return STATUS_OK;
}

static enum status command_pipeline(int argc, char **argv)
{
    struct pipeline_options run = {
        .seed = 1,
        .width = 1440,
        .height = 1080,
        .samples = 1000000,
        .records = 60000,
        .radius = 5,
        .taps = 255,
        .frame = 256,
        .order = 32,
        .components = 16,
    };
    const struct option options[] = {
        {"seed", OPTION_INTEGER, &run.seed, 0, INT32_MAX},
        {"width", OPTION_INTEGER, &run.width, 1, IMAGE_MAX_SIDE},
        {"height", OPTION_INTEGER, &run.height, 1, IMAGE_MAX_SIDE},
        {"signal", OPTION_INTEGER, &run.samples, 1, 10000000},
        {"records", OPTION_INTEGER, &run.records, 1, 10000000},
        {"radius", OPTION_INTEGER, &run.radius, 1, 32},
        {"taps", OPTION_INTEGER, &run.taps, 1, FIR_MAX_TAPS},
        {"frame", OPTION_INTEGER, &run.frame, 1, FRAME_MAX_LENGTH},
        {"order", OPTION_INTEGER, &run.order, 1, PREDICTION_MAX_ORDER},
        {"components", OPTION_INTEGER, &run.components, 1, 64},
    };

    enum status status = options_parse(argc, argv, options, COUNT_OF(options), NULL, 0);
    if (status) {
        return status;
    }
    return other_error(pipeline_run(&run, stdout));
}

static const struct {
    const char *name;
    const char *usage;
    enum status (*run)(int argc, char **argv);
} commands[] = {
    {"generate",
     "[--seed N] [--width N] [--height N] [--count N] image|signal|records OUT",
     command_generate},
    {"filter",
     "[--kind gaussian|smooth|box|median|bilateral|sobel] [--radius N] [--strength N] IN OUT",
     command_filter},
    {"histogram", "IN", command_histogram},
    {"equalize", "IN OUT", command_equalize},
    {"resize", "[--width N] [--height N] IN OUT", command_resize},
    {"align", "[--range N] A B", command_align},
    {"fir", "[--taps N] [--cutoff F] IN OUT", command_fir},
    {"records", "[--min-count N] [--distance N] IN", command_records},
    {"checksum", "IN", command_checksum},
    {"distance", "TEXT TEXT", command_distance},
    {"pipeline",
     "[--seed N] [--width N] [--height N] [--signal N] [--records N] [--radius N]\n"
     "            [--taps N] [--frame N] [--order N] [--components N]",
     command_pipeline},
};

void command_list(FILE *out)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].usage);
    }
}

enum status command_run(int argc, char **argv)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(commands[i].name, argv[0]) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return usage_error("unknown command", argv[0]);
}
