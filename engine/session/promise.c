#include "engine/session/promise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/base/own.h"

/*
 * Holder k has the bytes from k * SPAN on: one that says that it is there, then as many
 * as it promises KiB; of memory, and DISK further on, of disk. Its k is the position of
 * its open file, which goes where the locks go.
 */
#define SPAN ((off_t)1 << 32)
#define DISK ((off_t)1 << 61)
#define ASKING ((off_t)1 << 62)

enum { SLOTS = 1 << 16, TRY_MS = 5, TRIES = 200 };

static int lock(int fd, short type, off_t start, off_t len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fcntl(fd, F_OFD_SETLK, &l);
}

int promise_open(const struct paths *p, struct error *err)
{
	char path[PATH_MAX + 16];
	AUTO_CLOSE int fd = -1;

	snprintf(path, sizeof(path), "%s/promised", p->state);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_set(err, errno, "open the file of promises");
	for (off_t k = 0; k < SLOTS; k++) {
		if (lock(fd, F_WRLCK, k * SPAN, 1) == 0)
			return lseek(fd, k, SEEK_SET) == k ? take_fd(&fd) :
			       error_set(err, errno, "the file of promises");
		if (errno != EAGAIN && errno != EACCES)
			return error_set(err, errno, "lock the file of promises");
	}
	return error_set(err, EBUSY, "%d sessions hold promises", SLOTS);
}

/* The part behind is given back after the part before is held: no moment without. */
static int stretch(int fd, off_t start, uint64_t kib)
{
	off_t len = 1 + (off_t)(kib < (uint64_t)SPAN - 2 ? kib : (uint64_t)SPAN - 2);

	return lock(fd, F_WRLCK, start, len) < 0 ? -1 : lock(fd, F_UNLCK, start + len, SPAN - len);
}

int promise_hold(int fd, uint64_t memory_kib, uint64_t disk_kib, struct error *err)
{
	off_t k = lseek(fd, 0, SEEK_CUR);

	if (k < 0 || k >= SLOTS || stretch(fd, k * SPAN, memory_kib) < 0 ||
	    stretch(fd, DISK + k * SPAN, disk_kib) < 0)
		return error_set(err, errno, "hold a promise");
	return 0;
}

/* The kernel names any one lock of a range: then those before and after it. */
static void add(int fd, off_t from, off_t to, unsigned *n, uint64_t *kib)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = from, .l_len = to - from };

	if (from >= to || fcntl(fd, F_OFD_GETLK, &l) < 0 || l.l_type == F_UNLCK || l.l_len < 1)
		return;
	++*n;
	*kib += (uint64_t)l.l_len - 1;
	add(fd, from, l.l_start, n, kib);
	add(fd, l.l_start + l.l_len, to, n, kib);
}

struct promises promise_others(int fd)
{
	struct promises p = { 0 };
	unsigned ignored = 0;

	add(fd, 0, SLOTS * SPAN, &p.n, &p.memory_kib);
	add(fd, DISK, DISK + SLOTS * SPAN, &ignored, &p.disk_kib);
	return p;
}

void promise_ask_begin(int fd)
{
	for (int i = 0; i < TRIES && lock(fd, F_WRLCK, ASKING, 1) < 0; i++)
		poll(NULL, 0, TRY_MS);
}

void promise_ask_end(int fd)
{
	lock(fd, F_UNLCK, ASKING, 1);
}
