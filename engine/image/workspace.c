#include "engine/image/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/ext4.h"

enum { POINTER_CAP = PATH_MAX + 32 };

struct copying {
	struct workspace *w;
	struct ext4 *disk;
	int depth;
};

static struct ext4_node node_of(const struct copying *c, const struct stat *st)
{
	return (struct ext4_node){ .mode = st->st_mode & 0777, .uid = c->w->uid, .gid = c->w->gid,
				   .mtime = st->st_mtime };
}

static bool excluded(const struct workspace *w, const char *name)
{
	for (const char *const *e = w->exclude; e && *e; e++)
		if (!strcmp(*e, name))
			return true;
	return false;
}

static int too_much(const struct workspace *w, struct error *err)
{
	char size[16];

	text_size(size, sizeof(size), w->max);
	error_set(err, EFBIG, "%s: more than %s", w->from, size);
	error_hint(err, "leave out what is not needed (\"exclude\"), or raise the workspace's \"max\"");
	return -1;
}

static int copy_dir(struct copying *c, int fd, const char *path, struct error *err);
static int copy_pointed(struct copying *c, int dir, const char *path, struct error *err);

static int copy_file(struct copying *c, int dir, const char *name, const char *path,
		     struct error *err)
{
	AUTO_CLOSE int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct ext4_node node;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "read %s%s", c->w->from, path + strlen(WORKSPACE_LAYER) + strlen(c->w->to));
	if (!S_ISREG(st.st_mode)) { /* it was one a moment ago */
		c->w->left_out++;
		return 0;
	}
	c->w->bytes += (uint64_t)st.st_size;
	if (c->w->bytes > c->w->max)
		return too_much(c->w, err);
	node = node_of(c, &st);
	return ext4_put_fd(c->disk, path, fd, &node, err);
}

static int copy_link(struct copying *c, int dir, const char *name, const char *path,
		     const struct stat *st, struct error *err)
{
	struct ext4_node node = node_of(c, st);
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return error_set(err, errno, "read the link %s", name);
	target[n] = '\0';
	return ext4_put_symlink(c->disk, path, target, &node, err);
}

static int copy_entry(struct copying *c, int dir, const char *name, const char *path,
		      struct error *err)
{
	AUTO_CLOSE int fd = -1;
	struct ext4_node node;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : error_set(err, errno, "look at %s", name);
	if (++c->w->entries > WORKSPACE_ENTRIES) {
		error_set(err, EFBIG, "%s: more than %d files", c->w->from, WORKSPACE_ENTRIES);
		error_hint(err, "leave out what is not needed (\"exclude\")");
		return -1;
	}
	if (!strcmp(name, ".git") && S_ISREG(st.st_mode) && c->depth == 1)
		return copy_pointed(c, dir, path, err);
	if (S_ISREG(st.st_mode))
		return copy_file(c, dir, name, path, err);
	if (S_ISLNK(st.st_mode))
		return copy_link(c, dir, name, path, &st, err);
	if (!S_ISDIR(st.st_mode)) {
		c->w->left_out++;
		return 0;
	}
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open %s", name);
	node = node_of(c, &st);
	if (ext4_put_dir(c->disk, path, &node, err) < 0)
		return -1;
	return copy_dir(c, fd, path, err);
}

static int copy_dir(struct copying *c, int fd, const char *path, struct error *err)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3), r = 0;
	DIR *d = own < 0 ? NULL : fdopendir(own);
	struct dirent *e;
	char child[PATH_MAX];

	if (!d) {
		if (own >= 0)
			close(own);
		return error_set(err, errno, "open a directory of %s", c->w->from);
	}
	if (++c->depth > WORKSPACE_DEPTH)
		r = error_set(err, ELOOP, "%s: directories inside each other, more than %d", c->w->from,
			      WORKSPACE_DEPTH);
	while (r == 0 && (errno = 0, e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || excluded(c->w, e->d_name))
			continue;
		if (snprintf(child, sizeof(child), "%s/%s", path, e->d_name) >= (int)sizeof(child))
			r = error_set(err, ENAMETOOLONG, "%s", e->d_name);
		else
			r = copy_entry(c, fd, e->d_name, child, err);
	}
	if (r == 0 && errno)
		r = error_set(err, errno, "read a directory of %s", c->w->from);
	c->depth--;
	closedir(d);
	return r;
}

/* A repository that borrows objects of another one would come without them. */
static int check_alternates(const struct workspace *w, int fd, const char *path, struct error *err)
{
	if (faccessat(fd, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	error_set(err, EXDEV, "%s: its git repository borrows objects of another one", w->from);
	error_hint(err, "give it its own: git -C %s repack -a -d && rm %s/.git/objects/info/alternates",
		   w->from, w->from);
	return -1;
}

/* A work tree of git: `.git` says "gitdir: DIR", and DIR/commondir where the
 * repository is. Format: gitrepository-layout(5). */

static int read_pointer(int dir, const char *name, const char *prefix, char out[PATH_MAX],
			struct error *err)
{
	AUTO_FREE char *text = file_read(dir, name, POINTER_CAP, NULL, err);
	size_t n = strlen(prefix);

	if (!text)
		return -1;
	if (strncmp(text, prefix, n) != 0)
		return error_set(err, EINVAL, "%s is not what git writes there", name);
	snprintf(out, PATH_MAX, "%.*s", (int)strcspn(text + n, "\r\n"), text + n);
	return 0;
}

static int copy_over(struct copying *c, int from, const char *name, const char *git,
		     struct error *err)
{
	char path[PATH_MAX];

	if (faccessat(from, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	snprintf(path, sizeof(path), "%.4000s/%s", git, name);
	return copy_file(c, from, name, path, err);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A pointer is believed only when all three agree, as git makes them: the
 * repository has the work tree's directory under worktrees/, and that points back
 * to this very `.git`. So a directory cannot bring in another one's repository, or
 * any directory at all, by naming it. */
static bool is_work_tree(int dir, int tree, int common)
{
	struct stat above, worktrees, pointer, back;
	char path[PATH_MAX];
	struct error ignored;

	return fstatat(tree, "..", &above, 0) == 0 &&
	       fstatat(common, "worktrees", &worktrees, AT_SYMLINK_NOFOLLOW) == 0 &&
	       same_file(&above, &worktrees) && faccessat(common, "objects", F_OK, 0) == 0 &&
	       read_pointer(tree, "gitdir", "", path, &ignored) == 0 &&
	       fstatat(tree, path, &back, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(dir, ".git", &pointer, AT_SYMLINK_NOFOLLOW) == 0 && same_file(&back, &pointer);
}

static int not_a_work_tree(const struct copying *c, const char *where, struct error *err)
{
	error_set(err, EINVAL, "%s/.git points to %s, which does not have it as a work tree", c->w->from,
		  where);
	error_hint(err, "copy a clone instead: git clone %s DIR", c->w->from);
	return -1;
}

static int copy_pointed(struct copying *c, int dir, const char *path, struct error *err)
{
	static const char *const own[] = { "HEAD", "index", "ORIG_HEAD", "MERGE_HEAD", NULL };
	AUTO_CLOSE int tree = -1, common = -1;
	char where[PATH_MAX], up[PATH_MAX];
	struct ext4_node node;
	struct stat st;

	if (read_pointer(dir, ".git", "gitdir: ", where, err) < 0)
		return error_wrap(err, "%s", c->w->from);
	tree = openat(dir, where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0 || read_pointer(tree, "commondir", "", up, err) < 0)
		return not_a_work_tree(c, where, err);
	common = openat(tree, up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (common < 0 || fstat(common, &st) < 0 || !is_work_tree(dir, tree, common))
		return not_a_work_tree(c, where, err);
	if (check_alternates(c->w, common, "objects/info/alternates", err) < 0)
		return -1;
	node = node_of(c, &st);
	if (ext4_put_dir(c->disk, path, &node, err) < 0 || copy_dir(c, common, path, err) < 0)
		return -1;
	for (const char *const *name = own; *name; name++)
		if (copy_over(c, tree, *name, path, err) < 0)
			return -1;
	return 0;
}

/* The directories from the layer's root to `to`, as the image has them. */
static int put_above(struct workspace *w, struct ext4 *disk, struct ext4 *image, const struct stat *st,
		     struct error *err)
{
	char part[PATH_MAX], inside[PATH_MAX];
	struct ext4_node node;
	size_t n = strlen(w->to);

	if (snprintf(part, sizeof(part), "%s%s", WORKSPACE_LAYER, w->to) >= (int)sizeof(part))
		return error_set(err, ENAMETOOLONG, "%s", w->to);
	for (size_t i = 0; i <= n; i++) {
		bool last = i == n;

		if (!last && i && w->to[i] != '/')
			continue;
		node = (struct ext4_node){ .mode = 0755 };
		snprintf(inside, sizeof(inside), "/%.*s", (int)(i ? i - 1 : 0), w->to + 1);
		if (image && ext4_stat(image, inside, true, &node, err) < 0)
			return -1;
		node = (struct ext4_node){ .mode = node.mode & 07777, .uid = node.uid, .gid = node.gid };
		if (!(node.mode & 0777))
			node.mode = 0755;
		if (last)
			node = (struct ext4_node){ .mode = st->st_mode & 0777, .uid = w->uid, .gid = w->gid };
		snprintf(inside, sizeof(inside), "%s%.*s", WORKSPACE_LAYER, (int)i, w->to);
		if (ext4_put_dir(disk, inside, &node, err) < 0 && err->code != EEXIST)
			return -1;
	}
	return 0;
}

int workspace_copy(struct workspace *w, struct ext4 *disk, struct ext4 *image, struct error *err)
{
	struct copying c = { .w = w, .disk = disk };
	AUTO_CLOSE int fd = open(w->from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[PATH_MAX];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, errno, "workspace %s", w->from);
		error_hint(err, "it must be a directory that you can read");
		return -1;
	}
	if (w->to[0] != '/' || !w->to[1] || strstr(w->to, "/../") || strstr(w->to, "//") ||
	    w->to[strlen(w->to) - 1] == '/')
		return error_set(err, EINVAL, "workspace: \"%s\" is no directory to put it", w->to);
	if (check_alternates(w, fd, ".git/objects/info/alternates", err) < 0 || put_above(w, disk, image, &st, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s%s", WORKSPACE_LAYER, w->to);
	if (copy_dir(&c, fd, path, err) < 0)
		return error_wrap(err, "workspace");
	return 0;
}
