/* A bad disk, preloaded (LD_PRELOAD) into a database by tests/assurance/test_faults_15_disk.py: of
   this process's calls that wait for the disk, each takes DISK_WAITS milliseconds more, and each
   DISK_ONE_IN-th says EIO and has done nothing. DISK_CALLS names which: fdatasync, fsync, or both. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static unsigned long number_of(const char *name)
{
    const char *value = getenv(name);

    return value == NULL ? 0 : strtoul(value, NULL, 10);
}

static int synchronise(const char *call, long number, int file)
{
    static unsigned long asked;
    const char *calls = getenv("DISK_CALLS");
    unsigned long waits = number_of("DISK_WAITS"), one_in = number_of("DISK_ONE_IN");
    struct timespec time = {waits / 1000, waits % 1000 * 1000000};

    if (calls != NULL && strstr(calls, call) != NULL) {
        nanosleep(&time, NULL);
        if (one_in != 0 && ++asked % one_in == 0) {
            errno = EIO;
            return -1;
        }
    }
    return (int)syscall(number, file);
}

int fdatasync(int file) { return synchronise("fdatasync", SYS_fdatasync, file); }

int fsync(int file) { return synchronise("fsync", SYS_fsync, file); }
