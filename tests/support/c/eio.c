/* A disk that fails: of this process's calls that wait for the disk, each EIO_ONE_IN-th says EIO and
   has done nothing. Preloaded (LD_PRELOAD) into a database by tests/assurance/test_faults_15_disk.py.
   EIO_CALLS names which: fdatasync, fsync, or both. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(const char *call)
{
    static unsigned long asked;
    const char *calls = getenv("EIO_CALLS"), *one_in = getenv("EIO_ONE_IN");

    if (calls == NULL || one_in == NULL || strstr(calls, call) == NULL)
        return 0;
    return ++asked % strtoul(one_in, NULL, 10) == 0;
}

static int synchronise(const char *call, long number, int file)
{
    if (fails(call)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(number, file);
}

int fdatasync(int file) { return synchronise("fdatasync", SYS_fdatasync, file); }

int fsync(int file) { return synchronise("fsync", SYS_fsync, file); }
