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
#include <sys/xattr.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/twins.h"

enum {
	DEPTH_MAX = 256, /* directories below each other */
	CHUNK = 1 << 20,
	LIST = 16 * 1024,
};

struct walk {
	entry_fn *fn;
	void *arg;
	dev_t dev;
	bool root_owned;
	struct twins twins;
	char *buf;   /* CHUNK bytes */
	int result;
};

/* The file being read. */
struct reading {
	int fd;
	char *buf;
	off_t at, data_end; /* data lies between */
};

static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	struct reading *r = e->reader;

	if (r->at >= r->data_end) {
		off_t from = lseek(r->fd, r->at, SEEK_DATA);
		if (from < 0 && errno == ENXIO)
			return 0;
		/* A file system that knows no holes, a device's file: read all. */
		off_t to = from < 0 ? -1 : lseek(r->fd, from, SEEK_HOLE);
		r->at = from < 0 ? r->at : from;
		r->data_end = to < 0 ? INT64_MAX : to;
	}
	size_t want = r->data_end - r->at < CHUNK ? (size_t)(r->data_end - r->at) : CHUNK;
	ssize_t n = pread(r->fd, r->buf, want, r->at);
	if (n < 0)
		return error_set(err, errno, "read %s", e->path);
	*data = r->buf;
	*len = (size_t)n;
	*at = (uint64_t)r->at;
	r->at += n;
	return n > 0;
}

/* Those that mean something in another place than this host. */
static bool wanted(const char *name)
{
	return strncmp(name, "user.", 5) == 0 || strcmp(name, "security.capability") == 0 ||
	       strncmp(name, "trusted.", 8) == 0 || strncmp(name, "system.posix_acl_", 17) == 0;
}

struct xattrs {
	struct entry_xattr all[ENTRY_XATTRS];
	char list[LIST];
	void *values[ENTRY_XATTRS];
	size_t n;
};

static void xattrs_done(struct xattrs *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->values[i]);
	x->n = 0;
}
#define AUTO_XATTRS __attribute__((cleanup(xattrs_done)))

/* `proc` is the file by /proc/self/fd, since an O_PATH descriptor has no fgetxattr. */
static int read_xattrs(const char *proc, struct xattrs *x, struct error *err)
{
	ssize_t len = listxattr(proc, x->list, sizeof(x->list));

	if (len < 0)
		return errno == EOPNOTSUPP || errno == ENOENT || errno == EPERM || errno == EACCES
			       ? 0
			       : error_set(err, errno, "list attributes");
	for (const char *name = x->list; name < x->list + len; name += strlen(name) + 1) {
		if (!wanted(name))
			continue;
		if (x->n == ENTRY_XATTRS)
			return error_set(err, E2BIG, "extended attributes");
		void *value = malloc(ENTRY_XATTR_SIZE);
		ssize_t n = value ? getxattr(proc, name, value, ENTRY_XATTR_SIZE) : -1;
		if (n < 0) {
			free(value);
			return error_set(err, value ? errno : ENOMEM, "attribute %s", name);
		}
		x->values[x->n] = value;
		x->all[x->n++] = (struct entry_xattr){ name, value, (size_t)n };
	}
	return 0;
}

static int give(struct walk *w, struct entry *e, int fd, bool has_xattrs, struct error *err)
{
	AUTO_XATTRS struct xattrs x;
	char proc[32];

	x.n = 0;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	if (has_xattrs && read_xattrs(proc, &x, err) < 0)
		return error_wrap(err, "%s", e->path);
	e->xattrs = x.all;
	e->n_xattrs = x.n;
	w->result = w->fn(w->arg, e, err);
	return w->result;
}

/* What lies between its data. */
static uint64_t holes(int fd, const struct stat *st)
{
	off_t at = 0, data = 0;

	if (st->st_blocks * 512 >= st->st_size)
		return 0;
	while (at < st->st_size && (at = lseek(fd, at, SEEK_DATA)) >= 0) {
		off_t end = lseek(fd, at, SEEK_HOLE);
		if (end < 0)
			return 0;
		data += end - at;
		at = end;
	}
	return data < st->st_size ? (uint64_t)(st->st_size - data) : 0;
}

static int give_file(struct walk *w, int dirfd, const char *name, const struct stat *st,
		     struct entry *e, struct error *err)
{
	if (st->st_nlink > 1) {
		const char *first = twins_first(&w->twins, st->st_ino, e->path, err);
		if (!first)
			return -1;
		if (strcmp(first, e->path) != 0) {
			e->link = first;
			e->hardlink = true;
			return w->result = w->fn(w->arg, e, err);
		}
	}
	AUTO_CLOSE int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open %s", e->path);
	struct reading r = { .fd = fd, .buf = w->buf };
	e->holes = holes(fd, st);
	e->next = next_piece;
	e->reader = &r;
	return give(w, e, fd, true, err);
}

static int walk_dir(struct walk *w, int dirfd, const char *path, int depth, struct error *err);

static void say_what(struct entry *e, const struct walk *w, const struct stat *st)
{
	e->mode = st->st_mode;
	e->uid = w->root_owned ? 0 : st->st_uid;
	e->gid = w->root_owned ? 0 : st->st_gid;
	e->mtime = st->st_mtim.tv_sec;
	e->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	e->size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
	e->rdev_major = major(st->st_rdev);
	e->rdev_minor = minor(st->st_rdev);
}

static int walk_entry(struct walk *w, int dirfd, const char *name, const char *path, int depth,
		      struct error *err)
{
	struct entry e = { .path = path };
	char target[PATH_MAX];
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "%s", path);
	say_what(&e, w, &st);
	if (S_ISREG(st.st_mode))
		return give_file(w, dirfd, name, &st, &e, err);
	if (S_ISLNK(st.st_mode)) {
		ssize_t n = readlinkat(dirfd, name, target, sizeof(target) - 1);
		if (n < 0)
			return error_set(err, errno, "read link %s", path);
		target[n] = '\0';
		e.link = target;
	}
	if (!S_ISDIR(st.st_mode))
		return give(w, &e, -1, false, err);
	AUTO_CLOSE int sub = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return error_set(err, errno, "open %s", path);
	int r = give(w, &e, sub, true, err);
	return r || st.st_dev != w->dev ? r : walk_dir(w, sub, path, depth + 1, err);
}

static void free_names(struct dirent ***names)
{
	for (struct dirent **n = *names; n && *n; n++)
		free(*n);
	free(*names);
}

static int walk_dir(struct walk *w, int dirfd, const char *path, int depth, struct error *err)
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
		if (snprintf(sub, sizeof(sub), "%s%s%s", path, *path ? "/" : "", name) >=
		    (int)sizeof(sub))
			return error_set(err, ENAMETOOLONG, "copy %s", name);
		int r = walk_entry(w, dirfd, name, sub, depth, err);
		if (r)
			return r;
	}
	return 0;
}

int tree_walk(int dirfd, bool root_owned, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	struct walk w = { .fn = fn, .arg = arg, .root_owned = root_owned, .buf = buf };
	struct entry top = { .path = "" };
	struct stat st;

	if (!buf || fstat(dirfd, &st) < 0)
		return error_set(err, buf ? errno : ENOMEM, "copy a directory");
	w.dev = st.st_dev;
	say_what(&top, &w, &st);
	int r = give(&w, &top, dirfd, true, err);
	if (r == 0)
		r = walk_dir(&w, dirfd, "", 0, err);
	twins_done(&w.twins);
	return r < 0 ? -1 : 0;
}
