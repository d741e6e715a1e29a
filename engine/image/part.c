#include "engine/image/part.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_tree.h"
#include "engine/image/squash.h"
#include "engine/image/tree.h"

enum {
	CHUNK = 1 << 20,
};

bool part_is_packed(const struct part *p)
{
	struct error ignored;

	return p->kind == PART_DEB ||
	       (p->kind == PART_TAR && archive_is_packed(p->fd, p->at, &ignored) == 1);
}

int part_unpack(struct part *p, int spool, archive_told_fn *told, void *arg, struct error *err)
{
	uint64_t at, len;

	if (p->kind == PART_DEB) {
		if (archive_unpack_deb(p->fd, spool, &at, &len, err) < 0)
			return -1;
	} else if (p->kind == PART_TAR) {
		int packed = archive_is_packed(p->fd, p->at, err);
		if (packed <= 0)
			return packed;
		if (archive_unpack(p->fd, p->at, p->len, spool, &at, &len, told, arg, err) < 0)
			return -1;
	} else {
		return 0;
	}
	p->kind = PART_TAR;
	p->fd = spool;
	p->at = at;
	p->len = len;
	return 0;
}

size_t part_descriptors(const struct part *p, int *out)
{
	size_t n = 0;

	if (p->kind != PART_FILES) {
		if (out)
			out[0] = p->fd;
		return 1;
	}
	for (size_t i = 0; i < p->n_files; i++)
		if (p->files[i].fd >= 0) {
			if (out)
				out[n] = p->files[i].fd;
			n++;
		}
	return n;
}

/* What a visitor of ours hands on to the caller's. */
struct sieve {
	const struct part *part;
	entry_fn *fn;
	void *arg;
};

/* The path under which an entry is taken; NULL: not at all. */
static const char *mapped(const struct part *p, const char *path, char out[PATH_MAX])
{
	if (!p->maps)
		return path;
	for (size_t i = 0; i < p->n_maps; i++) {
		const char *from = p->maps[i].from;
		size_t n = strlen(from);
		if (strncmp(path, from, n) != 0 || (path[n] && path[n] != '/' && n))
			continue;
		if (!p->maps[i].to)
			return NULL;
		const char *below = path + n + strspn(path + n, "/");
		if (snprintf(out, PATH_MAX, "%s%s%s", p->maps[i].to,
			     *below && p->maps[i].to[0] ? "/" : "", below) >= PATH_MAX)
			return NULL;
		return out;
	}
	return NULL;
}

/* OCI image layers say what they take away by names.
 * Source: opencontainers/image-spec, layer.md, "Whiteouts" */
static bool whiteout(struct entry *e, char out[PATH_MAX])
{
	const char *slash = strrchr(e->path, '/'), *name = slash ? slash + 1 : e->path;
	size_t above = (size_t)(name - e->path);

	if (strncmp(name, ".wh.", 4) != 0)
		return true;
	bool opaque = strcmp(name, ".wh..wh..opq") == 0;
	if (!name[4] || (!opaque && strncmp(name, ".wh..wh.", 8) == 0))
		return false; /* aufs's own */
	e->kind = opaque ? ENTRY_OPAQUE : ENTRY_WHITEOUT;
	if (opaque)
		snprintf(out, PATH_MAX, "%.*s", above ? (int)above - 1 : 0, e->path);
	else
		snprintf(out, PATH_MAX, "%.*s%s", (int)above, e->path, name + 4);
	e->path = out;
	return true;
}

static int sift(void *arg, const struct entry *given, struct error *err)
{
	const struct sieve *s = arg;
	char path[PATH_MAX], link[PATH_MAX], hidden[PATH_MAX];
	struct entry e = *given;

	e.path = mapped(s->part, e.path, path);
	if (!e.path)
		return 0;
	if (e.hardlink && !(e.link = mapped(s->part, e.link, link)))
		return error_set(err, 0, "%.200s: a hard link to what is left out", given->path);
	if (s->part->root_owned)
		e.uid = e.gid = 0;
	if (s->part->layer && !whiteout(&e, hidden))
		return 0;
	return s->fn(s->arg, &e, err);
}

static int walk_ext4(const struct part *p, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_EXT4 struct ext4 *fs = ext4_open(p->fd, false, err);

	return fs ? ext4_tree_walk(fs, p->top ? p->top : "/", p->upper, fn, arg, err) : -1;
}

/* A file of the caller's. */
struct giving {
	const struct part_file *file;
	uint64_t at;
	char *buf;
};

static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	struct giving *g = e->reader;

	*at = g->at;
	if (g->file->fd < 0) {
		*data = g->file->data;
		*len = g->file->len;
		g->at = g->file->len;
		return *at < g->file->len;
	}
	ssize_t n = pread(g->file->fd, g->buf, CHUNK, (off_t)g->at);
	if (n < 0)
		return error_set(err, errno, "read %s", e->path);
	*data = g->buf;
	*len = (size_t)n;
	g->at += (uint64_t)n;
	return n > 0;
}

static int walk_files(const struct part *p, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	struct stat st;

	if (!buf)
		return error_set(err, ENOMEM, "files");
	for (size_t i = 0; i < p->n_files; i++) {
		const struct part_file *f = &p->files[i];
		struct giving g = { f, 0, buf };
		struct entry e = { .path = f->path, .mode = f->mode, .uid = f->uid, .gid = f->gid,
				   .size = f->len, .mtime = 1735689600 };
		if (S_ISLNK(f->mode)) {
			e.link = f->data;
			e.size = 0;
		} else if (S_ISREG(f->mode)) {
			if (f->fd >= 0 && fstat(f->fd, &st) < 0)
				return error_set(err, errno, "%s", f->path);
			if (f->fd >= 0)
				e.size = (uint64_t)st.st_size;
			e.next = next_piece;
			e.reader = &g;
		}
		int r = fn(arg, &e, err);
		if (r)
			return r < 0 ? -1 : 0;
	}
	return 0;
}

int part_walk(const struct part *p, entry_fn *fn, void *arg, struct error *err)
{
	struct sieve s = { p, fn, arg };

	switch (p->kind) {
	case PART_TAR:
	case PART_DEB:
		return archive_walk_part(p->fd, p->at, p->len, sift, &s, err);
	case PART_TREE:
		return tree_walk(p->fd, p->root_owned, sift, &s, err);
	case PART_SQUASHFS:
		return squash_walk(p->fd, sift, &s, err);
	case PART_EXT4:
		return walk_ext4(p, sift, &s, err);
	case PART_FILES:
		return walk_files(p, fn, arg, err);
	}
	return -1;
}
