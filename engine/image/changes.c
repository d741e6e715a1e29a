#include "engine/image/changes.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/text.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_tree.h"
#include "engine/image/workspace.h"

const char *const change_kind_names[] = { "added", "modified", "deleted" };
static_assert(sizeof(change_kind_names) / sizeof(*change_kind_names) == CHANGE_KIND_COUNT,
	      "a name for each");

struct reading {
	struct ext4 *disk, *image;
	bool based; /* the disk has a workspace's layer */
	const struct changes_mine *mine;
	struct changes *out;
};

static char type_of(uint32_t mode)
{
	return S_ISREG(mode)  ? 'f' :
	       S_ISDIR(mode)  ? 'd' :
	       S_ISLNK(mode)  ? 'l' :
	       S_ISCHR(mode)  ? 'c' :
	       S_ISBLK(mode)  ? 'b' :
	       S_ISFIFO(mode) ? 'p' :
				's';
}

/* What the layers below have at `path`: 0 found, 1 nothing, -1. */
static int below(struct reading *r, const char *path, struct ext4_node *out, struct error *err)
{
	char inner[PATH_MAX + 8];

	snprintf(inner, sizeof(inner), "%s%s", WORKSPACE_LAYER, path);
	if (r->based) {
		int got = ext4_stat(r->disk, inner, false, out, err);

		if (got <= 0)
			return got;
	}
	return ext4_stat(r->image, path, false, out, err);
}

static int add(struct reading *r, enum change_kind kind, const char *path, const struct ext4_node *now,
	       const struct ext4_node *before, int64_t mtime, struct error *err)
{
	struct changes *c = r->out;
	const struct ext4_node *shown = now ? now : before;
	struct change *list;

	c->count[kind]++;
	if (now && S_ISREG(now->mode))
		c->bytes += now->size;
	if (c->n == CHANGES_MAX) {
		c->more++;
		return 0;
	}
	if ((c->n & (c->n - 1)) == 0) { /* a power of two: full */
		list = realloc(c->list, (c->n ? c->n * 2 : 1) * sizeof(*list));
		if (!list)
			return error_set(err, ENOMEM, "changes");
		c->list = list;
	}
	c->list[c->n] = (struct change){
		.path = strdup(path), .kind = kind, .type = type_of(shown->mode),
		.size = S_ISDIR(shown->mode) ? 0 : shown->size,
		.before = before && !S_ISDIR(before->mode) ? before->size : 0,
		.mode = now ? now->mode & 07777 : 0, .mtime = now ? mtime : 0,
	};
	return c->list[c->n++].path ? 0 : error_set(err, ENOMEM, "changes");
}

static bool in_list(const char *const *list, const char *path)
{
	for (; list && *list; list++)
		if (!strcmp(*list, path))
			return true;
	return false;
}

struct hidden {
	struct reading *r;
	const char *dir;
};

/* One name of a directory that hides what is below it: gone unless upper has it. */
static int hide(void *arg, const char *name, uint32_t inode)
{
	struct hidden *h = arg;
	char path[PATH_MAX], upper[PATH_MAX + 8];
	struct ext4_node node;
	struct error err;

	(void)inode;
	if (snprintf(path, sizeof(path), "%s/%s", h->dir, name) >= (int)sizeof(path))
		return 0;
	snprintf(upper, sizeof(upper), "/upper%s", path);
	if (ext4_stat(h->r->disk, upper, false, &node, &err) == 0)
		return 0;
	if (below(h->r, path, &node, &err) == 0)
		return add(h->r, CHANGE_DELETED, path, NULL, &node, 0, &err);
	return 0;
}

static int opaque(struct reading *r, const char *path, struct error *err)
{
	struct hidden h = { r, path };
	struct ext4_node node;
	char inner[PATH_MAX + 8];

	snprintf(inner, sizeof(inner), "%s%s", WORKSPACE_LAYER, path);
	if (r->based && ext4_stat(r->disk, inner, false, &node, err) == 0 && S_ISDIR(node.mode) &&
	    ext4_list(r->disk, inner, hide, &h, err) < 0)
		return -1;
	if (ext4_stat(r->image, path, false, &node, err) == 0 && S_ISDIR(node.mode))
		return ext4_list(r->image, path, hide, &h, err);
	return 0;
}

static int take(void *arg, const struct entry *e, struct error *err)
{
	struct reading *r = arg;
	struct ext4_node before, now = { .mode = e->mode, .uid = e->uid, .gid = e->gid, .size = e->size,
					 .mtime = e->mtime };
	char path[PATH_MAX];
	int there;

	if (!e->path[0])
		return 0;
	snprintf(path, sizeof(path), "/%s", e->path);
	if (e->kind == ENTRY_OPAQUE)
		return opaque(r, path, err);
	there = below(r, path, &before, err);
	if (there < 0) { /* the lower layer makes no sense there, and that is not new */
		r->out->unreadable++;
		return 0;
	}
	if (e->kind == ENTRY_WHITEOUT)
		return there == 0 ? add(r, CHANGE_DELETED, path, NULL, &before, 0, err) : 0;
	if (r->mine && in_list(r->mine->always, path))
		return 0;
	if (r->mine && in_list(r->mine->until, path)) {
		if (e->mtime <= r->mine->time)
			return 0;
		if (there > 0) /* it was given, what is not known any more */
			return add(r, CHANGE_MODIFIED, path, &now, NULL, e->mtime, err);
	}
	if (there > 0)
		return add(r, CHANGE_ADDED, path, &now, NULL, e->mtime, err);
	/* Copied up and not changed: a directory on the way, a file that was opened. */
	if (before.mode == now.mode && before.uid == now.uid && before.gid == now.gid &&
	    (S_ISDIR(now.mode) || (before.size == now.size && before.mtime == now.mtime && !e->hardlink)))
		return 0;
	return add(r, CHANGE_MODIFIED, path, &now, &before, e->mtime, err);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

int changes_read(int disk, int image, const struct changes_mine *mine, struct changes *out,
		 struct error *err)
{
	AUTO_EXT4 struct ext4 *d = NULL, *i = NULL;
	struct reading r = { .mine = mine, .out = out };
	struct ext4_node node;

	*out = (struct changes){ 0 };
	d = ext4_open(disk, false, err);
	if (!d)
		return error_wrap(err, "session disk");
	i = ext4_open(image, false, err);
	if (!i)
		return error_wrap(err, "image");
	r.disk = d;
	r.image = i;
	if (ext4_stat(d, "/upper", false, &node, err) != 0) {
		error_set(err, 0, "the session has a copy of its image, no layer of changes");
		return -1;
	}
	r.based = ext4_stat(d, WORKSPACE_LAYER, false, &node, err) == 0;
	if (ext4_tree_walk(d, "/upper", true, take, &r, err) < 0) {
		changes_done(out);
		return error_wrap(err, "session disk");
	}
	if (out->n)
		qsort(out->list, out->n, sizeof(*out->list), by_path);
	return 0;
}

void changes_done(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].path);
	free(c->list);
	*c = (struct changes){ 0 };
}

/* One side of a comparison: 0 there is a text, 1 nothing, -1. */
static int side(struct ext4 *fs, const char *path, struct changes_side *out, size_t max, struct error *err)
{
	struct ext4_node node;
	void *data;
	int r = ext4_stat(fs, path, false, &node, err);

	if (r)
		return r;
	out->there = true;
	out->type = type_of(node.mode);
	out->mode = node.mode & 07777;
	out->size = node.size;
	if (S_ISLNK(node.mode)) {
		out->data = calloc(1, PATH_MAX);
		if (!out->data || ext4_readlink(fs, path, out->data, PATH_MAX, err) < 0)
			return error_set(err, ENOMEM, "%.200s", path);
		out->len = strlen(out->data);
		return 0;
	}
	if (!S_ISREG(node.mode) || node.size > max)
		return 0;
	if (ext4_read(fs, path, max, &data, &out->len, err) < 0)
		return -1;
	out->data = data;
	return 0;
}

int changes_sides(int disk, int image, const char *path, size_t max, struct changes_side *before,
		  struct changes_side *after, struct error *err)
{
	AUTO_EXT4 struct ext4 *d = ext4_open(disk, false, err), *i = NULL;
	char inner[PATH_MAX + 8];
	struct ext4_node node;
	int r;

	*before = *after = (struct changes_side){ 0 };
	i = d ? ext4_open(image, false, err) : NULL;
	if (!i)
		return -1;
	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return error_set(err, EINVAL, "the path must be absolute");
	snprintf(inner, sizeof(inner), "%s%s", WORKSPACE_LAYER, path);
	r = ext4_stat(d, WORKSPACE_LAYER, false, &node, err) == 0 ? side(d, inner, before, max, err) : 1;
	if (r > 0)
		r = side(i, path, before, max, err);
	if (r < 0)
		return -1;
	snprintf(inner, sizeof(inner), "/upper%s", path);
	r = ext4_stat(d, inner, false, &node, err);
	if (r < 0)
		return -1;
	if (r == 0 && S_ISCHR(node.mode) && !node.rdev_major && !node.rdev_minor)
		return 0; /* deleted */
	if (r == 0)
		return side(d, inner, after, max, err) < 0 ? -1 : 0;
	*after = *before; /* as it was: never changed */
	if (before->data) {
		after->data = malloc(before->len + 1);
		if (!after->data)
			return error_set(err, ENOMEM, "%s", path);
		memcpy(after->data, before->data, before->len + 1);
	}
	return 0;
}

void changes_side_done(struct changes_side *s)
{
	free(s->data);
	*s = (struct changes_side){ 0 };
}

/* JSON. */

cJSON *changes_json(const struct changes *c, size_t max)
{
	cJSON *j = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(j, "changes");

	for (size_t i = 0; i < c->n && i < max; i++) {
		const struct change *x = &c->list[i];
		char path[PATH_MAX], type[2] = { x->type, '\0' };
		cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "path", text_clean_str(path, sizeof(path), x->path));
		cJSON_AddStringToObject(o, "kind", change_kind_names[x->kind]);
		cJSON_AddStringToObject(o, "type", type);
		cJSON_AddNumberToObject(o, "size", (double)x->size);
		cJSON_AddNumberToObject(o, "before", (double)x->before);
		cJSON_AddNumberToObject(o, "mode", x->mode);
		cJSON_AddNumberToObject(o, "mtime", (double)x->mtime);
		cJSON_AddItemToArray(list, o);
	}
	for (int k = 0; k < CHANGE_KIND_COUNT; k++)
		cJSON_AddNumberToObject(j, change_kind_names[k], (double)c->count[k]);
	cJSON_AddNumberToObject(j, "bytes", (double)c->bytes);
	cJSON_AddNumberToObject(j, "more", (double)(c->more + (c->n > max ? c->n - max : 0)));
	cJSON_AddNumberToObject(j, "unreadable", (double)c->unreadable);
	return j;
}

static uint64_t count_of(const cJSON *j, const char *key)
{
	double v = json_num(j, key, 0);

	return v > 0 && v < 1e15 ? (uint64_t)v : 0;
}

static int parse_one(struct change *x, const cJSON *o, struct error *err)
{
	char path[PATH_MAX], clean[PATH_MAX], word[16];
	int kind = 0;

	json_copy(o, "path", path, sizeof(path));
	json_copy(o, "kind", word, sizeof(word));
	while (kind < CHANGE_KIND_COUNT && strcmp(change_kind_names[kind], word) != 0)
		kind++;
	json_copy(o, "type", word, sizeof(word));
	if (kind == CHANGE_KIND_COUNT || path[0] != '/' || strlen(word) != 1 || !strchr("fdlcbps", word[0]))
		return error_set(err, 0, "changes: an entry that is none");
	*x = (struct change){
		.path = strdup(text_clean_str(clean, sizeof(clean), path)), .kind = (enum change_kind)kind,
		.type = word[0], .size = count_of(o, "size"), .before = count_of(o, "before"),
		.mode = (unsigned)count_of(o, "mode") & 07777, .mtime = (int64_t)count_of(o, "mtime"),
	};
	return x->path ? 0 : error_set(err, ENOMEM, "changes");
}

int changes_parse(struct changes *c, const cJSON *j, struct error *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(j, "changes"), *o;
	int n = cJSON_GetArraySize(list);

	*c = (struct changes){ 0 };
	if (!cJSON_IsArray(list) || n > CHANGES_MAX)
		return error_set(err, 0, "changes: no list of them");
	c->list = calloc((size_t)n + 1, sizeof(*c->list));
	if (!c->list)
		return error_set(err, ENOMEM, "changes");
	cJSON_ArrayForEach(o, list)
	{
		if (parse_one(&c->list[c->n], o, err) < 0) {
			changes_done(c);
			return -1;
		}
		c->n++;
	}
	for (int k = 0; k < CHANGE_KIND_COUNT; k++)
		c->count[k] = count_of(j, change_kind_names[k]);
	c->bytes = count_of(j, "bytes");
	c->more = count_of(j, "more");
	c->unreadable = count_of(j, "unreadable");
	return 0;
}
