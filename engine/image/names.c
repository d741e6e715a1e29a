#include "engine/image/names.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FIRST_BUCKETS = 1024, /* a power of two */
	LINKS_MAX = 40,       /* symbolic links on one path, as the kernel's limit */
};

int names_init(struct names *n, struct error *err)
{
	*n = (struct names){ .buckets = FIRST_BUCKETS };
	n->table = calloc(n->buckets, sizeof(*n->table));
	n->root = calloc(1, sizeof(*n->root) + 1);
	if (!n->table || !n->root)
		return error_set(err, ENOMEM, "names");
	n->root->parent = n->root;
	n->root->mode = S_IFDIR;
	return 0;
}

void names_done(struct names *n)
{
	for (size_t i = 0; n->table && i < n->buckets; i++)
		for (struct name *next, *x = n->table[i]; x; x = next) {
			next = x->chain;
			free(x->target);
			free(x);
		}
	free(n->table);
	free(n->root);
	*n = (struct names){ 0 };
}

/* FNV-1a over the directory's address and the name. */
static size_t hash(const struct name *dir, const char *text, size_t len)
{
	uint64_t h = 1469598103934665603ULL ^ (uintptr_t)dir >> 4;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 1099511628211ULL;
	return (size_t)(h ^ h >> 29);
}

struct name *names_find(const struct names *n, const struct name *dir, const char *text,
			size_t len)
{
	struct name *x = n->table[hash(dir, text, len) & (n->buckets - 1)];

	while (x && (x->parent != dir || x->len != len || memcmp(x->text, text, len) != 0))
		x = x->chain;
	return x;
}

static int grow(struct names *n)
{
	size_t buckets = n->buckets * 4;
	struct name **table = calloc(buckets, sizeof(*table));

	if (!table)
		return -1;
	for (size_t i = 0; i < n->buckets; i++)
		for (struct name *next, *x = n->table[i]; x; x = next) {
			size_t at = hash(x->parent, x->text, x->len) & (buckets - 1);
			next = x->chain;
			x->chain = table[at];
			table[at] = x;
		}
	free(n->table);
	n->table = table;
	n->buckets = buckets;
	return 0;
}

struct name *names_need(struct names *n, struct name *dir, const char *text, size_t len,
			struct error *err)
{
	struct name *x = names_find(n, dir, text, len);

	if (x)
		return x;
	x = len <= NAME_MAX ? calloc(1, sizeof(*x) + len + 1) : NULL;
	if (!x || (n->count >= n->buckets && grow(n) < 0)) {
		free(x);
		error_set(err, len > NAME_MAX ? ENAMETOOLONG : ENOMEM, "name %.40s", text);
		return NULL;
	}
	memcpy(x->text, text, len);
	x->len = (uint8_t)len;
	x->parent = dir;
	x->next = dir->child;
	dir->child = x;
	size_t at = hash(dir, text, len) & (n->buckets - 1);
	x->chain = n->table[at];
	n->table[at] = x;
	n->count++;
	return x;
}

/* Put a link's target in front of what is left. */
static int enter_link(char *rest, const char *left, const char *target, int *links,
		      struct error *err)
{
	char joined[PATH_MAX];

	if (++*links > LINKS_MAX)
		return error_set(err, ELOOP, "link to %.200s", target);
	if (snprintf(joined, sizeof(joined), "%s%s%s", target, *left ? "/" : "", left) >=
	    (int)sizeof(joined))
		return error_set(err, ENAMETOOLONG, "link to %.200s", target);
	strcpy(rest, joined);
	return 0;
}

enum names_found names_walk(const struct names *n, const char *path, bool follow,
			    struct name **out, char *rest, struct error *err)
{
	struct name *at = n->root;
	int links = 0;

	if (snprintf(rest, PATH_MAX, "%s", path) >= PATH_MAX) {
		error_set(err, ENAMETOOLONG, "%.100s...", path);
		return NAMES_ERROR;
	}
	for (;;) {
		const char *text = rest + strspn(rest, "/");
		size_t len = strcspn(text, "/");
		const char *left = text + len + strspn(text + len, "/");

		if (!len) {
			*out = at;
			return NAMES_FOUND;
		}
		if (!S_ISDIR(at->mode)) {
			error_set(err, ENOTDIR, "%.300s", path);
			return NAMES_ERROR;
		}
		struct name *x = len == 1 && text[0] == '.'		       ? at
				 : len == 2 && text[0] == '.' && text[1] == '.' ? at->parent
										: names_find(n, at, text, len);
		if (!x || (!x->inode && x != n->root)) {
			memmove(rest, text, strlen(text) + 1);
			*out = at;
			return NAMES_MISSING;
		}
		if (S_ISLNK(x->mode) && (*left || follow)) {
			bool top = x->target[0] == '/';
			if (enter_link(rest, left, x->target, &links, err) < 0)
				return NAMES_ERROR;
			at = top ? n->root : at;
			continue;
		}
		at = x;
		memmove(rest, left, strlen(left) + 1);
	}
}

static struct name *deepest(struct name *at)
{
	while (at->child)
		at = at->child;
	return at;
}

struct name *names_next(const struct name *top, struct name *at)
{
	if (!at)
		return deepest((struct name *)top);
	if (at == top)
		return NULL;
	return at->next ? deepest(at->next) : at->parent;
}
