#include "engine/image/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/image/apart.h"
#include "engine/image/description.h"
#include "engine/image/digest.h"
#include "engine/image/ext4.h"
#include "engine/image/fresh.h"
#include "engine/image/program.h"

enum {
	JSON_MAX = 64 * 1024,
	LOOK_MS = 10 * 1000,
};

/* A name is a directory's and a word on the command line. */
int store_check_name(const char *name, struct error *err)
{
	size_t n = strlen(name);

	if (n && n < sizeof(((struct image *)0)->name) && name[0] != '.' && name[0] != '-' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n)
		return 0;
	error_set(err, EINVAL, "image name");
	error_hint(err, "letters, digits, '.', '_' and '-', at most 63");
	return -1;
}

/* Reading */

static int by_name(const char *images, const char *name, struct image *i, struct error *err)
{
	char path[PATH_MAX + 16];
	size_t len;

	if (snprintf(i->dir, sizeof(i->dir), "%s/%s", images, name) >= (int)sizeof(i->dir) ||
	    snprintf(i->path, sizeof(i->path), "%s/%s/root.ext4", images, name) >=
		    (int)sizeof(i->path))
		return error_set(err, ENAMETOOLONG, "image %s", name);
	snprintf(i->name, sizeof(i->name), "%s", name);
	snprintf(path, sizeof(path), "%s/image.json", i->dir);
	AUTO_FREE char *text = file_read(AT_FDCWD, path, JSON_MAX, &len, err);
	if (!text)
		return err->code == ENOENT || err->code == ENOTDIR ? 1 : -1;
	AUTO_JSON cJSON *j = json_parse(path, text, len, false, err);
	if (!j)
		return -1;
	if (description_read(j, i, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

static int by_path(const char *path, struct image *i, struct error *err)
{
	const char *base = strrchr(path, '/') + 1;
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 1 : error_set(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, 0, "%s is no image: it is not a regular file", path);
	if (!realpath(path, i->path))
		return error_set(err, errno, "%s", path);
	snprintf(i->name, sizeof(i->name), "%.*s", (int)strcspn(base, "."), base);
	snprintf(i->format, sizeof(i->format), "ext4");
	i->size = (uint64_t)st.st_size;
	return 0;
}

int store_find(const char *images, const char *name, struct image *out, struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (strchr(name, '/'))
		return by_path(name, out, err);
	if (store_check_name(name, err) < 0)
		return -1;
	int r = by_name(images, name, out, err);
	if (r)
		image_done(out);
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct image *)a)->name, ((const struct image *)b)->name);
}

int store_list(const char *images, struct image **out, size_t *n, struct error *err)
{
	struct error ignored;

	*out = NULL;
	*n = 0;
	DIR *d = opendir(images);
	if (!d)
		return errno == ENOENT ? 0 : error_set(err, errno, "open %s", images);
	for (struct dirent *e; (e = readdir(d));) {
		if (store_check_name(e->d_name, &ignored) < 0)
			continue;
		struct image *more = realloc(*out, (*n + 1) * sizeof(**out));
		if (!more)
			break;
		*out = more;
		if (store_find(images, e->d_name, &more[*n], &ignored) == 0)
			(*n)++;
	}
	closedir(d);
	if (*n)
		qsort(*out, *n, sizeof(**out), compare);
	return 0;
}

int store_find_made(const char *images, const char *key, const char *seen, struct image *out,
		    struct error *err)
{
	struct image *all;
	size_t n;
	int r = 1;

	if (store_list(images, &all, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n && r == 1; i++) {
		bool same = key ? strcmp(all[i].key, key) == 0 : strcmp(all[i].seen, seen) == 0;
		struct error ignored;
		if (!same || store_check(&all[i], &ignored) < 0)
			continue;
		*out = all[i];
		all[i].argv = all[i].env = NULL;
		r = 0;
	}
	store_list_free(all, n);
	return r;
}

void store_list_free(struct image *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		image_done(&list[i]);
	free(list);
}

/* Judging */

static int again(const struct image *i, struct error *err)
{
	if (i->dir[0] && strcmp(i->name, "tiny") == 0)
		error_hint(err, "vmdeck image build tiny");
	else
		error_hint(err, "make or copy the image %s again", i->name);
	return -1;
}

static int check_open(const struct image *i, int fd, struct error *err)
{
	struct ext4_info info;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "%s", i->path);
	if (i->dir[0] && (uint64_t)st.st_size != i->size) {
		error_set(err, 0, "%s has %lld bytes, and should have %llu", i->path,
			  (long long)st.st_size, (unsigned long long)i->size);
		return again(i, err);
	}
	if (ext4_check(fd, &info, err) < 0) {
		if (!err->hint[0])
			again(i, err);
		return -1;
	}
	if (info.clean && !info.needs_recovery)
		return 0;
	error_set(err, 0, info.needs_recovery ? "its journal has to be replayed"
					      : "it was not unmounted cleanly");
	error_hint(err, "e2fsck -fp %s", i->path);
	return -1;
}

int store_check(const struct image *i, struct error *err)
{
	AUTO_CLOSE int fd = open(i->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		error_set(err, errno, "image %s: open %s", i->name, i->path);
		return again(i, err);
	}
	return check_open(i, fd, err) < 0 ? error_wrap(err, "image %s", i->name) : 0;
}

/* An image, and the command that should be in it. */
struct looking {
	int fd;
	const char *argv0;
};

static int look_inside(void *arg, void *out, struct error *err)
{
	const struct looking *what = arg;
	char path[PATH_MAX];

	(void)out;
	AUTO_EXT4 struct ext4 *fs = ext4_open(what->fd, false, err);
	if (!fs)
		return -1;
	return what->argv0 ? program_find(fs, what->argv0, path, sizeof(path), err) : 0;
}

int store_verify(const struct image *i, const char *argv0, struct error *err)
{
	char sum[65];

	AUTO_CLOSE int fd = open(i->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_set(err, errno, "image %s: open %s", i->name, i->path);
		return again(i, err);
	}
	if (check_open(i, fd, err) < 0)
		return error_wrap(err, "image %s", i->name);
	if (i->sha256[0]) {
		if (digest_fd(fd, sum, err) < 0)
			return error_wrap(err, "image %s", i->name);
		if (strcmp(sum, i->sha256) != 0) {
			error_set(err, 0, "image %s: it is not what was made: SHA-256 differs",
				  i->name);
			return again(i, err);
		}
	}
	/* The bytes are foreign, so they are read apart. */
	struct looking what = { fd, argv0 };
	int r = apart_run(look_inside, &what, NULL, 0, LOOK_MS, err);
	if (r < 0)
		return error_wrap(err, "image %s", i->name);
	if (r == 1) {
		error_set(err, 0, "image %s: there is no command %s in it", i->name, argv0);
		error_hint(err, "install it in the image, or name another image or command for this agent");
		return -1;
	}
	return 0;
}

/* Making */

int store_begin(const char *images, const char *name, struct store_new *n, struct error *err)
{
	char path[PATH_MAX + 16];
	struct fresh f;

	*n = (struct store_new){ .fd = -1, .lock = -1 };
	if (store_check_name(name, err) < 0)
		return -1;
	if (fresh_begin(&f, images, err) < 0)
		return error_wrap(err, "image %s", name);
	memcpy(n->dir, f.dir, sizeof(n->dir));
	n->lock = f.fd;
	snprintf(path, sizeof(path), "%s/root.ext4", n->dir);
	n->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (n->fd < 0) {
		error_set(err, errno, "make %s", path);
		store_abort(n);
		return -1;
	}
	return 0;
}

/* Both take their time, one of the disk and one of the processor. */
static int sync_and_digest(int fd, char sha256[65], struct error *err)
{
	struct digest_job job;

	if (digest_begin(&job, fd, err) < 0)
		return -1;
	if (fsync(fd) < 0) {
		digest_cancel(&job);
		return error_set(err, errno, "write the image");
	}
	return digest_end(&job, true, sha256, err) < 0 ? -1 : 0;
}

int store_commit(const char *images, struct store_new *n, struct image *i, struct error *err)
{
	struct fresh f = { .fd = n->lock };
	struct stat st;
	struct tm tm;
	time_t now = time(NULL);

	if (store_check_name(i->name, err) < 0)
		return -1;
	if (fstat(n->fd, &st) < 0)
		return error_set(err, errno, "image %s", i->name);
	i->size = (uint64_t)st.st_size;
	snprintf(i->format, sizeof(i->format), "ext4");
	strftime(i->created, sizeof(i->created), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	if ((!i->sha256[0] && sync_and_digest(n->fd, i->sha256, err) < 0) ||
	    description_write(n->dir, i, err) < 0)
		return error_wrap(err, "image %s", i->name);
	memcpy(f.dir, n->dir, sizeof(f.dir));
	if (fresh_commit(&f, images, i->name, err) < 0)
		return error_wrap(err, "image %s", i->name);
	n->dir[0] = '\0';
	n->lock = -1;
	drop_fd(&n->fd);
	snprintf(i->dir, sizeof(i->dir), "%.3000s/%s", images, i->name);
	snprintf(i->path, sizeof(i->path), "%.3000s/%s/root.ext4", images, i->name);
	return 0;
}

int store_again(const char *images, const struct image *there, struct image *i,
		struct error *err)
{
	char path[PATH_MAX + 16];
	struct store_new n;

	if (store_begin(images, i->name, &n, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/root.ext4", n.dir);
	memcpy(i->sha256, there->sha256, sizeof(i->sha256));
	int r = unlink(path) < 0 || link(there->path, path) < 0
			? error_set(err, errno, "image %s: link", i->name)
			: 0;
	if (r == 0) {
		drop_fd(&n.fd);
		n.fd = open(path, O_RDONLY | O_CLOEXEC);
		r = n.fd < 0 ? error_set(err, errno, "image %s", i->name)
			     : store_commit(images, &n, i, err);
	}
	store_abort(&n);
	return r;
}

void store_abort(struct store_new *n)
{
	struct fresh f = { .fd = n->lock };

	if (!n->dir[0])
		return;
	memcpy(f.dir, n->dir, sizeof(f.dir));
	fresh_abort(&f);
	drop_fd(&n->fd);
	n->dir[0] = '\0';
}

int store_remove(const char *images, const char *name, struct error *err)
{
	char path[PATH_MAX], gone[PATH_MAX];

	if (store_check_name(name, err) < 0)
		return -1;
	/* Renamed to a name that the next builder sweeps, so it is gone at once. */
	if (snprintf(path, sizeof(path), "%s/%s", images, name) >= (int)sizeof(path) ||
	    snprintf(gone, sizeof(gone), "%s/.new-gone-%s-%d", images, name, (int)getpid()) >=
		    (int)sizeof(gone))
		return error_set(err, ENAMETOOLONG, "image %s", name);
	if (rename(path, gone) < 0)
		return errno == ENOENT ? 1 : error_set(err, errno, "remove image %s", name);
	return dir_remove(AT_FDCWD, gone, err);
}
