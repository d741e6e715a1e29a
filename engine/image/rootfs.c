#include "engine/image/rootfs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_bulk.h"
#include "engine/image/names.h"

enum {
	BLOCK = 4096,
	INODE = 256,
	GROUP_INODES = 8 * BLOCK,
	LAYERS_MAX = 4096,
};
#define BYTES_MAX (1ULL << 40) /* of contents */

struct rootfs {
	struct ext4 *fs;
	struct names names;
	uint16_t *links; /* of each inode, by number */
	uint32_t n_links;
	uint16_t layer;
	uint64_t entries;
	rootfs_told_fn *told;
	void *arg;
};

int rootfs_measure(void *arg, const struct entry *e, struct error *err)
{
	struct rootfs_need *need = arg;
	size_t name = strlen(e->path);
	bool file = e->kind == ENTRY_NODE && S_ISREG(e->mode) && !e->hardlink;
	uint64_t held = file ? e->size - (e->holes < e->size ? e->holes : e->size) : 0;

	if (++need->entries > ROOTFS_ENTRIES)
		return error_set(err, EFBIG, "more than %d entries", ROOTFS_ENTRIES);
	need->bytes += held;
	if (held > BYTES_MAX || need->bytes > BYTES_MAX)
		return error_set(err, EFBIG, "more than %llu GiB of contents", BYTES_MAX >> 30);
	need->blocks += held / BLOCK + (held > 0) + (e->holes > 0) + S_ISDIR(e->mode) +
			(e->n_xattrs > 0);
	if (S_ISLNK(e->mode))
		need->blocks += e->link && strlen(e->link) >= 60;
	need->name_bytes += 12 + (name < NAME_MAX ? name : NAME_MAX);
	return 0;
}

/* Inodes for entries, and for parents that nobody names. */
static uint64_t inodes_for(const struct rootfs_need *need)
{
	return need->entries + need->entries / 8 + 256;
}

uint64_t rootfs_size(const struct rootfs_need *need, uint64_t room)
{
	uint64_t blocks = need->blocks + need->name_bytes / (BLOCK / 2) +
			  inodes_for(need) * INODE / BLOCK + room / BLOCK;

	/* Bitmaps, descriptors, copies of the superblock, extent trees. */
	blocks += blocks / 100 + 256;
	/* A group of blocks has room for no more than that many inodes. */
	if (blocks < inodes_for(need) + GROUP_INODES)
		blocks = inodes_for(need) > GROUP_INODES ? inodes_for(need) + GROUP_INODES : blocks;
	return blocks * BLOCK;
}

struct rootfs *rootfs_begin(int fd, const struct rootfs_need *need, uint64_t room,
			    const char *label, rootfs_told_fn *told, void *arg, struct error *err)
{
	const struct ext4_make how = {
		.size = rootfs_size(need, room),
		.label = label,
		.inodes = (uint32_t)(inodes_for(need) + room / (16 * 1024)),
		.reproducible = true,
	};
	AUTO_ROOTFS struct rootfs *r = calloc(1, sizeof(*r));

	if (!r) {
		error_set(err, ENOMEM, "image");
		return NULL;
	}
	r->n_links = how.inodes * 2 + 64;
	r->links = calloc(r->n_links, sizeof(*r->links));
	r->told = told;
	r->arg = arg;
	if (!r->links) {
		error_set(err, ENOMEM, "image");
		return NULL;
	}
	if (names_init(&r->names, err) < 0)
		return NULL;
	r->fs = ext4_make(fd, &how, err);
	if (!r->fs)
		return NULL;
	r->names.root->inode = EXT4_ROOT;
	return take_ptr(&r);
}

void rootfs_free(struct rootfs *r)
{
	if (!r)
		return;
	ext4_free(r->fs);
	names_done(&r->names);
	free(r->links);
	free(r);
}

void rootfs_layer(struct rootfs *r)
{
	if (r->layer < LAYERS_MAX)
		r->layer++;
}

/* Removing */

static int drop_one(struct rootfs *r, struct name *x, struct error *err)
{
	uint32_t inode = x->inode;

	x->inode = 0;
	free(x->target);
	x->target = NULL;
	if (--r->links[inode])
		return 0;
	return ext4_free_inode(r->fs, inode, x->mode, err);
}

/* A name and all below it. */
static int drop(struct rootfs *r, struct name *top, struct error *err)
{
	for (struct name *x = NULL; (x = names_next(top, x));)
		if (x->inode && drop_one(r, x, err) < 0)
			return -1;
	return 0;
}

/* What the layers below had in a directory goes, what this one named stays. */
static int drop_older(struct rootfs *r, struct name *dir, struct error *err)
{
	for (struct name *x = NULL; (x = names_next(dir, x)) && x != dir;)
		if (x->inode && x->layer < r->layer && drop(r, x, err) < 0)
			return -1;
	return 0;
}

/* Adding */

static int use_inode(struct rootfs *r, struct name *x, uint32_t inode, uint32_t mode,
		     const char *target, struct error *err)
{
	if (inode >= r->n_links || r->links[inode] == UINT16_MAX)
		return error_set(err, EMLINK, "inode %u", inode);
	if (target && !(x->target = strdup(target)))
		return error_set(err, ENOMEM, "link");
	r->links[inode]++;
	x->inode = inode;
	x->mode = mode;
	x->layer = r->layer;
	return 0;
}

/* A directory above an entry that the source did not name. */
static struct name *implied_dir(struct rootfs *r, struct name *at, const char *text, size_t len,
				struct error *err)
{
	const struct entry e = { .path = text, .mode = S_IFDIR | 0755 };
	struct name *x = names_need(&r->names, at, text, len, err);

	if (!x)
		return NULL;
	uint32_t inode = ext4_bulk_inode(r->fs, &e, NULL, NULL, err);
	if (!inode || use_inode(r, x, inode, e.mode, NULL, err) < 0)
		return NULL;
	return x;
}

/* Everything on the way is of this layer too: an opaque directory above must not
 * take it away. */
static void touch(struct rootfs *r, struct name *x)
{
	for (; x->parent != x && x->layer != r->layer; x = x->parent)
		x->layer = r->layer;
}

/* Make what `rest` names below `at`, which has none of it. */
static struct name *imply(struct rootfs *r, struct name *at, const char *rest, struct error *err)
{
	for (const char *text = rest; at && *(text += strspn(text, "/"));) {
		size_t len = strcspn(text, "/");
		if (len == 2 && memcmp(text, "..", 2) == 0) {
			error_set(err, ENOENT, "%.300s", rest);
			return NULL;
		}
		if (len != 1 || *text != '.')
			at = implied_dir(r, at, text, len, err);
		text += len;
	}
	return at;
}

/* The directory at `path`, made when it is not there; NULL: err says why. */
static struct name *need_dir(struct rootfs *r, const char *path, struct error *err)
{
	char rest[PATH_MAX];
	struct name *at;

	enum names_found found = names_walk(&r->names, path, true, &at, rest, err);
	if (found == NAMES_ERROR)
		return NULL;
	if (!S_ISDIR(at->mode)) {
		error_set(err, ENOTDIR, "%.300s", path);
		return NULL;
	}
	if (found == NAMES_MISSING && !(at = imply(r, at, rest, err)))
		return NULL;
	touch(r, at);
	return at;
}

/* The directory above and the last part of a path. */
static struct name *parent_of(struct rootfs *r, const char *path, const char **last, size_t *len,
			      struct error *err)
{
	char above[PATH_MAX];
	size_t n = strlen(path);

	while (n && path[n - 1] == '/')
		n--;
	size_t cut = n;
	while (cut && path[cut - 1] != '/')
		cut--;
	*last = path + cut;
	*len = n - cut;
	if (!*len || cut >= sizeof(above) || (*len == 1 && **last == '.') ||
	    (*len == 2 && memcmp(*last, "..", 2) == 0)) {
		error_set(err, EINVAL, "path %.200s", path);
		return NULL;
	}
	memcpy(above, path, cut);
	above[cut] = '\0';
	return need_dir(r, above, err);
}

static int told(void *arg, uint64_t bytes, struct error *err)
{
	struct rootfs *r = arg;

	return r->told ? r->told(r->arg, bytes, err) : 0;
}

static int add_link(struct rootfs *r, const struct entry *e, struct name *x, struct error *err)
{
	char rest[PATH_MAX];
	struct name *to;

	enum names_found found = names_walk(&r->names, e->link, false, &to, rest, err);
	if (found == NAMES_ERROR)
		return error_wrap(err, "%.200s", e->path);
	if (found == NAMES_MISSING)
		return error_set(err, ENOENT, "%.200s: hard link to %.200s", e->path, e->link);
	if (to == x)
		return 0;
	if (S_ISDIR(to->mode))
		return error_set(err, EISDIR, "%.200s: hard link to %.200s", e->path, e->link);
	/* The target must not go with the old name. */
	if (x->inode == to->inode)
		return 0;
	if (x->inode && drop(r, x, err) < 0)
		return -1;
	if (!to->inode)
		return error_set(err, ENOENT, "%.200s: hard link to %.200s", e->path, e->link);
	return use_inode(r, x, to->inode, to->mode, to->target, err);
}

static int add_node(struct rootfs *r, const struct entry *e, struct name *x, struct error *err)
{
	if (x->inode && S_ISDIR(x->mode) && S_ISDIR(e->mode)) {
		x->mode = e->mode;
		x->layer = r->layer;
		return ext4_bulk_set(r->fs, x->inode, e, err);
	}
	if (x->inode && drop(r, x, err) < 0)
		return -1;
	uint32_t inode = ext4_bulk_inode(r->fs, e, told, r, err);
	if (!inode)
		return -1;
	return use_inode(r, x, inode, e->mode, S_ISLNK(e->mode) ? e->link : NULL, err);
}

static int check(const struct entry *e, struct error *err)
{
	uint32_t type = e->mode & S_IFMT;

	if (e->kind != ENTRY_NODE || e->hardlink)
		return e->hardlink && !e->link ? error_set(err, EINVAL, "%.200s", e->path) : 0;
	if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK && type != S_IFCHR &&
	    type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		return error_set(err, EINVAL, "%.200s: type of file %o", e->path, type);
	if (type == S_IFLNK && (!e->link || !e->link[0] || strlen(e->link) >= PATH_MAX))
		return error_set(err, EINVAL, "%.200s: symbolic link", e->path);
	if (e->mtime_ns >= 1000000000)
		return error_set(err, EINVAL, "%.200s: time", e->path);
	return 0;
}

int rootfs_add(void *arg, const struct entry *e, struct error *err)
{
	struct rootfs *r = arg;
	const char *last;
	size_t len;

	if (++r->entries > ROOTFS_ENTRIES)
		return error_set(err, EFBIG, "more than %d entries", ROOTFS_ENTRIES);
	if (check(e, err) < 0)
		return -1;
	if (!e->path[strspn(e->path, "/")]) { /* the root */
		if (e->kind == ENTRY_OPAQUE)
			return drop_older(r, r->names.root, err);
		return S_ISDIR(e->mode) ? ext4_bulk_set(r->fs, EXT4_ROOT, e, err) : 0;
	}
	if (e->kind == ENTRY_OPAQUE) {
		struct name *dir = need_dir(r, e->path, err);
		return dir ? drop_older(r, dir, err) : -1;
	}
	struct name *dir = parent_of(r, e->path, &last, &len, err);
	if (!dir)
		return -1;
	if (e->kind == ENTRY_WHITEOUT) {
		struct name *x = names_find(&r->names, dir, last, len);
		return x && x->inode && x->layer < r->layer ? drop(r, x, err) : 0;
	}
	struct name *x = names_need(&r->names, dir, last, len, err);
	if (!x)
		return -1;
	return e->hardlink ? add_link(r, e, x, err) : add_node(r, e, x, err);
}

/* Ending */

static int next_child(void *arg, struct ext4_dirent *d)
{
	struct name **at = arg;

	while (*at && !(*at)->inode)
		*at = (*at)->next;
	if (!*at)
		return 0;
	*d = (struct ext4_dirent){ (*at)->text, (*at)->len, (*at)->inode, (*at)->mode };
	*at = (*at)->next;
	return 1;
}

/* Children are kept latest first; on disk they stand in the order they came. */
static void reverse(struct name *dir)
{
	struct name *back = NULL;

	for (struct name *next, *x = dir->child; x; x = next) {
		next = x->next;
		x->next = back;
		back = x;
	}
	dir->child = back;
}

static int write_names(struct rootfs *r, struct error *err)
{
	for (struct name *x = NULL; (x = names_next(r->names.root, x));) {
		if (!x->inode)
			continue;
		if (S_ISDIR(x->mode)) {
			reverse(x);
			struct name *child = x->child;
			if (ext4_bulk_dir(r->fs, x->inode, x->parent->inode, next_child, &child,
					  err) < 0)
				return -1;
		} else if (r->links[x->inode] > 1) {
			if (ext4_bulk_links(r->fs, x->inode, r->links[x->inode], err) < 0)
				return -1;
			/* Once is enough. */
			r->links[x->inode] = 1;
		}
	}
	return 0;
}

int rootfs_end(struct rootfs *r, struct error *err)
{
	int result = write_names(r, err);

	if (result == 0)
		result = ext4_close(take_ptr(&r->fs), err);
	rootfs_free(r);
	return result;
}
