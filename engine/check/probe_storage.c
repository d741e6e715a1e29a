/* S01 and S04: room for what will be written, and the directory it goes to. */
#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/base/text.h"

enum {
	FLOOR_BYTES = 32 << 20, /* records, logs and a first session disk */
	FLOOR_INODES = 200,
	SESSION_PATH = sizeof("/sessions/") + 40 + sizeof("/console.sock"),
};

/* The nearest of `path` and its parents that is there: what is not made yet
 * will be made in it. */
static int existing(const char *path, char *out, size_t cap, struct stat *st)
{
	char *slash;

	if (snprintf(out, cap, "%s", path) >= (int)cap || *out != '/') {
		errno = EINVAL;
		return -1;
	}
	while (stat(out, st) < 0) {
		if (errno != ENOENT || !strcmp(out, "/"))
			return -1;
		slash = strrchr(out, '/');
		slash[slash == out] = '\0';
	}
	return 0;
}

static void fix_space(struct check_record *r, const char *dir)
{
	record_fix(r, 0, ARGV("vmdeck", "gc"), "remove what no session owns any more");
	record_fix(r, 0, ARGV("df", "-h", dir), "see what fills the disk");
	record_fix(r, 0, NULL, "or put vmdeck's files on another disk: VMDECK_HOME=DIR");
}

void probe_s01(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	uint64_t need = p->disk_bytes > FLOOR_BYTES ? p->disk_bytes : FLOOR_BYTES;
	uint64_t have;
	char dir[PATH_MAX], h[24], n[24], g[24];
	struct statvfs v;
	struct stat st;

	if (!*p->state_dir) {
		record_say(r, CHECK_SKIP, "no state directory was asked about");
		return;
	}
	if (existing(p->state_dir, dir, sizeof(dir), &st) < 0 ||
	    host_sys(ctx->host)->statvfs(dir, &v) < 0) {
		record_say(r, CHECK_UNKNOWN, "%s: %s", p->state_dir, strerror(errno));
		return;
	}
	have = (uint64_t)v.f_bavail * v.f_frsize;
	text_size(h, sizeof(h), have);
	text_size(n, sizeof(n), need);
	text_size(g, sizeof(g), p->disk_grow_bytes);
	record_seen(r, "directory", "%s", dir);
	record_seen(r, "free", "%s", h);
	record_seen(r, "needed now", "%s", n);
	if (p->disk_grow_bytes)
		record_seen(r, "disks may grow to", "%s", g);
	if (v.f_flag & ST_RDONLY) {
		record_say(r, CHECK_FAILED, "the file system of %s is read-only", dir);
		record_fix(r, FIX_ROOT, ARGV("dmesg"), "see whether the kernel made it so, after an error");
		record_fix(r, 0, NULL, "or put vmdeck's files on another disk: VMDECK_HOME=DIR");
	} else if (have < need) {
		record_say(r, CHECK_FAILED, "need %s, have %s in %s", n, h, dir);
		fix_space(r, dir);
	} else if (v.f_files && v.f_favail < FLOOR_INODES) {
		record_seen(r, "free inodes", "%llu", (unsigned long long)v.f_favail);
		record_say(r, CHECK_FAILED, "no inodes left in %s", dir);
		fix_space(r, dir);
	} else if (have < 2 * need || have < p->disk_grow_bytes) {
		/* The disks are sparse: that they all fill up is possible, not planned. */
		r->severity = have < 2 * need ? CHECK_DEGRADED : CHECK_ADVICE;
		record_say(r, CHECK_WARN, have < 2 * need ? "%s free is little; %s are needed now" :
			   "%s free; the sessions' disks may grow to %s", h,
			   have < 2 * need ? n : g);
		fix_space(r, dir);
	} else {
		record_say(r, CHECK_OK, "%s free", h);
	}
}

static void not_yet(const struct probe_ctx *ctx, struct check_record *r, const char *parent,
		    const struct stat *st)
{
	char user[64];

	host_sys(ctx->host)->user(user, sizeof(user));
	if (S_ISDIR(st->st_mode) && access(parent, W_OK | X_OK) == 0) {
		record_say(r, CHECK_OK, "will be made in %s when it is needed", parent);
		return;
	}
	record_seen(r, parent, "%s", S_ISDIR(st->st_mode) ? strerror(errno) : "not a directory");
	record_say(r, CHECK_FAILED, "%s cannot be made in %s", ctx->plan->state_dir, parent);
	record_fix(r, FIX_ROOT,
		   ARGV("install", "-d", "-m", "700", "-o", user, ctx->plan->state_dir),
		   "make it, owned by you");
	record_fix(r, 0, NULL, "or use another place: VMDECK_HOME=DIR");
}

static void judge_dir(const struct probe_ctx *ctx, struct check_record *r, const struct stat *st)
{
	const char *dir = ctx->plan->state_dir;
	char user[64], owner[80];

	host_sys(ctx->host)->user(user, sizeof(user));
	record_seen(r, dir, "owner %u, mode %04o", (unsigned)st->st_uid, st->st_mode & 07777);
	if (!S_ISDIR(st->st_mode)) {
		record_say(r, CHECK_FAILED, "%s is not a directory", dir);
		record_fix(r, 0, ARGV("mv", dir, "/tmp/"), "move it away");
	} else if (st->st_uid != host_sys(ctx->host)->uid()) {
		record_say(r, CHECK_FAILED, "%s belongs to user %u, not to you", dir,
			   (unsigned)st->st_uid);
		snprintf(owner, sizeof(owner), "%s:", user);
		record_fix(r, FIX_ROOT, ARGV("chown", "-R", owner, dir), "take it over");
		record_fix(r, 0, NULL, "or use another place: VMDECK_HOME=DIR");
	} else if (st->st_mode & 0077) {
		record_say(r, CHECK_FAILED, "%s is open to others: mode %04o", dir,
			   st->st_mode & 07777);
		record_fix(r, 0, ARGV("chmod", "700", dir), "close it");
	} else if ((st->st_mode & 0700) != 0700) {
		record_say(r, CHECK_FAILED, "%s is mode %04o: you cannot work in it", dir,
			   st->st_mode & 07777);
		record_fix(r, 0, ARGV("chmod", "700", dir), "open it for yourself");
	} else if (strlen(dir) + SESSION_PATH > sizeof(((struct sockaddr_un *)0)->sun_path)) {
		record_seen(r, "length", "%zu characters", strlen(dir));
		r->severity = CHECK_ADVICE;
		record_say(r, CHECK_INFO,
			   "yours and private; its path is too long for a socket's name, so other "
			   "programs cannot connect by path (vmdeck can)");
	} else {
		record_say(r, CHECK_OK, "%s is yours and private", dir);
	}
}

void probe_s04(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *dir = ctx->plan->state_dir;
	char at[PATH_MAX];
	struct stat st;

	if (!*dir) {
		record_say(r, CHECK_SKIP, "no state directory was asked about");
		return;
	}
	if (existing(dir, at, sizeof(at), &st) < 0) {
		record_say(r, CHECK_FAILED, "%s: %s", dir, strerror(errno));
		record_fix(r, 0, NULL, "use another place: VMDECK_HOME=DIR");
		return;
	}
	if (strcmp(at, dir) != 0)
		not_yet(ctx, r, at, &st);
	else
		judge_dir(ctx, r, &st);
}
