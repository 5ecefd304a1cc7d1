/* A memory card that is slow to flush: each sync takes ten milliseconds more. Loaded before the box by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_for_the_card(void) {
    struct timespec more = {0, 10 * 1000 * 1000};
    nanosleep(&more, 0);
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_the_card();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_the_card();
    return real(file);
}
