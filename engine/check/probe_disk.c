/* S02 and S03: what the state directory's file system is, and what it can. */
#include "engine/check/probe.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"

enum { FUSE_MAGIC = 0x65735546, XFS_MAGIC = 0x58465342, ZFS_MAGIC = 0x2fc12fc1,
       CIFS_MAGIC = (int)0xff534d42 };

static const struct kind {
	unsigned long magic;
	const char *name;
	const char *trouble; /* NULL: none */
} kinds[] = {
	{ EXT4_SUPER_MAGIC, "ext4", NULL },
	{ XFS_MAGIC, "xfs", NULL },
	{ BTRFS_SUPER_MAGIC, "btrfs", NULL },
	{ ZFS_MAGIC, "zfs", NULL },
	{ F2FS_SUPER_MAGIC, "f2fs", NULL },
	{ NFS_SUPER_MAGIC, "nfs", "it is on the network: slow, and its locks are not reliable" },
	{ (uint32_t)CIFS_MAGIC, "cifs", "it is on the network: slow, and its locks are not reliable" },
	{ V9FS_MAGIC, "9p", "it is another machine's: slow, and its locks are not reliable" },
	{ FUSE_MAGIC, "fuse", "a program serves it: slow, and gone when that ends" },
	{ TMPFS_MAGIC, "tmpfs", "it is memory: session disks take from it, and a reboot empties it" },
	{ OVERLAYFS_SUPER_MAGIC, "overlay", "it is a container's: gone when that is removed" },
	{ MSDOS_SUPER_MAGIC, "vfat", "it knows no owners and no files beyond 4 GiB" },
};

static const struct kind *kind_of(unsigned long magic)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].magic == (magic & 0xffffffff))
			return &kinds[i];
	return NULL;
}

/* The nearest of the directory and its parents that is there. */
static bool standing(const char *path, char out[PATH_MAX])
{
	struct stat st;
	char *slash;

	snprintf(out, PATH_MAX, "%s", path);
	while (*out == '/' && stat(out, &st) < 0) {
		slash = strrchr(out, '/');
		if (errno != ENOENT || !strcmp(out, "/"))
			return false;
		slash[slash == out] = '\0';
	}
	return *out == '/';
}

void probe_s02(const struct probe_ctx *ctx, struct check_record *r)
{
	char dir[PATH_MAX];
	struct statfs fs;
	const struct kind *k;
	int code;

	if (!*ctx->plan->state_dir || !standing(ctx->plan->state_dir, dir)) {
		record_say(r, CHECK_SKIP, "no state directory was asked about");
		return;
	}
	if (host_sys(ctx->host)->statfs(dir, &fs) < 0) {
		record_say(r, CHECK_UNKNOWN, "%s: %s", dir, strerror(errno));
		return;
	}
	k = kind_of((unsigned long)fs.f_type);
	if (k)
		record_seen(r, "file system", "%s", k->name);
	else
		record_seen(r, "file system", "type 0x%lx", (unsigned long)fs.f_type);
	code = host_sys(ctx->host)->reflink(dir);
	if (!code) {
		record_say(r, CHECK_OK, "a clone of an image takes no time and no space here");
		return;
	}
	record_seen(r, "FICLONE", "%s (%s)", strerror(code), strerrorname_np(code));
	record_say(r, CHECK_INFO, "no reflinks here: images that must own their root are copied; the "
		   "others are shared and need none");
	if (k && !strcmp(k->name, "xfs"))
		record_fix(r, 0, NULL, "xfs has them when it was made with mkfs.xfs -m reflink=1");
	else
		record_fix(r, 0, NULL, "put vmdeck's files on btrfs or xfs: VMDECK_HOME=DIR");
}

void probe_s03(const struct probe_ctx *ctx, struct check_record *r)
{
	char dir[PATH_MAX];
	struct statfs fs;
	const struct kind *k;

	if (!*ctx->plan->state_dir || !standing(ctx->plan->state_dir, dir)) {
		record_say(r, CHECK_SKIP, "no state directory was asked about");
		return;
	}
	if (host_sys(ctx->host)->statfs(dir, &fs) < 0) {
		record_say(r, CHECK_UNKNOWN, "%s: %s", dir, strerror(errno));
		return;
	}
	k = kind_of((unsigned long)fs.f_type);
	record_seen(r, dir, "%s", k ? k->name : "another file system");
	if (!k || !k->trouble) {
		record_say(r, CHECK_OK, "%s", k ? k->name : "a file system that is not known to be bad");
		return;
	}
	/* Under VMDECK_HOME somebody chose the place: a trial, most likely. */
	if (host_env(ctx->host, "VMDECK_HOME"))
		r->severity = CHECK_ADVICE;
	record_say(r, CHECK_WARN, "%s is %s: %s", dir, k->name, k->trouble);
	record_fix(r, 0, NULL, "use a place on a local disk: XDG_STATE_HOME=DIR, or VMDECK_HOME=DIR");
}
