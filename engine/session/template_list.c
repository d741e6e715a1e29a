/*
 * The templates that are there, and which of them are to go.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/template.h"

static uint64_t disk_of(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : (uint64_t)st.st_blocks * 512;
}

static void look_at(struct template_entry *e, int templates)
{
	AUTO_CLOSE int dir = openat(templates, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (dir < 0)
		return;
	e->in_use = flock(dir, LOCK_EX | LOCK_NB) < 0;
	e->bytes = disk_of(dir, "ram") + disk_of(dir, "state") + disk_of(dir, "disk");
	if (e->name[0] == '.')
		snprintf(e->why, sizeof(e->why), "was being made when its maker died");
	else if (fstatat(dir, "template.json", &st, AT_SYMLINK_NOFOLLOW) < 0)
		snprintf(e->why, sizeof(e->why), "did not do, or is not whole");
	else
		e->used = st.st_mtim.tv_sec;
}

static bool is_name(const char *s)
{
	if (!strncmp(s, ".new-", 5))
		s += 5;
	return strspn(s, "0123456789abcdef") == TEMPLATE_KEY && !s[TEMPLATE_KEY];
}

static int by_use(const void *a, const void *b)
{
	const struct template_entry *x = a, *y = b;

	return (x->used < y->used) - (x->used > y->used);
}

/* Newest first; from where the cap is passed, they go. */
static void mark_old(struct template_entry *all, size_t n, uint64_t cap)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += all[i].bytes;
		if (sum > cap && !all[i].in_use && !all[i].why[0])
			snprintf(all[i].why, sizeof(all[i].why),
				 "not used for %lld days; templates take more than %llu MiB",
				 (long long)(time(NULL) - all[i].used) / 86400,
				 (unsigned long long)cap >> 20);
	}
}

int template_list(int templates, uint64_t cap_bytes, struct template_entry **out, size_t *n,
		  struct error *err)
{
	AUTO_CLOSE int again = openat(templates, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);

	*out = NULL;
	*n = 0;
	if (!d)
		return error_set(err, errno, "read the templates");
	take_fd(&again);
	for (struct dirent *e; (e = readdir(d));) {
		struct template_entry *more;

		if (!is_name(e->d_name))
			continue;
		more = realloc(*out, (*n + 1) * sizeof(*more));
		if (!more)
			break;
		*out = more;
		more += (*n)++;
		*more = (struct template_entry){ 0 };
		snprintf(more->name, sizeof(more->name), "%.60s", e->d_name);
		look_at(more, templates);
	}
	closedir(d);
	if (*n)
		qsort(*out, *n, sizeof(**out), by_use);
	mark_old(*out, *n, cap_bytes);
	return 0;
}

int template_remove(int templates, const char *name, struct error *err)
{
	AUTO_CLOSE int dir = openat(templates, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return errno == ENOENT ? 0 : error_set(err, errno, "open template %s", name);
	if (flock(dir, LOCK_EX | LOCK_NB) < 0)
		return 1;
	template_spoil(dir);
	return dir_remove(templates, name, err);
}
