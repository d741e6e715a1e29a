/*
 * Linked into every program of an instrumented build (SAN=1): where the reports of
 * the sanitizers go, so that none is lost with the process that has it.
 *
 * The tests name a FIFO in ASAN_OPTIONS (log_path=FILE), which tests/run reads. It is
 * opened when a program starts and kept: a process that has left the file system for a
 * root of its own, its user for nobody, and its descriptors, still has it. A FIFO,
 * because files are forbidden to some (RLIMIT_FSIZE). Where there is none the runtime
 * does what it does by itself: FILE.PID, or stderr.
 *
 * UBSan reads its options at its first report, and would close what it was given before:
 * it has one, to nowhere, when a program starts.
 *
 * close_range() of the product, which would close it too, goes around it: the linker's
 * --wrap (tests/san/san.mk). Each of the two runtimes, ASan's with LSan and UBSan's,
 * has a file of its own, and forgets it in a child: they are told again.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef void set_fd(void *fd);

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
const char *__lsan_default_suppressions(void);
int __lsan_is_turned_off(void);
int __wrap_close_range(unsigned first, unsigned last, int flags);
long __wrap_syscall(long number, ...);
int __real_close_range(unsigned first, unsigned last, int flags);
long __real_syscall(long number, ...);

enum { HIGH = 900 };

/* The runtime has no argument to pass: the exception to "state hangs from main". */
static int report_fd = -1;
static set_fd *tell[2];

const char *__asan_default_options(void)
{
	return "print_suppressions=0";
}

const char *__ubsan_default_options(void)
{
	return "print_stacktrace=0"; /* the line is in the message */
}

/* What a supervisor or a maker of templates has when it ends, the kernel takes back. Of
 * libraries, only what they keep for a process's life by design is named here. */
const char *__lsan_default_suppressions(void)
{
	return "leak:supervise_main\nleak:maker_main\n";
}

static bool is_traced(void)
{
	char text[4096];
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *p;

	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	p = strstr(text, "\nTracerPid:");
	return p && atoi(p + strlen("\nTracerPid:")) != 0;
}

/* At exit(): it looks at the process by its number in /proc, which is somebody else, or
 * nobody, where /proc is of another pid namespace or gone; and as its tracer, which is
 * strace in some tests. */
int __lsan_is_turned_off(void)
{
	char self[32] = "", wanted[32];

	snprintf(wanted, sizeof(wanted), "%d", (int)getpid());
	return readlink("/proc/self", self, sizeof(self) - 1) < 0 || strcmp(self, wanted) != 0 || is_traced();
}

static void tell_runtimes(void)
{
	for (int i = 0; i < 2; i++)
		if (tell[i])
			tell[i]((void *)(intptr_t)report_fd);
}

static int open_named(const char *options)
{
	const char *p = options ? strstr(options, "log_path=") : NULL;
	char path[4096];
	struct stat st;
	size_t n;
	int low, fd;

	if (!p)
		return -1;
	p += strlen("log_path=");
	n = strcspn(p, ":");
	if (n >= sizeof(path))
		return -1;
	memcpy(path, p, n);
	path[n] = '\0';
	/* Both ways, so that it opens at once and nobody's end is a SIGPIPE. */
	low = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (low < 0)
		return -1;
	if (fstat(low, &st) < 0 || !S_ISFIFO(st.st_mode)) {
		close(low);
		return -1;
	}
	fd = fcntl(low, F_DUPFD_CLOEXEC, HIGH);
	if (fd < 0)
		return low;
	close(low);
	return fd;
}

/* The only sum of this file that is checked, and goes on (san.mk). */
static void wake_ubsan(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), before = fcntl(2, F_DUPFD_CLOEXEC, HIGH);
	volatile int by = 40;

	if (null >= 0)
		dup2(null, 2);
	by = 1 << by;
	if (before >= 0)
		dup2(before, 2);
	else
		close(2);
	close(before);
	close(null);
}

__attribute__((constructor)) static void begin(void)
{
	static const char *const runtimes[2] = { "libasan.so.8", "libubsan.so.1" };

	report_fd = open_named(getenv("ASAN_OPTIONS"));
	if (report_fd < 0)
		return;
	for (int i = 0; i < 2; i++) {
		void *lib = dlopen(runtimes[i], RTLD_NOW | RTLD_NOLOAD);

		if (lib)
			tell[i] = (set_fd *)(uintptr_t)dlsym(lib, "__sanitizer_set_report_fd");
	}
	wake_ubsan();
	tell_runtimes();
	pthread_atfork(NULL, NULL, tell_runtimes);
}

int __wrap_close_range(unsigned first, unsigned last, int flags)
{
	unsigned kept = (unsigned)report_fd;
	int r = 0;

	if (report_fd < 0 || first > kept || last < kept)
		return __real_close_range(first, last, flags);
	if (first < kept)
		r = __real_close_range(first, kept - 1, flags);
	if (!r && last > kept)
		r = __real_close_range(kept + 1, last, flags);
	return r;
}

long __wrap_syscall(long number, ...)
{
	long a[6];
	va_list ap;

	/* As the wrapped one does: what was not given is not looked at by the kernel. */
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_close_range)
		return __wrap_close_range((unsigned)a[0], (unsigned)a[1], (int)a[2]);
	return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
