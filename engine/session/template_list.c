/*
 * The templates that are there: which of them are to go, how long they took to make.
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

enum { DESCRIPTION_MAX = 64 << 10, TOOK_MAX_MS = 3600 * 1000 };

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

/* Its line of the two texts; NULL: it has none. */
static const char *image_of(const char *machine)
{
	const char *at = strstr(machine, "\nimage ");

	return at ? at + 1 : NULL;
}

static bool same_image(const char *a, const char *b)
{
	size_t n;

	a = image_of(a);
	b = image_of(b);
	n = a ? strcspn(a, "\n") : 0;
	return a && b && n == strcspn(b, "\n") && !memcmp(a, b, n);
}

/* 0: it says nothing of how long w takes. */
static uint64_t took(int dir, const struct template_wish *w, bool *image)
{
	struct template_wish its;
	struct error ignored;
	size_t len;
	AUTO_FREE char *text = file_read(dir, "template.json", DESCRIPTION_MAX, &len, &ignored);
	AUTO_JSON cJSON *j = text ? json_parse("template.json", text, len, false, &ignored) : NULL;
	double ms = j ? json_num(j, "made_ms", 0) : 0;
	bool like;

	if (!j || template_wish_parse(&its, j, &ignored) < 0)
		return 0;
	like = !strcmp(its.backend, w->backend) && its.accel == w->accel && its.cpus == w->cpus &&
	       its.memory_mib == w->memory_mib;
	*image = same_image(its.text, w->text);
	template_wish_done(&its);
	return like && ms >= 1 && ms < TOOK_MAX_MS ? (uint64_t)ms : 0;
}

/* Without their locks: one that is looked at so cannot be started from at that moment. */
uint64_t template_expected_ms(int templates, const struct template_wish *w)
{
	AUTO_CLOSE int again = openat(templates, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	uint64_t best = 0;
	int64_t newest = 0;
	bool of_image = false;

	if (!d)
		return 0;
	take_fd(&again);
	for (struct dirent *e; (e = readdir(d));) {
		AUTO_CLOSE int dir = !is_name(e->d_name) ? -1 :
				     openat(templates, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		bool image = false;
		uint64_t ms = dir < 0 ? 0 : took(dir, w, &image);
		struct stat st;

		if (!ms || fstatat(dir, "ram", &st, AT_SYMLINK_NOFOLLOW) < 0 || image < of_image ||
		    (image == of_image && st.st_mtim.tv_sec < newest))
			continue;
		best = ms;
		newest = st.st_mtim.tv_sec;
		of_image = image;
	}
	closedir(d);
	return best;
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
