#include "engine/session/template_build.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/template.h"

/*
 * A lock's length is 2 + phase + 8 * (seconds since EPOCH): some 10^9, while places
 * are spread over 2^60, so that two do not meet. A claim of which nothing was told yet
 * is 1 long. Phases only grow, and so do locks: a longer one on the same descriptor
 * takes the place of the shorter.
 */
/* The memory is the length of a second lock, as far behind the places as the first is in
 * front of them. */
#define MEMORY_PLACES ((off_t)1 << 61)
/* What it is expected to take, in ms, likewise: places are below 2^60. */
#define EXPECTED_PLACES (MEMORY_PLACES + ((off_t)1 << 60))
/* Those belong to a descriptor and name nobody. A last, further behind, belongs to the
 * process: of such a one the kernel tells the holder. */
#define HOLDER_PLACES ((off_t)1 << 62)

enum { EPOCH = 1700000000, STEP = 8, FAILURE_MAX = 400 };

const char *const template_phase_names[] = {
	[TEMPLATE_BOOTING] = "booting",
	[TEMPLATE_REHEARSING] = "rehearsing",
	[TEMPLATE_SAVING] = "saving",
	[TEMPLATE_WRITING] = "writing",
};
static_assert(sizeof(template_phase_names) / sizeof(template_phase_names[0]) == TEMPLATE_PHASES,
	      "a name for each phase");
static_assert((int)TEMPLATE_PHASES < STEP, "phases fit");

void template_build_tell(int claim, const char *key, enum template_phase phase, int64_t began)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = template_place(key),
			   .l_len = 2 + phase + STEP * (began - EPOCH) };

	(void)fcntl(claim, F_OFD_SETLK, &l); /* at worst nobody sees it */
}

/* A number that is not 0, as the length of a lock. */
static void tell_number(int claim, off_t at, uint64_t number)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = (off_t)number, .l_start = at };

	if (number && number < (uint64_t)1 << 40) /* 0 would be "to the end" */
		(void)fcntl(claim, F_OFD_SETLK, &l);
}

void template_build_begin(int claim, const char *key, unsigned memory_mib, uint64_t expected_ms)
{
	struct flock me = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1,
			    .l_start = HOLDER_PLACES + template_place(key) };

	(void)fcntl(claim, F_SETLK, &me); /* at worst it cannot be stopped */
	tell_number(claim, MEMORY_PLACES + template_place(key), memory_mib);
	tell_number(claim, EXPECTED_PLACES + template_place(key), expected_ms);
}

static uint64_t number_at(int fd, off_t at)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1, .l_start = at };

	return fcntl(fd, F_OFD_GETLK, &l) < 0 || l.l_type == F_UNLCK || l.l_start != at ||
			       l.l_len < 0 ? 0 : (uint64_t)l.l_len;
}

/* The kernel names any one lock of a range: then those before and after it. */
static size_t scan(int fd, off_t from, off_t to, struct template_build *out, size_t max)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = from, .l_len = to - from };
	struct template_build b;
	size_t n;

	if (!max || from >= to || fcntl(fd, F_OFD_GETLK, &l) < 0 || l.l_type == F_UNLCK || l.l_len < 1)
		return 0;
	n = scan(fd, from, l.l_start, out, max);
	b = (struct template_build){ .phase = (enum template_phase)((l.l_len - 2) % STEP),
				     .began = (l.l_len - 2) / STEP + EPOCH,
				     .memory_mib = (unsigned)number_at(fd, MEMORY_PLACES + l.l_start),
				     .expected_ms = number_at(fd, EXPECTED_PLACES + l.l_start) };
	snprintf(b.key, sizeof(b.key), "%015llx", (unsigned long long)l.l_start);
	if (l.l_len >= 2 && b.phase < TEMPLATE_PHASES && n < max)
		out[n++] = b;
	return n + scan(fd, l.l_start + l.l_len, to, out + n, max - n);
}

size_t template_builds(const struct paths *p, struct template_build *out, size_t max)
{
	struct error ignored;
	AUTO_CLOSE int templates = template_dir_open(p, &ignored);
	AUTO_CLOSE int fd = templates < 0 ? -1 : openat(templates, "making", O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? 0 : scan(fd, 0, MEMORY_PLACES, out, max);
}

/* 0: nobody. */
static pid_t holder(int fd, const char *key)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1,
			   .l_start = HOLDER_PLACES + template_place(key) };

	return fcntl(fd, F_GETLK, &l) < 0 || l.l_type == F_UNLCK || l.l_pid < 1 ? 0 : l.l_pid;
}

int template_build_stop(const struct paths *p, const char *key, struct error *err)
{
	AUTO_CLOSE int templates = template_dir_open(p, err);
	AUTO_CLOSE int fd = templates < 0 ? -1 : openat(templates, "making", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	pid_t pid = fd < 0 ? 0 : holder(fd, key);
	AUTO_CLOSE int pinned = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	/* The number is its holder's only if it still is when it cannot be given to another. */
	if (pinned < 0 || holder(fd, key) != pid)
		return error_set(err, ESRCH, "template %.8s: it is not being made", key);
	if (syscall(SYS_pidfd_send_signal, pinned, SIGTERM, NULL, 0) < 0)
		return error_set(err, errno, "template %.8s: end its maker", key);
	return 0;
}

static int64_t changed_at(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

bool template_build_failure(const struct paths *p, int64_t *since, int64_t *looked, char *why,
			    size_t cap)
{
	struct error ignored;
	AUTO_CLOSE int templates = template_dir_open(p, &ignored);
	char name[sizeof(((struct dirent *)0)->d_name)] = "";
	AUTO_FREE char *text = NULL;
	struct dirent *e;
	struct stat st;
	DIR *all;
	int fd;

	/* A failure is a file that gets its name: the directory is another then. */
	if (templates < 0 || fstat(templates, &st) < 0 || changed_at(&st) == *looked)
		return false;
	/* Clocks of files are coarse: one of this second may change without a trace. */
	*looked = st.st_mtim.tv_sec + 1 < time(NULL) ? changed_at(&st) : 0;
	fd = openat(templates, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	all = fd < 0 ? NULL : fdopendir(fd);
	if (!all) {
		drop_fd(&fd);
		return false;
	}
	while ((e = readdir(all))) {
		if (!template_is_failure(e->d_name) ||
		    fstatat(templates, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    changed_at(&st) <= *since)
			continue;
		*since = changed_at(&st);
		memcpy(name, e->d_name, strlen(e->d_name) + 1);
	}
	closedir(all);
	text = name[0] ? file_read(templates, name, FAILURE_MAX, NULL, &ignored) : NULL;
	if (text)
		text_clean_str(why, cap, text);
	return text;
}
