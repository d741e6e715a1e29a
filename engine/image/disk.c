#include "engine/image/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/room.h"
#include "engine/image/workspace.h"

enum {
	FILE_CAP = 64 << 20, /* of one injected file */
};

/* Where the injected files go: under `prefix` in `fs`; `image` tells what the
 * directories above them are, and is `fs` itself for a clone. */
struct target {
	struct ext4 *fs;
	struct ext4 *image; /* or NULL */
	const char *prefix; /* "/upper", or "" */
};

static int unlinked(const char *dir, struct error *err)
{
	char path[PATH_MAX];

	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return error_set(err, errno, "make a file in %s", dir);
	/* A file system without O_TMPFILE. */
	if (snprintf(path, sizeof(path), "%s/.disk-XXXXXX", dir) >= (int)sizeof(path))
		return error_set(err, ENAMETOOLONG, "%s", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "make a file in %s", dir);
	if (unlink(path) < 0) {
		close(fd);
		return error_set(err, errno, "unlink %s", path);
	}
	return fd;
}

/* The contents: the caller's, or read from the host into *owned. */
static int contents(const struct disk_file *f, char **owned, const void **data, size_t *len,
		    struct error *err)
{
	*owned = NULL;
	*data = f->data ? f->data : "";
	*len = f->len;
	if (f->data || !f->host_path)
		return 0;
	*owned = file_read(AT_FDCWD, f->host_path, FILE_CAP, len, err);
	*data = *owned;
	return *owned ? 0 : -1;
}

/* The file's place: links on the way followed as the image has them, since the
 * overlay shows upper's directory instead of the image's link. */
static int place(const struct target *t, const struct disk_file *f, char *out, size_t size,
		 struct error *err)
{
	char resolved[PATH_MAX];

	if (f->path[0] != '/' || strstr(f->path, "/../"))
		return error_set(err, EINVAL, "path %s", f->path);
	snprintf(resolved, sizeof(resolved), "%s", f->path);
	if (t->image && ext4_resolve(t->image, f->path, resolved, sizeof(resolved), err) < 0)
		return -1;
	if (snprintf(out, size, "%s%s", t->prefix, resolved) >= (int)size)
		return error_set(err, ENAMETOOLONG, "path %s", f->path);
	return 0;
}

/* A directory above an injected file: as the image has it, or private to the
 * file's owner where the file is private. */
static int put_parent(const struct target *t, const struct disk_file *f, const char *path,
		      struct error *err)
{
	struct ext4_node there, node = {
		.mode = f->mode & 077 ? 0755 : 0700, .uid = f->uid, .gid = f->gid,
	};

	int r = ext4_stat(t->fs, path, false, &there, err);
	if (r <= 0)
		return r;
	r = t->image ? ext4_stat(t->image, path + strlen(t->prefix), true, &there, err) : 1;
	if (r < 0)
		return -1;
	if (r == 0)
		node = (struct ext4_node){ .mode = there.mode, .uid = there.uid, .gid = there.gid };
	return ext4_put_dir(t->fs, path, &node, err);
}

static int put_parents(const struct target *t, const struct disk_file *f, const char *path,
		       struct error *err)
{
	char part[PATH_MAX];

	for (size_t i = strlen(t->prefix) + 1; path[i]; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (put_parent(t, f, part, err) < 0)
			return -1;
	}
	return 0;
}

static int put(const struct target *t, const struct disk_file *f, struct error *err)
{
	struct ext4_node node = { .mode = f->mode, .uid = f->uid, .gid = f->gid };
	char path[PATH_MAX];
	const void *data;
	AUTO_FREE char *owned = NULL;
	size_t len;

	if (place(t, f, path, sizeof(path), err) < 0 ||
	    contents(f, &owned, &data, &len, err) < 0 || put_parents(t, f, path, err) < 0)
		return -1;
	return ext4_put_file(t->fs, path, data, len, &node, err);
}

static int put_all(const struct target *t, const struct disk_spec *spec, struct error *err)
{
	for (size_t i = 0; i < spec->n_files; i++)
		if (put(t, &spec->files[i], err) < 0)
			return error_wrap(err, "inject %s", spec->files[i].path);
	return 0;
}

static int same(const struct target *t, const struct disk_file *f, struct error *err)
{
	AUTO_FREE char *owned = NULL;
	AUTO_FREE void *got = NULL;
	struct ext4_node node;
	char path[PATH_MAX];
	const void *data;
	size_t len, n;

	if (place(t, f, path, sizeof(path), err) < 0 ||
	    contents(f, &owned, &data, &len, err) < 0)
		return -1;
	int r = ext4_stat(t->fs, path, false, &node, err);
	if (r)
		return r < 0 ? -1 : error_set(err, 0, "it is not there");
	if (!S_ISREG(node.mode) || (node.mode & 07777) != f->mode)
		return error_set(err, 0, "its mode is %o, not %o", node.mode & 07777, f->mode);
	if (node.uid != f->uid || node.gid != f->gid)
		return error_set(err, 0, "its owner is %u:%u, not %u:%u", node.uid, node.gid,
				 f->uid, f->gid);
	if (ext4_read(t->fs, path, FILE_CAP, &got, &n, err) < 0)
		return -1;
	if (n != len || memcmp(got, data, n) != 0)
		return error_set(err, 0, "its contents are not what was written");
	return 0;
}

/* A private copy would have the files in its root. */
static bool is_overlay(struct ext4 *fs, struct error *err)
{
	struct ext4_node upper, work;

	return ext4_stat(fs, "/upper", false, &upper, err) == 0 &&
	       ext4_stat(fs, "/work", false, &work, err) == 0;
}

static int open_image(const struct disk_spec *spec, struct ext4 **image, struct error *err)
{
	*image = NULL;
	if (spec->image < 0)
		return 0;
	*image = ext4_open(spec->image, false, err);
	return *image ? 0 : error_wrap(err, "image");
}

int disk_verify(int fd, const struct disk_spec *spec, struct error *err)
{
	AUTO_EXT4 struct ext4 *image = NULL;
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, err);

	if (!fs || open_image(spec, &image, err) < 0)
		return error_wrap(err, "disk: verify");
	struct target t = { fs, image, "" };
	if (is_overlay(fs, err))
		t.prefix = "/upper";
	else
		t.image = fs;
	for (size_t i = 0; i < spec->n_files; i++)
		if (same(&t, &spec->files[i], err) < 0)
			return error_wrap(err, "disk: verify %s", spec->files[i].path);
	return 0;
}

/* upper/ looks like the image's root, which it will stand for. */
static int put_layers(const struct target *t, struct error *err)
{
	struct ext4_node root = { .mode = 0755 }, work = { .mode = 0700 };

	if (t->image) {
		struct ext4_node there;
		if (ext4_stat(t->image, "/", true, &there, err) != 0)
			return -1;
		root = (struct ext4_node){ .mode = there.mode, .uid = there.uid, .gid = there.gid };
	}
	if (ext4_put_dir(t->fs, "/upper", &root, err) < 0)
		return -1;
	return ext4_put_dir(t->fs, "/work", &work, err);
}

static int fill(int fd, const struct disk_spec *spec, struct error *err)
{
	const struct ext4_make how = { .size = spec->size, .label = "vmdeck-session" };
	AUTO_EXT4 struct ext4 *image = NULL;

	if (open_image(spec, &image, err) < 0)
		return -1;
	AUTO_EXT4 struct ext4 *fs = ext4_make(fd, &how, err);
	if (!fs)
		return -1;
	struct target t = { fs, image, "/upper" };
	if (put_layers(&t, err) < 0 || put_all(&t, spec, err) < 0)
		return -1;
	if (spec->workspace && workspace_copy(spec->workspace, fs, image, err) < 0)
		return -1;
	return ext4_close(take_ptr(&fs), err);
}

int disk_create(const struct disk_spec *spec, struct error *err)
{
	AUTO_CLOSE int fd = unlinked(spec->dir, err);

	if (fd < 0 || fill(fd, spec, err) < 0) {
		if (err->code == ENOSPC)
			error_hint(err, "free some space in %s", spec->dir);
		return error_wrap(err, "disk");
	}
	if (disk_verify(fd, spec, err) < 0)
		return -1;
	return take_fd(&fd);
}

static int copy_run(int from, int to, off_t at, off_t end)
{
	char buf[32 << 10];

	for (off_t in = at, out = at; in < end;) {
		ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(end - in), 0);

		if (n > 0)
			continue;
		if (n == 0)
			return EIO;
		/* Two file systems: the cache and the state need not lie on one. */
		if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS)
			return errno;
		n = pread(from, buf, (size_t)(end - in) < sizeof(buf) ? (size_t)(end - in) : sizeof(buf), in);
		if (n > 0)
			n = pwrite(to, buf, (size_t)n, out);
		if (n <= 0)
			return n ? errno : EIO;
		in += n;
		out += n;
	}
	return 0;
}

/* The data of a sparse file, hole by hole. */
static int copy_sparse(int from, int to, struct error *err)
{
	struct stat st;
	off_t data = 0, hole;

	if (fstat(from, &st) < 0 || ftruncate(to, st.st_size) < 0)
		return error_set(err, errno, "copy a disk");
	if (room_for(to, (uint64_t)st.st_blocks * 512, "the copy", err) < 0)
		return -1;
	while ((data = lseek(from, data, SEEK_DATA)) >= 0) {
		hole = lseek(from, data, SEEK_HOLE);
		int code = copy_run(from, to, data, hole);
		if (code)
			return error_set(err, code, "copy a disk");
		data = hole;
	}
	return errno == ENXIO ? 0 : error_set(err, errno, "copy a disk");
}

int disk_copy_into(int from, int to, struct error *err)
{
	return ioctl(to, FICLONE, from) == 0 ? 0 : copy_sparse(from, to, err);
}

int disk_copy(const char *dir, int from, struct error *err)
{
	AUTO_CLOSE int fd = unlinked(dir, err);

	if (fd < 0 || disk_copy_into(from, fd, err) < 0)
		return error_wrap(err, "disk");
	return take_fd(&fd);
}

int disk_clone(const struct disk_spec *spec, struct error *err)
{
	AUTO_CLOSE int fd = unlinked(spec->dir, err);
	struct stat st;

	if (fd < 0)
		return error_wrap(err, "disk");
	if (spec->workspace) {
		error_set(err, ENOTSUP, "a workspace needs a layer over the image, and this root is a copy of it");
		error_hint(err, "\"root\": \"overlay\", or copy it in with vmdeck cp");
		return -1;
	}
	if (disk_copy_into(spec->image, fd, err) < 0)
		return error_wrap(err, "disk");
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, true, err);
	if (!fs)
		return error_wrap(err, "disk");
	struct target t = { fs, fs, "" };
	if (put_all(&t, spec, err) < 0 || ext4_close(take_ptr(&fs), err) < 0)
		return error_wrap(err, "disk");
	if (disk_verify(fd, spec, err) < 0)
		return -1;
	if (fstat(fd, &st) < 0 || ((uint64_t)st.st_size < spec->size && ftruncate(fd, (off_t)spec->size) < 0))
		return error_set(err, errno, "disk");
	return take_fd(&fd);
}
