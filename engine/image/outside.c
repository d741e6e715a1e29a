#include "engine/image/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/archive.h"

/* The directory of the path's last name, made where it lacks; -1. */
static int open_parent(int top, const char *path, char name[NAME_MAX + 1], struct error *err)
{
	AUTO_CLOSE int at = fcntl(top, F_DUPFD_CLOEXEC, 3);
	const char *end;

	for (; at >= 0 && (end = strchr(path, '/')); path = end + 1) {
		size_t n = (size_t)(end - path);
		int below;

		if (!n || n > NAME_MAX)
			return error_set(err, ENAMETOOLONG, "unpack");
		memcpy(name, path, n);
		name[n] = '\0';
		mkdirat(at, name, 0755);
		below = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			return error_set(err, errno, "unpack into %.100s", name);
		close(at);
		at = below;
	}
	if (at < 0 || strlen(path) > NAME_MAX || !path[0])
		return error_set(err, at < 0 ? errno : ENAMETOOLONG, "unpack");
	strcpy(name, path);
	return take_fd(&at);
}

static int put_file(int dir, const char *name, const struct entry *e, struct error *err)
{
	AUTO_CLOSE int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = e->mtime } };

	if (fd < 0)
		return error_set(err, errno, "write %.100s", name);
	if (e->next && archive_pour(e, fd, err) < 0)
		return -1;
	if (fchmod(fd, e->mode & 0777) < 0)
		return error_set(err, errno, "write %.100s", name);
	futimens(fd, times);
	return 0;
}

static int put_copy(struct outside *o, int dir, const char *name, const struct entry *e, struct error *err)
{
	char other[NAME_MAX + 1];
	AUTO_CLOSE int from = open_parent(o->dir, e->link, other, err);

	if (from < 0)
		return -1;
	return linkat(from, other, dir, name, 0) < 0 ? error_set(err, errno, "link %.100s", name) : 0;
}

int outside_put(void *arg, const struct entry *e, struct error *err)
{
	struct outside *o = arg;
	char name[NAME_MAX + 1], path[PATH_MAX];
	size_t n = strlen(e->path);
	AUTO_CLOSE int dir = -1;

	while (n && e->path[n - 1] == '/') /* as tars call directories */
		n--;
	if (!n || e->kind != ENTRY_NODE || (n == 1 && e->path[0] == '.'))
		return 0;
	if (n >= sizeof(path))
		return error_set(err, ENAMETOOLONG, "unpack");
	memcpy(path, e->path, n);
	path[n] = '\0';
	dir = open_parent(o->dir, path, name, err);
	if (dir < 0)
		return -1;
	if (e->hardlink)
		return put_copy(o, dir, name, e, err);
	if (S_ISDIR(e->mode)) {
		if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
			return error_set(err, errno, "make %.100s", name);
		return 0;
	}
	o->files++;
	if (S_ISLNK(e->mode))
		return symlinkat(e->link, dir, name) < 0 ? error_set(err, errno, "link %.100s", name) : 0;
	if (S_ISREG(e->mode))
		return put_file(dir, name, e, err);
	o->left_out++;
	return 0;
}
