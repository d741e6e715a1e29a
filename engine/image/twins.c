#include "engine/image/twins.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct twin {
	uint64_t inode;
	char path[];
};

static int compare(const void *a, const void *b)
{
	uint64_t x = ((const struct twin *)a)->inode, y = ((const struct twin *)b)->inode;

	return x < y ? -1 : x > y;
}

const char *twins_first(struct twins *all, uint64_t inode, const char *path, struct error *err)
{
	struct twin *t = malloc(sizeof(*t) + strlen(path) + 1);

	if (!t) {
		error_set(err, ENOMEM, "%s", path);
		return NULL;
	}
	t->inode = inode;
	strcpy(t->path, path);
	struct twin **there = tsearch(t, &all->tree, compare);
	if (!there || *there != t)
		free(t);
	if (!there)
		error_set(err, ENOMEM, "%s", path);
	return there ? (*there)->path : NULL;
}

void twins_done(struct twins *all)
{
	tdestroy(all->tree, free);
	all->tree = NULL;
}
