/*
 * Loaded into QEMU when it resumes from a template: the template's memory, which
 * comes as descriptor PRELOAD_RAM_FD, is opened for reading only.
 *
 * All sessions of a template map one file. QEMU before 8.2 knows no other way
 * than to open it for writing, also where it maps it privately: a guest that
 * took over its hypervisor could then write into the memory of its neighbours.
 * A private mapping needs no more than to read. Should this not work, the file's
 * mode (0400) makes QEMU fail and the session start cold.
 *
 * It is a shared object of its own: links libc, and nothing of vmdeck.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/vm/preload.h"

int open64(const char *path, int flags, ...);
int open(const char *path, int flags, ...);
int __open64_2(const char *path, int flags);
int __open_2(const char *path, int flags);

static int open_as(const char *path, int flags, unsigned mode)
{
	if ((flags & O_ACCMODE) == O_RDWR && strcmp(path, PRELOAD_RAM_PATH) == 0)
		flags = (flags & ~O_ACCMODE) | O_RDONLY;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static unsigned mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? va_arg(ap, unsigned) : 0;
}

int open64(const char *path, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_as(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_as(path, flags, mode);
}

/* Without a mode, as fortified programs call them. */
int __open64_2(const char *path, int flags)
{
	return open_as(path, flags, 0);
}

int __open_2(const char *path, int flags)
{
	return open_as(path, flags, 0);
}
