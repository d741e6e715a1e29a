#include "engine/image/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"

enum {
	DEPTH_MAX = 64, /* directories below each other */
};

/* A name that a multiply linked file has got already. */
struct twin {
	dev_t dev;
	ino_t ino;
	char *path;
};

struct copy {
	struct ext4 *to;
	dev_t dev;
	bool root_owned;
	struct twin *twins;
	size_t n_twins;
};

static const char *twin_of(const struct copy *c, const struct stat *st)
{
	for (size_t i = 0; i < c->n_twins; i++)
		if (c->twins[i].dev == st->st_dev && c->twins[i].ino == st->st_ino)
			return c->twins[i].path;
	return NULL;
}

static int remember_twin(struct copy *c, const struct stat *st, const char *path, struct error *err)
{
	struct twin *more = realloc(c->twins, (c->n_twins + 1) * sizeof(*more));

	if (!more)
		return error_set(err, ENOMEM, "copy %s", path);
	c->twins = more;
	char *copy = strdup(path);
	if (!copy)
		return error_set(err, ENOMEM, "copy %s", path);
	c->twins[c->n_twins++] = (struct twin){ st->st_dev, st->st_ino, copy };
	return 0;
}

static int copy_file(struct copy *c, int dirfd, const char *name, const struct stat *st,
		     const char *path, const struct ext4_node *node, struct error *err)
{
	const char *twin = st->st_nlink > 1 ? twin_of(c, st) : NULL;

	if (twin)
		return ext4_put_link(c->to, path, twin, err);
	AUTO_CLOSE int from = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return error_set(err, errno, "open %s", name);
	if (ext4_put_fd(c->to, path, from, node, err) < 0)
		return -1;
	return st->st_nlink > 1 ? remember_twin(c, st, path, err) : 0;
}

static int copy_dir(struct copy *c, int dirfd, const char *path, int depth, struct error *err);

static int copy_entry(struct copy *c, int dirfd, const char *name, const char *path, int depth,
		      struct error *err)
{
	char target[PATH_MAX];
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "stat %s", name);
	struct ext4_node node = {
		.mode = st.st_mode,
		.uid = c->root_owned ? 0 : st.st_uid,
		.gid = c->root_owned ? 0 : st.st_gid,
		.mtime = st.st_mtime,
		.rdev_major = major(st.st_rdev),
		.rdev_minor = minor(st.st_rdev),
	};
	if (S_ISREG(st.st_mode))
		return copy_file(c, dirfd, name, &st, path, &node, err);
	if (S_ISLNK(st.st_mode)) {
		ssize_t n = readlinkat(dirfd, name, target, sizeof(target) - 1);
		if (n < 0)
			return error_set(err, errno, "read link %s", name);
		target[n] = '\0';
		return ext4_put_symlink(c->to, path, target, &node, err);
	}
	if (!S_ISDIR(st.st_mode))
		return ext4_put_special(c->to, path, &node, err);
	AUTO_CLOSE int sub = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return error_set(err, errno, "open %s", name);
	if (ext4_put_dir(c->to, path, &node, err) < 0)
		return -1;
	return st.st_dev == c->dev ? copy_dir(c, sub, path, depth + 1, err) : 0;
}

static void free_names(struct dirent ***names)
{
	for (struct dirent **n = *names; n && *n; n++)
		free(*n);
	free(*names);
}

static int copy_dir(struct copy *c, int dirfd, const char *path, int depth, struct error *err)
{
	__attribute__((cleanup(free_names))) struct dirent **names = NULL;
	char sub[PATH_MAX];

	if (depth > DEPTH_MAX)
		return error_set(err, ELOOP, "copy %s", path);
	int n = scandirat(dirfd, ".", &names, NULL, alphasort);
	if (n < 0)
		return error_set(err, errno, "list %s", path);
	struct dirent **ended = realloc(names, ((size_t)n + 1) * sizeof(*names));
	if (!ended)
		return error_set(err, ENOMEM, "list %s", path);
	names = ended;
	names[n] = NULL;
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (snprintf(sub, sizeof(sub), "%s/%s", path, name) >= (int)sizeof(sub))
			return error_set(err, ENAMETOOLONG, "copy %s", name);
		if (copy_entry(c, dirfd, name, sub, depth, err) < 0)
			return -1;
	}
	return 0;
}

int tree_copy(struct ext4 *fs, const char *path, int dirfd, bool root_owned, struct error *err)
{
	struct copy c = { .to = fs, .root_owned = root_owned };
	struct stat st;

	if (fstat(dirfd, &st) < 0)
		return error_set(err, errno, "copy to %s", path);
	c.dev = st.st_dev;
	int r = copy_dir(&c, dirfd, strcmp(path, "/") == 0 ? "" : path, 0, err);
	for (size_t i = 0; i < c.n_twins; i++)
		free(c.twins[i].path);
	free(c.twins);
	return r;
}
