#include "engine/image/ready_parts.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

const struct ext4_node ready_file = { .mode = 0644 }, ready_dir = { .mode = 0755 };

void ready_see(struct ready_row *r, bool ok, const char *fmt, ...)
{
	va_list ap;

	r->ok = ok;
	va_start(ap, fmt);
	vsnprintf(r->seen, sizeof(r->seen), fmt, ap);
	va_end(ap);
}

char *ready_text(const struct ready *l, const char *path, size_t max, size_t *len)
{
	struct error ignored;
	struct ext4_node n;
	void *data = NULL;

	if (ext4_stat(l->fs, path, true, &n, &ignored) != 0 || !S_ISREG(n.mode) ||
	    ext4_read(l->fs, path, max, &data, len, &ignored) < 0)
		return NULL;
	return data;
}

int ready_put(const struct ready *l, const char *path, const void *text, size_t len)
{
	struct ext4_node n;

	if (ext4_make_parents(l->fs, path, &ready_dir, l->err) < 0)
		return -1;
	if (ext4_stat(l->fs, path, false, &n, l->err) == 0 && !S_ISREG(n.mode) &&
	    ext4_remove(l->fs, path, l->err) < 0)
		return -1;
	return ext4_put_file(l->fs, path, text, len, &ready_file, l->err);
}

int ready_put_dir(const struct ready *l, const char *path, const struct ext4_node *n)
{
	char real[PATH_MAX];
	struct ext4_node was;

	if (ext4_resolve(l->fs, path, real, sizeof(real), l->err) < 0)
		return -1;
	int r = ext4_stat(l->fs, real, false, &was, l->err);
	if (r < 0)
		return -1;
	if (r == 0)
		return ext4_set(l->fs, real, n, l->err);
	return ext4_make_parents(l->fs, real, &ready_dir, l->err) < 0
		       ? -1
		       : ext4_put_dir(l->fs, real, n, l->err);
}
