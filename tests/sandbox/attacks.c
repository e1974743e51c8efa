/* What a program under test must not be able to do: `attacks NAME [ARGUMENT]...`.
 *
 * Exit status 0 and a line that begins with "done" say that it could. Each attack has an end of its
 * own as well, so that a sandbox that fails does not take the machine with it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEGABYTE = 1000000, MOST_PROCESSES = 2000, MOST_MEGABYTES = 1500, HELD = 5 };

extern char **environ;

static int refused(const char *what) {
    printf("refused %s: %s\n", what, strerror(errno));
    return 1;
}

static int done(const char *what) {
    printf("done %s\n", what);
    return 0;
}

static int connect_inet(char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[0]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        return refused("connect");
    return done("connect");
}

static int connect_unix(const char *name, int is_abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + is_abstract, name, sizeof address.sun_path - 2);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, size))
        return refused("connect");
    return done("connect");
}

static int connect_abstract(char **argv) { return connect_unix(argv[0], 1); }

static int connect_path(char **argv) { return connect_unix(argv[0], 0); }

static int list(char **argv) {
    DIR *directory = opendir(argv[0]);
    if (!directory)
        return refused("opendir");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(directory));)
        found += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    printf("%d entries\n", found);
    return found ? done("list") : 1;
}

static int read_file(char **argv) {
    char byte;
    int fd = open(argv[0], O_RDONLY);
    if (fd < 0 || read(fd, &byte, 1) != 1)
        return refused("read");
    return done("read");
}

static int write_file(char **argv) {
    int fd = open(argv[0], O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1)
        return refused("write");
    return done("write");
}

/* Takes away what covers a directory, or makes it writable, and looks at it again. */
static int uncover(char **argv) {
    unshare(CLONE_NEWUSER | CLONE_NEWNS);
    int failed = umount2(argv[0], MNT_DETACH);
    failed &= mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL);
    failed &= mount("none", argv[0], "tmpfs", 0, NULL);
    return failed ? refused("mount") : done("mount");
}

static int has(const char *text, size_t size, const char *word) {
    return memmem(text, size, word, strlen(word)) != NULL;
}

/* Looks for a word in the environment of every process that is there. */
static int environments(char **argv) {
    static char text[MEGABYTE];
    DIR *directory = opendir("/proc");
    if (!directory)
        return refused("opendir");
    int found = 0, files = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[300];
        snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
        int fd = open(path, O_RDONLY);
        if (fd < 0)
            continue;
        ssize_t size = read(fd, text, sizeof text);
        files += size >= 0;
        found += size > 0 && has(text, size, argv[0]);
        close(fd);
    }
    printf("%d environments\n", files);
    return found ? done("environments") : 1;
}

static int print_environment(char **argv) {
    (void)argv;
    for (char **variable = environ; *variable; variable++)
        puts(*variable);
    return 0;
}

static int fork_bomb(char **argv) {
    (void)argv;
    int *count = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (;;) {
        pid_t pid = fork();
        if (pid < 0)
            continue;
        if (__atomic_add_fetch(count, 1, __ATOMIC_RELAXED) > MOST_PROCESSES)
            return sleep(HELD), done("fork");
    }
}

static void *nothing(void *unused) {
    pause();
    return unused;
}

static int thread_bomb(char **argv) {
    (void)argv;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    for (int count = 0; count < MOST_PROCESSES;) {
        pthread_t thread;
        count += !pthread_create(&thread, &small, nothing, NULL);
    }
    sleep(HELD);
    return done("threads");
}

static int fill(const char *directory, int keep) {
    static char block[MEGABYTE];
    memset(block, 1, sizeof block);
    for (int file = 0; file < MOST_MEGABYTES / 10; file++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/filler-%d", directory, file);
        int fd = open(path, O_WRONLY | O_CREAT, 0600);
        if (fd < 0)
            return refused("open");
        if (!keep)
            unlink(path);
        for (ssize_t left = 10 * MEGABYTE, wrote; left > 0; left -= wrote)
            if ((wrote = write(fd, block, sizeof block)) <= 0)
                return refused("write");
        if (keep)
            close(fd);
    }
    sleep(HELD);
    return done("fill");
}

static int fill_disk(char **argv) { return fill(argv[0], 1); }

static int fill_disk_without_names(char **argv) { return fill(argv[0], 0); }

static int fill_memory(char **argv) {
    (void)argv;
    for (int i = 0; i < MOST_MEGABYTES; i++) {
        char *block = malloc(MEGABYTE);
        if (!block)
            return refused("malloc");
        memset(block, 1, MEGABYTE);
    }
    sleep(HELD);
    return done("malloc");
}

/* Memory that no process has mapped. */
static int fill_memory_files(char **argv) {
    (void)argv;
    static char block[MEGABYTE];
    for (int file = 0; file < MOST_MEGABYTES / 10; file++) {
        int fd = memfd_create("block", 0);
        for (int i = 0; i < 10; i++)
            if (fd < 0 || write(fd, block, sizeof block) != sizeof block)
                return refused("memfd");
    }
    sleep(HELD);
    return done("memfd");
}

static int print_without_end(char **argv) {
    (void)argv;
    static char block[MEGABYTE];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < MOST_MEGABYTES; i++)
        fwrite(block, 1, sizeof block, i % 2 ? stdout : stderr);
    fflush(NULL);
    sleep(HELD);
    return done("print");
}

static int set_clock(char **argv) {
    (void)argv;
    /* The time that it is: where this works, no harm is done. */
    struct timespec now;
    struct timeval same;
    clock_gettime(CLOCK_REALTIME, &now);
    gettimeofday(&same, NULL);
    if (clock_settime(CLOCK_REALTIME, &now) && settimeofday(&same, NULL))
        return refused("clock_settime");
    return done("clock_settime");
}

/* Its own clock stands still: the page with it is overwritten. Takes 0.3 s and says that it took
 * none. */
static int stop_own_clock(char **argv) {
    (void)argv;
    char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
    int memory = open("/proc/self/mem", O_RDWR);
    struct timespec before, after = {0, 0}, nap = {0, 300 * 1000 * 1000};
    static char zeros[4096];
    clock_gettime(CLOCK_MONOTONIC, &before);
    /* Where the page cannot be written, the answer is made up in the program. */
    if (!vdso || memory < 0 || pwrite(memory, zeros, 64, (off_t)vdso) != 64)
        puts("the page is not ours");
    nanosleep(&nap, NULL);
    after.tv_sec = before.tv_sec;
    printf("took %ld s\n", (long)(after.tv_sec - before.tv_sec));
    return done("stop");
}

/* Every process whose number it can know, and all at once. */
static int kill_all(char **argv) {
    int hit = 0;
    for (; *argv; argv++)
        hit += !kill(atoi(*argv), SIGKILL);
    if (getppid() > 1)
        hit += !kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    return hit ? done("kill") : refused("kill");
}

static int trace(char **argv) {
    pid_t pid = atoi(argv[0]);
    char byte;
    struct iovec here = {&byte, 1}, there = {&environ, 1};
    if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) && ptrace(PTRACE_SEIZE, pid, NULL, NULL) &&
        process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
        return refused("ptrace");
    return done("ptrace");
}

/* A process that leaves its parent, group and session, is deaf, and has the name it is told. */
static int survive(char **argv) {
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int number = 1; number < NSIG; number++)
                signal(number, SIG_IGN);
            for (int fd = 0; fd < 100; fd++)
                close(fd);
            execl("/bin/sleep", "sleep", argv[0], (char *)NULL);
        }
        _exit(0);
    }
    wait(NULL);
    if (argv[1])
        pause();
    return done("survive");
}

static int sleep_forever(char **argv) {
    (void)argv;
    pause();
    return done("sleep");
}

static const struct {
    const char *name;
    int (*run)(char **);
} attacks[] = {
    {"connect-inet", connect_inet},
    {"connect-abstract", connect_abstract},
    {"connect-path", connect_path},
    {"list", list},
    {"read", read_file},
    {"write", write_file},
    {"uncover", uncover},
    {"environments", environments},
    {"print-environment", print_environment},
    {"fork-bomb", fork_bomb},
    {"thread-bomb", thread_bomb},
    {"fill-disk", fill_disk},
    {"fill-disk-without-names", fill_disk_without_names},
    {"fill-memory", fill_memory},
    {"fill-memory-files", fill_memory_files},
    {"print-without-end", print_without_end},
    {"set-clock", set_clock},
    {"stop-own-clock", stop_own_clock},
    {"kill", kill_all},
    {"trace", trace},
    {"survive", survive},
    {"sleep", sleep_forever},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof attacks / sizeof *attacks; i++)
        if (strcmp(attacks[i].name, argv[1]) == 0)
            return attacks[i].run(argv + 2);
    return 2;
}
