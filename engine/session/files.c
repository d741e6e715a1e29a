#include "engine/session/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum {
	FILE_CAP = 64 << 20, /* of one */
	ALL_CAP = 512 << 20,
	MANY = 1024,
};

/* Before each file: its path with the NUL, then its bytes, follow. */
struct entry {
	uint64_t len;
	uint32_t path, mode, uid, gid;
};

static int pack(int to, const struct disk_file *f, struct error *err)
{
	AUTO_FREE char *owned = NULL;
	const void *data = f->data ? f->data : "";
	size_t len = f->len;
	struct entry e = { .path = (uint32_t)strlen(f->path) + 1, .mode = f->mode, .uid = f->uid,
			   .gid = f->gid };
	int r;

	if (!f->data && f->host_path) {
		owned = file_read(AT_FDCWD, f->host_path, FILE_CAP, &len, err);
		data = owned;
		if (!owned)
			return -1;
	}
	e.len = len;
	r = fd_write_all(to, &e, sizeof(e), err) < 0 || fd_write_all(to, f->path, e.path, err) < 0 ||
	    fd_write_all(to, data, len, err) < 0 ? -1 : 0;
	if (owned)
		explicit_bzero(owned, len);
	return r;
}

int files_pack(const struct disk_file *items, size_t n, struct error *err)
{
	AUTO_CLOSE int fd = memfd_create("files", MFD_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "make a file in memory");
	for (size_t i = 0; i < n; i++)
		if (pack(fd, &items[i], err) < 0)
			return error_wrap(err, "inject %s", items[i].path);
	return take_fd(&fd);
}

/* One more from what is left; -1 when it does not add up. */
static ssize_t unpack(struct disk_file *out, const uint8_t *at, size_t left)
{
	struct entry e;

	if (left < sizeof(e))
		return -1;
	memcpy(&e, at, sizeof(e));
	left -= sizeof(e);
	if (!e.path || e.path > PATH_MAX || e.path > left || at[sizeof(e) + e.path - 1] ||
	    e.len > left - e.path)
		return -1;
	*out = (struct disk_file){ .path = (const char *)at + sizeof(e), .data = at + sizeof(e) + e.path,
				   .len = e.len, .mode = e.mode, .uid = e.uid, .gid = e.gid };
	return (ssize_t)(sizeof(e) + e.path + e.len);
}

int files_load(struct files *f, int fd, struct error *err)
{
	struct stat st;

	*f = (struct files){ 0 };
	if (fstat(fd, &st) < 0 || st.st_size > ALL_CAP)
		return error_set(err, errno, "the session's files");
	f->data = malloc((size_t)st.st_size + 1);
	f->items = calloc(MANY, sizeof(*f->items));
	f->len = (size_t)st.st_size;
	if (!f->data || !f->items || pread(fd, f->data, f->len, 0) != st.st_size) {
		files_done(f);
		return error_set(err, ENOMEM, "the session's files");
	}
	for (size_t at = 0; at < f->len;) {
		ssize_t n = f->n < MANY ? unpack(&f->items[f->n], f->data + at, f->len - at) : -1;

		if (n < 0) {
			files_done(f);
			return error_set(err, 0, "the session's files are not what was packed");
		}
		f->n++;
		at += (size_t)n;
	}
	return 0;
}

void files_done(struct files *f)
{
	if (f->data)
		explicit_bzero(f->data, f->len);
	free(f->data);
	free(f->items);
	*f = (struct files){ 0 };
}
