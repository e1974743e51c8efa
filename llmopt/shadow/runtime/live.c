#define _GNU_SOURCE
#include "live.h"
#include "judge.h"
#include "kernel.h"
#include "novelty.h"
#include "report.h"
#include "state.h"
#include "timing.h"
#include "work.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Above what the program opens itself. */
#define CHANNEL_LEAST 800
/* Calls are taken ever further apart; those with arguments new in kind, less far. */
#define FURTHER 8
#define FURTHER_IF_NEW(call) ((call) + (call) / 2)
/* Where code is looked for a place: far enough from what grows, near enough for a jump. */
#define STEP_BYTES (UINT64_C(64) << 20)
#define STEPS 16
#define IMAGE_MOST (UINT64_C(16) << 20)
#define NAMES_BYTES 65536
#define RESOLVING_MS 2000

enum question { QUESTION_FIND, QUESTION_JUDGE, QUESTION_TIME };

/* Besides what a snapshot says otherwise. */
#define SAID_CALL_IS_SAME 3

struct request {
    uint64_t question, number, rounds;
};

/* Of the weak kind: where libc keeps it in a library of its own, nothing can be found. */
extern void *dlsym(void *handle, const char *name) __attribute__((weak));

int live_wants(const struct llmopt_shadow_site *site, const void *record, uint64_t call) {
    struct novelty *novelty = &STATE->novelty;
    if (live_is_done())
        return 0;
    int due = call >= novelty->next;
    int is_new = novelty_is_new(site, record) && call >= FURTHER_IF_NEW(novelty->last);
    /* Half of them are kept for later calls. */
    if (!due && !(is_new && novelty->taken < (STATE->settings.live + 1) / 2))
        return 0;
    novelty->taken++;
    novelty->last = call;
    novelty->next = call * FURTHER;
    return 1;
}

int live_is_done(void) { return STATE->novelty.taken >= STATE->settings.live; }

/* A file beside the log. */
static void path_of(struct text *path, const char *name, uint64_t number) {
    path->used = 0;
    text_add(path, STATE->settings.directory);
    text_add(path, name);
    text_add_number(path, number);
}

/* One end of a channel; nobody is waited for who may have gone. */
static int open_channel(const char *path, int flags) {
    long fd = KERNEL4(SYS_openat, AT_FDCWD, path, flags | O_NONBLOCK | O_CLOEXEC, 0);
    if (fd < 0)
        kernel_exit(1);
    long high = KERNEL3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, CHANNEL_LEAST);
    kernel_close((int)fd);
    KERNEL3(SYS_fcntl, high, F_SETFL, flags);
    return (int)high;
}

int live_claim(void) {
    char bytes[sizeof STATE->settings.log];
    struct text path = {bytes, 0, sizeof bytes};
    for (uint64_t number = 0; number < STATE->settings.live; number++) {
        path_of(&path, "/live.", number);
        long fd =
            KERNEL4(SYS_openat, AT_FDCWD, bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0) {
            kernel_close((int)fd);
            STATE->number = number;
            return 0;
        }
    }
    return -1;
}

/* Who reads at the other end would wait for this process: it gets a pipe of nobody's, since a run
 * may ask what kind of file it has there. */
static void let_go_of_pipes(void) {
    for (int fd = 0; fd < FILES; fd++) {
        struct stat status;
        int ends[2];
        if (KERNEL2(SYS_fstat, fd, &status) || !S_ISFIFO(status.st_mode) ||
            KERNEL2(SYS_pipe2, ends, O_CLOEXEC))
            continue;
        long is_read = (KERNEL2(SYS_fcntl, fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
        KERNEL3(SYS_dup3, ends[!is_read], fd, O_CLOEXEC);
        kernel_close(ends[0]);
        kernel_close(ends[1]);
    }
}

static int is_free(uint64_t start) {
    for (unsigned i = 0; i < WORK->old_maps.count; i++) {
        const struct map *map = &WORK->old_maps.list[i];
        if (map->start < start + IMAGE_MOST && start < map->end)
            return 0;
    }
    return 1;
}

static uint64_t find_place(uint64_t program) {
    for (uint64_t i = 1; i <= STEPS && program > (i + 1) * STEP_BYTES; i++)
        if (is_free(program - i * STEP_BYTES))
            return program - i * STEP_BYTES;
    /* A program at the lowest addresses: its break grows behind it. */
    for (uint64_t i = STEPS / 2; i <= STEPS; i++)
        if (is_free(program + i * STEP_BYTES))
            return program + i * STEP_BYTES;
    return 0;
}

static void introduce(void) {
    const char *name = NULL;
    if (maps_read(&WORK->old_maps, (pid_t)KERNEL0(SYS_getpid)))
        kernel_exit(1);
    uint64_t start = maps_file_start(&WORK->old_maps, (uint64_t)WORK->site, &name);
    STATE->image = start ? find_place(start) : 0;
    if (!STATE->image)
        kernel_exit(1);
    struct text line = report_begin("kept");
    field_number(&line, "call", WORK->call);
    field_text(&line, "program", name);
    field_number(&line, "start", start);
    field_number(&line, "site", (uint64_t)WORK->site);
    field_number(&line, "place", STATE->image);
    report_end(&line);
}

/* In a copy: what the loader remembers of such a question stays there. */
static _Noreturn void find_names(const char *path) {
    struct text line = report_begin("found");
    char *names = (char *)WORK->maps_text;
    long count = kernel_read_file(path, names, NAMES_BYTES);
    text_add(&line, ",\"addresses\":[");
    const char *separator = "";
    for (char *end; dlsym && count > 0 && (end = strchr(names, '\n')); names = end + 1) {
        *end = 0;
        text_add(&line, separator);
        text_add_number(&line, (uint64_t)dlsym(RTLD_DEFAULT, names));
        separator = ",";
    }
    text_add(&line, "]");
    report_end(&line);
    kernel_exit(0);
}

static void find(const char *path) {
    pid_t pid = kernel_clone();
    if (pid == 0)
        find_names(path);
    const struct timespec millisecond = {0, 1000000};
    for (int i = 0; pid > 0 && i < RESOLVING_MS; i++) {
        if (KERNEL4(SYS_wait4, pid, NULL, __WALL | WNOHANG, 0) != 0)
            return;
        KERNEL2(SYS_nanosleep, &millisecond, 0);
    }
    if (pid > 0) {
        KERNEL2(SYS_kill, pid, SIGKILL);
        kernel_wait(pid);
    }
}

/* Reads the candidate to its place: its first byte is where it is entered. */
static int take_image(const char *path) {
    if (kernel_reserve(STATE->image, IMAGE_MOST))
        return -1;
    STATE->image_bytes = IMAGE_MOST;
    int fd = kernel_open(path);
    uint64_t have = 0;
    long got = 0;
    while (fd >= 0 && have < IMAGE_MOST &&
           (got = KERNEL3(SYS_read, fd, STATE->image + have, IMAGE_MOST - have)) > 0)
        have += (uint64_t)got;
    if (fd >= 0)
        kernel_close(fd);
    if (!have || got < 0)
        return -1;
    return KERNEL3(SYS_mprotect, STATE->image, IMAGE_MOST, PROT_READ | PROT_EXEC) ? -1 : 0;
}

static void drop_image(void) {
    if (STATE->image_bytes)
        KERNEL2(SYS_munmap, STATE->image, IMAGE_MOST);
    STATE->image_bytes = 0;
}

/* The call alone, and then as many as were found to fit into a stretch. */
static uint64_t judge_image(void) {
    WORK->purpose = PURPOSE_SINGLE;
    enum said said = judge_single().said;
    if (said == SAID_OTHERWISE)
        return said;
    WORK->purpose = PURPOSE_STRETCH;
    struct answer answer = judge_stretch(STATE->limit);
    if (answer.said == SAID_SAME)
        STATE->limit = answer.next_limit;
    if (answer.said == SAID_NOTHING && said == SAID_SAME)
        return SAID_CALL_IS_SAME;
    return answer.said;
}

static uint64_t answer_to(const struct request *request, struct text *path) {
    uint64_t said = SAID_NOTHING;
    if (request->question == QUESTION_FIND) {
        path_of(path, "/names.", request->number);
        find(path->bytes);
        return said;
    }
    path_of(path, "/image.", request->number);
    if (!take_image(path->bytes)) {
        STATE->settings.rounds = request->rounds;
        if (request->question == QUESTION_TIME) {
            WORK->purpose = PURPOSE_TIMING;
            time_calls();
        } else {
            said = judge_image();
        }
    }
    drop_image();
    return said;
}

void live_serve(void) {
    char bytes[sizeof STATE->settings.log];
    struct text path = {bytes, 0, sizeof bytes};
    /* What ends the program by its group must not end this. */
    KERNEL0(SYS_setsid);
    signal(SIGPIPE, SIG_IGN);
    let_go_of_pipes();
    path_of(&path, "/live.", STATE->number);
    strcpy(STATE->settings.log, bytes);
    path_of(&path, "/ask.", STATE->number);
    int questions = open_channel(bytes, O_RDONLY);
    path_of(&path, "/answer.", STATE->number);
    int answers = open_channel(bytes, O_WRONLY);
    introduce();
    uint64_t said = SAID_NOTHING;
    struct request request;
    while (KERNEL3(SYS_write, answers, &said, sizeof said) == sizeof said &&
           KERNEL3(SYS_read, questions, &request, sizeof request) == sizeof request)
        said = answer_to(&request, &path);
    kernel_exit(0);
}
