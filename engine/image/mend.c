#include "engine/image/mend.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/apart.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"

enum {
	CPU_S = 10,
};

struct job {
	int fd;
	const struct ready_wish *wish;
	unsigned mask;
};

static int work(void *arg, void *rows, struct error *err)
{
	const struct job *j = arg;

	AUTO_EXT4 struct ext4 *fs = ext4_open(j->fd, j->mask != 0, err);
	if (!fs)
		return -1;
	if (j->mask && ready_fix(fs, j->wish, j->mask, err) < 0) {
		if (err->code == ENOSPC)
			error_hint(err, "the image is full: make it again with more room (--room)");
		return -1;
	}
	if (ready_look(fs, j->wish, rows, err) < 0)
		return -1;
	return ext4_close(take_ptr(&fs), err);
}

static int run(int fd, const struct ready_wish *w, unsigned mask, struct ready_row *rows,
	       struct error *err)
{
	struct job j = { fd, w, mask };
	struct apart child = {
		.fn = work,
		.arg = &j,
		.out = rows,
		.size = READY_COUNT * sizeof(*rows),
		.file_max = mask ? 1ULL << 41 : 0,
		.cpu_s = CPU_S,
		.keep = &fd,
		.n_keep = 1,
	};

	if (apart_work(&child, err) < 0)
		return -1;
	for (int i = 0; i < READY_COUNT; i++)
		rows[i].seen[sizeof(rows[i].seen) - 1] = '\0';
	return 0;
}

int mend_look(int fd, const struct ready_wish *w, struct ready_row rows[READY_COUNT],
	      struct error *err)
{
	return run(fd, w, 0, rows, err);
}

int mend_fd(int fd, const struct ready_wish *w, unsigned mask, struct ready_row rows[READY_COUNT],
	    struct error *err)
{
	return run(fd, w, mask, rows, err);
}

/* A file by path: a mended copy beside it takes its place. */
static int mend_path(const char *path, int from, const struct ready_wish *w, unsigned mask,
		     struct ready_row *rows, struct error *err)
{
	char copy[PATH_MAX + 16];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s.mend-XXXXXX", path);
	AUTO_CLOSE int to = mkostemp(copy, O_CLOEXEC);
	if (to < 0)
		return error_set(err, errno, "%s", copy);
	int r = disk_copy_into(from, to, err);
	if (r == 0)
		r = mend_fd(to, w, mask, rows, err);
	if (r == 0 && (fstat(from, &st) < 0 || fchmod(to, st.st_mode & 07777) < 0 || fsync(to) < 0 ||
		       rename(copy, path) < 0))
		r = error_set(err, errno, "replace %s", path);
	if (r < 0)
		unlink(copy);
	return r;
}

/* Is there anything that mending it would change? */
static bool lacks(const struct ready_row *rows, unsigned mask)
{
	for (int i = 0; i < READY_COUNT; i++)
		if (mask & 1U << i && !rows[i].ok && rows[i].mendable)
			return true;
	return false;
}

/* It is not what its source makes any more: who asks for that gets it anew. */
static void estrange(struct image *i)
{
	static const char word[] = ", mended";
	size_t n = strlen(i->source), room = sizeof(i->source) - sizeof(word);

	i->sha256[0] = i->key[0] = i->seen[0] = '\0';
	if (n < sizeof(word) - 1 || strcmp(i->source + n - (sizeof(word) - 1), word) != 0)
		strcpy(i->source + (n < room ? n : room), word);
}

int mend_image(const char *images, struct image *i, const struct ready_wish *w, unsigned mask,
	       struct ready_row rows[READY_COUNT], struct error *err)
{
	struct store_new n;

	AUTO_CLOSE int from = open(i->path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return error_set(err, errno, "%s", i->path);
	if (!i->dir[0])
		return mend_path(i->path, from, w, mask, rows, err);
	if (mend_look(from, w, rows, err) < 0)
		return error_wrap(err, "image %s", i->name);
	if (!w->more && !lacks(rows, mask))
		return 0;
	if (store_begin(images, i->name, &n, err) < 0)
		return -1;
	int r = disk_copy_into(from, n.fd, err);
	if (r == 0)
		r = mend_fd(n.fd, w, mask, rows, err);
	estrange(i);
	if (r == 0)
		r = store_commit(images, &n, i, err);
	store_abort(&n);
	return r < 0 ? error_wrap(err, "image %s", i->name) : 0;
}

struct ready_wish mend_wish(const struct image *i)
{
	return (struct ready_wish){
		.user = i->user[0] ? i->user : "root",
		.command = i->argv && i->argv[0] ? i->argv[0] : "",
		.init = i->boot == IMAGE_BOOT_INIT,
	};
}
