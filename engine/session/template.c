#include "engine/session/template.h"

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
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/digest.h"
#include "engine/vm/tsc.h"

enum { DESCRIPTION_MAX = 64 << 10, STATE_MAX = 16 << 20 };

#define DESCRIPTION "template.json"

int template_dir(const struct paths *p, struct error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/templates", p->cache);
	return paths_need(path, err);
}

int template_dir_open(const struct paths *p, struct error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/templates", p->cache);
	return paths_open(path, err);
}

/*
 * Using one.
 */

/* When a file was last written, as text: a number of nanoseconds is more than a
 * JSON number holds. Both times, because ctime cannot be set. */
static void times_of(const struct stat *st, char out[64])
{
	snprintf(out, 64, "%lld.%09ld %lld.%09ld", (long long)st->st_mtim.tv_sec,
		 st->st_mtim.tv_nsec, (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static bool is(const cJSON *j, const char *key, const char *value)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(j, key);

	return cJSON_IsString(v) && !strcmp(v->valuestring, value);
}

/* 1: not as described, err says what. */
static int check_file(int fd, uint64_t size, const cJSON *j, const char *key, const char *what,
		      struct error *err)
{
	struct stat st;
	char times[64];

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "its %s", what);
	times_of(&st, times);
	if (st.st_size != (off_t)size || !is(j, key, times)) {
		error_set(err, 0, "its %s was written to after it was made", what);
		return 1;
	}
	return 0;
}

static int check_state(const struct template *t, const cJSON *j, struct error *err)
{
	struct stat st;
	char digest[65];

	if (fstat(t->state_fd, &st) < 0)
		return error_set(err, errno, "its state");
	if (st.st_size > STATE_MAX || st.st_size != (off_t)json_num(j, "state_size", -1)) {
		error_set(err, 0, "its state has another size");
		return 1;
	}
	if (digest_fd(t->state_fd, digest, err) < 0)
		return -1;
	if (!is(j, "state_sha256", digest)) {
		error_set(err, 0, "its state has another digest");
		return 1;
	}
	return 0;
}

/* A guest under emulation counts by this host's clock, at the rate it was told. */
static int check_clock(struct template *t, const struct template_wish *w, const cJSON *j,
		       struct error *err)
{
	long now, off;

	t->tsc_khz = (unsigned long)json_num(j, "tsc_khz", 0);
	if (w->accel != VM_ACCEL_TCG)
		return 0;
	now = (long)tsc_khz();
	off = now - (long)t->tsc_khz;
	if (labs(off) <= now / 1000000 * TEMPLATE_TSC_PPM)
		return 0;
	error_set(err, 0, "this host's clock has another rate than when it was made");
	return 1;
}

static int open_parts(struct template *t, int templates, const char *key, struct error *err)
{
	t->dir = openat(templates, key, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t->dir < 0)
		return errno == ENOENT ? 1 : error_set(err, errno, "open it");
	/* Whoever holds it exclusively is removing it. */
	if (flock(t->dir, LOCK_SH | LOCK_NB) < 0)
		return 1;
	t->ram_fd = openat(t->dir, "ram", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	t->state_fd = openat(t->dir, "state", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	t->disk_fd = openat(t->dir, "disk", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return t->ram_fd < 0 || t->state_fd < 0 || t->disk_fd < 0 ? 1 : 0;
}

static int open_checked(struct template *t, int templates, const struct template_wish *w,
			struct error *err)
{
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	struct error ignored;
	size_t len;
	int r = open_parts(t, templates, w->key, err);

	if (r)
		return r;
	text = file_read(t->dir, DESCRIPTION, DESCRIPTION_MAX, &len, &ignored);
	j = text ? json_parse(DESCRIPTION, text, len, false, &ignored) : NULL;
	if (!j)
		return 1; /* spoilt */
	if (!is(j, "machine", w->text)) {
		error_set(err, 0, "it is of another machine");
		return 1;
	}
	r = check_file(t->ram_fd, (uint64_t)w->memory_mib << 20, j, "ram_written", "memory", err);
	if (!r)
		r = check_file(t->disk_fd, w->disk_size, j, "disk_written", "disk", err);
	if (!r)
		r = check_state(t, j, err);
	if (!r)
		r = check_clock(t, w, j, err);
	return r;
}

int template_open(const struct paths *p, const struct template_wish *w, struct template *t,
		  struct error *err)
{
	AUTO_CLOSE int templates = -1;
	int r;

	*err = (struct error){ 0 };
	*t = TEMPLATE_NONE;
	templates = template_dir_open(p, err);
	if (templates < 0 && err->code == ENOENT)
		*err = (struct error){ 0 };
	if (templates < 0)
		return err->msg[0] ? -1 : 1;
	r = open_checked(t, templates, w, err);
	if (r == 0)
		utimensat(t->dir, DESCRIPTION, NULL, 0); /* when it was used last */
	if (r == 1 && err->msg[0])
		template_spoil(t->dir);
	if (r)
		template_done(t);
	return err->msg[0] ? (error_wrap(err, "template"), r) : r;
}

void template_done(struct template *t)
{
	drop_fd(&t->dir);
	drop_fd(&t->ram_fd);
	drop_fd(&t->state_fd);
	drop_fd(&t->disk_fd);
}

void template_spoil(int dir)
{
	if (dir >= 0)
		unlinkat(dir, DESCRIPTION, 0);
}

/*
 * Making one.
 */

static void failure_name(const char *key, char out[TEMPLATE_KEY + 8])
{
	snprintf(out, TEMPLATE_KEY + 8, "%s.failed", key);
}

bool template_is_failure(const char *name)
{
	return strspn(name, "0123456789abcdef") == TEMPLATE_KEY && strcmp(name + TEMPLATE_KEY, ".failed") == 0;
}

static int failed_lately(int templates, const char *key, struct error *err)
{
	char name[TEMPLATE_KEY + 8], clean[400];
	AUTO_FREE char *why = NULL;
	struct error ignored;
	struct stat st;

	failure_name(key, name);
	if (fstatat(templates, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    time(NULL) - st.st_mtim.tv_sec > TEMPLATE_RETRY_S)
		return 0;
	why = file_read(templates, name, 400, NULL, &ignored);
	return error_set(err, 0, "%s", text_clean_str(clean, sizeof(clean), why ? why : "failed"));
}

/* Its byte of the file that all makers lock. Two keys that share one wait for
 * each other, which harms nobody. */
off_t template_place(const char *key)
{
	char digits[16] = "";

	memcpy(digits, key, 15);
	return (off_t)strtoull(digits, NULL, 16);
}

int template_claim(int templates, const char *key, struct error *err)
{
	AUTO_CLOSE int fd = openat(templates, "making", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct flock place = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1,
			       .l_start = template_place(key) };

	if (fd < 0)
		return error_set(err, errno, "template: lock");
	if (failed_lately(templates, key, err) < 0)
		return -1;
	if (fcntl(fd, F_OFD_SETLK, &place) < 0)
		return error_set(err, EBUSY, "template: it is being made");
	return take_fd(&fd);
}

bool template_wanted(const struct paths *p, const char *key)
{
	struct error ignored;
	AUTO_CLOSE int templates = template_dir(p, &ignored);
	AUTO_CLOSE int fd = templates < 0 ? -1 : openat(templates, "making", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct flock place = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1,
			       .l_start = template_place(key) };

	if (templates < 0 || failed_lately(templates, key, &ignored) < 0)
		return false;
	/* Asked, not tried: a try would hold it for a moment, against who means it. */
	return fd < 0 || fcntl(fd, F_OFD_GETLK, &place) < 0 || place.l_type == F_UNLCK;
}

int template_files(int templates, uint64_t ram_size, int *ram, int *state, struct error *err)
{
	*ram = openat(templates, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	*state = openat(templates, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*ram < 0 || *state < 0) {
		error_set(err, errno, "make a file without a name");
		error_hint(err, "templates need a cache directory whose file system has O_TMPFILE");
		return -1;
	}
	return ftruncate(*ram, (off_t)ram_size) < 0 ? error_set(err, errno, "its memory") : 0;
}

/* Give an unnamed file its name, complete and on disk. Read-only: no machine
 * shall be able to open it for writing. */
static int name_file(int fd, int dir, const char *name, struct error *err)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (fchmod(fd, 0400) < 0 || fsync(fd) < 0 ||
	    linkat(AT_FDCWD, self, dir, name, AT_SYMLINK_FOLLOW) < 0)
		return error_set(err, errno, "template: %s", name);
	return 0;
}

static int describe(int dir, const struct template_wish *w, const struct template *t,
		    struct error *err)
{
	AUTO_JSON cJSON *j = template_wish_json(w);
	AUTO_FREE char *text = NULL;
	struct stat ram, state, disk;
	char digest[65], times[64];

	if (fstat(t->ram_fd, &ram) < 0 || fstat(t->state_fd, &state) < 0 ||
	    fstat(t->disk_fd, &disk) < 0)
		return error_set(err, errno, "template");
	if (digest_fd(t->state_fd, digest, err) < 0)
		return -1;
	times_of(&ram, times);
	cJSON_AddStringToObject(j, "ram_written", times);
	times_of(&disk, times);
	cJSON_AddStringToObject(j, "disk_written", times);
	cJSON_AddNumberToObject(j, "state_size", (double)state.st_size);
	cJSON_AddStringToObject(j, "state_sha256", digest);
	cJSON_AddNumberToObject(j, "tsc_khz", (double)t->tsc_khz);
	/* All but the renaming: what it is made of is on the disk by now. */
	cJSON_AddNumberToObject(j, "made_ms", t->begun ? (double)(now_ms() - t->begun) : 0);
	text = json_text(j, true);
	if (!text)
		return error_set(err, ENOMEM, "template");
	return file_write(dir, DESCRIPTION, text, strlen(text), 0600, err);
}

static int fill(int templates, const char *temp, const struct template_wish *w,
		const struct template *t, struct error *err)
{
	AUTO_CLOSE int dir = openat(templates, temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0 || flock(dir, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, errno, "template: directory");
	if (name_file(t->ram_fd, dir, "ram", err) < 0 ||
	    name_file(t->state_fd, dir, "state", err) < 0 ||
	    name_file(t->disk_fd, dir, "disk", err) < 0)
		return -1;
	return describe(dir, w, t, err);
}

int template_commit(int templates, const struct template_wish *w, const struct template *t,
		    struct error *err)
{
	char temp[TEMPLATE_KEY + 32], failure[TEMPLATE_KEY + 8];
	struct error ignored;
	int r;

	snprintf(temp, sizeof(temp), ".new-%s", w->key);
	failure_name(w->key, failure);
	/* Ours alone by the claim: what is there is of one who died. */
	if (dir_remove(templates, temp, err) < 0)
		return -1;
	if (mkdirat(templates, temp, 0700) < 0)
		return error_set(err, errno, "template: make a directory");
	r = fill(templates, temp, w, t, err);
	/* A spoilt one makes way; a machine that runs from it keeps its files. */
	if (r == 0 && renameat2(templates, temp, templates, w->key, RENAME_NOREPLACE) < 0 &&
	    (errno != EEXIST || renameat2(templates, temp, templates, w->key, RENAME_EXCHANGE) < 0))
		r = error_set(err, errno, "template: rename");
	dir_remove(templates, temp, &ignored);
	if (r == 0)
		unlinkat(templates, failure, 0);
	return r;
}

void template_failed(int templates, const char *key, const struct error *why)
{
	char name[TEMPLATE_KEY + 8];
	struct error ignored;

	failure_name(key, name);
	file_write(templates, name, why->msg, strnlen(why->msg, 399), 0600, &ignored);
}
