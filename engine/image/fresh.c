#include "engine/image/fresh.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

#define PREFIX ".new-"

enum {
	DEPTH = 4, /* of directories in one */
};

static void sweep(const char *parent)
{
	DIR *d = opendir(parent);

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct error ignored;
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		AUTO_CLOSE int fd = openat(dirfd(d), e->d_name,
					   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			dir_remove(dirfd(d), e->d_name, &ignored);
	}
	closedir(d);
}

int fresh_begin(struct fresh *f, const char *parent, struct error *err)
{
	f->fd = -1;
	f->dir[0] = '\0';
	if (dir_make(parent, 0700, err) < 0)
		return -1;
	sweep(parent);
	if (snprintf(f->dir, sizeof(f->dir), "%s/" PREFIX "XXXXXX", parent) >= (int)sizeof(f->dir))
		return error_set(err, ENAMETOOLONG, "%s", parent);
	/* Between mkdtemp and flock a sweeper may take it; then we make another. */
	for (int tries = 0; tries < 8; tries++) {
		strcpy(f->dir + strlen(f->dir) - 6, "XXXXXX");
		if (!mkdtemp(f->dir))
			break;
		f->fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct stat st;
		if (f->fd >= 0 && flock(f->fd, LOCK_EX | LOCK_NB) == 0 && stat(f->dir, &st) == 0)
			return 0;
		drop_fd(&f->fd);
	}
	error_set(err, errno, "make a directory in %s", parent);
	f->dir[0] = '\0';
	return -1;
}

/* Each file and directory to disk; not the whole file system, which is others'
 * too. */
static int sync_all(int dir, int depth)
{
	int list = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = list < 0 ? NULL : fdopendir(list);

	if (!d)
		return -1;
	for (struct dirent *e; r == 0 && (e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    e->d_type == DT_LNK)
			continue;
		AUTO_CLOSE int fd = openat(dir, e->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 ? -1 : e->d_type == DT_DIR && depth ? sync_all(fd, depth - 1) : fsync(fd);
	}
	closedir(d);
	return r < 0 ? r : fsync(dir);
}

int fresh_commit(struct fresh *f, const char *parent, const char *name, struct error *err)
{
	char to[PATH_MAX];

	if (snprintf(to, sizeof(to), "%s/%s", parent, name) >= (int)sizeof(to))
		return error_set(err, ENAMETOOLONG, "%s/%s", parent, name);
	if (sync_all(f->fd, DEPTH) < 0)
		return error_set(err, errno, "write %s", to);
	if (renameat2(AT_FDCWD, f->dir, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
		f->dir[0] = '\0';
		drop_fd(&f->fd);
		return 0;
	}
	if (errno != EEXIST)
		return error_set(err, errno, "name %s", to);
	/* The old one becomes the temporary one, and goes. */
	if (renameat2(AT_FDCWD, f->dir, AT_FDCWD, to, RENAME_EXCHANGE) < 0)
		return error_set(err, errno, "replace %s", to);
	fresh_abort(f);
	return 0;
}

void fresh_abort(struct fresh *f)
{
	struct error ignored;

	if (!f->dir[0])
		return;
	dir_remove(AT_FDCWD, f->dir, &ignored);
	f->dir[0] = '\0';
	drop_fd(&f->fd);
}
