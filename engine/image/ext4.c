/* Making, opening, closing. */
#include "engine/image/ext4_inside.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SOME_TIME = 1735689600, /* 2025-01-01, of reproducible images */
};

int ext4_fail(struct error *err, errcode_t code, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (code == EXT2_ET_DIR_EXISTS || code == EXT2_ET_FILE_EXISTS)
		code = EEXIST;
	else if (code == EXT2_ET_FILE_NOT_FOUND)
		code = ENOENT;
	else if (code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_INODE_ALLOC_FAIL)
		code = ENOSPC;
	else if (code == EXT2_ET_NO_DIRECTORY)
		code = ENOTDIR;
	else if (code == EXT2_ET_NO_MEMORY)
		code = ENOMEM;
	if (code < 256)
		return error_set(err, (int)code, "%s", what);
	return error_set(err, 0, "%s: %s", what, error_message(code));
}

static struct ext4 *wrap(ext2_filsys fs, bool write, struct error *err)
{
	struct ext4 *e = malloc(sizeof(*e));

	if (!e) {
		ext2fs_free(fs);
		error_set(err, ENOMEM, "ext4");
		return NULL;
	}
	*e = (struct ext4){ .fs = fs, .write = write };
	return e;
}

/* Making */

static void fill_random(void *out, size_t n)
{
	arc4random_buf(out, n);
}

/* The features of a disk that one machine writes once: nothing that needs a
 * journal or a checker, and group checksums so that unused groups need not be
 * written at all. */
static struct ext2_super_block wanted(const struct ext4_make *how)
{
	struct ext2_super_block s = {
		.s_rev_level = EXT2_DYNAMIC_REV,
		.s_log_block_size = 2,
		.s_log_cluster_size = 2,
		.s_inode_size = 256,
		.s_errors = EXT2_ERRORS_DEFAULT,
		.s_log_groups_per_flex = 4,
		.s_feature_compat = EXT2_FEATURE_COMPAT_EXT_ATTR | EXT2_FEATURE_COMPAT_DIR_INDEX,
		.s_feature_incompat = EXT2_FEATURE_INCOMPAT_FILETYPE |
				      EXT3_FEATURE_INCOMPAT_EXTENTS |
				      EXT4_FEATURE_INCOMPAT_FLEX_BG,
		.s_feature_ro_compat = EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
				       EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
				       EXT4_FEATURE_RO_COMPAT_HUGE_FILE |
				       EXT4_FEATURE_RO_COMPAT_GDT_CSUM |
				       EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
				       EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE,
	};
	uint64_t inodes = how->inodes ? how->inodes : how->size / (16 * 1024);

	ext2fs_blocks_count_set(&s, how->size / EXT4_BLOCK);
	s.s_inodes_count = (uint32_t)(inodes < 64 ? 64 : inodes);
	return s;
}

/* The file is new and sparse, so its inode tables are zero already: saying so
 * keeps the guest's kernel from writing them in the background. */
static void groups_are_zero(ext2_filsys fs)
{
	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		ext2fs_bg_flags_set(fs, g, EXT2_BG_INODE_ZEROED);
		ext2fs_group_desc_csum_set(fs, g);
	}
}

static errcode_t populate(ext2_filsys fs)
{
	errcode_t r = ext2fs_allocate_tables(fs);

	if (r)
		return r;
	groups_are_zero(fs);
	r = ext2fs_mkdir(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, NULL);
	if (r)
		return r;
	/* The inodes that the format keeps for itself; the bad blocks' one is in use. */
	ext2fs_inode_alloc_stats2(fs, EXT2_BAD_INO, +1, 0);
	for (ext2_ino_t i = EXT2_ROOT_INO + 1; i < EXT2_FIRST_INODE(fs->super); i++)
		ext2fs_inode_alloc_stats2(fs, i, +1, 0);
	ext2fs_mark_ib_dirty(fs);
	return ext2fs_update_bb_inode(fs, NULL);
}

static void name_it(ext2_filsys fs, const struct ext4_make *how)
{
	struct ext2_super_block *s = fs->super;

	if (how->reproducible) {
		fs->now = SOME_TIME;
		memcpy(s->s_uuid, "vmdeck-image-000", sizeof(s->s_uuid));
		memcpy(s->s_hash_seed, "vmdeck-image-000", sizeof(s->s_hash_seed));
		s->s_mkfs_time = SOME_TIME;
		s->s_lastcheck = SOME_TIME;
	} else {
		fill_random(s->s_uuid, sizeof(s->s_uuid));
		fill_random(s->s_hash_seed, sizeof(s->s_hash_seed));
	}
	if (how->label)
		memcpy(s->s_volume_name, how->label,
		       strnlen(how->label, sizeof(s->s_volume_name)));
	s->s_def_hash_version = EXT2_HASH_HALF_MD4;
	s->s_flags |= EXT2_FLAGS_UNSIGNED_HASH;
	s->s_max_mnt_count = -1;
	s->s_min_extra_isize = s->s_want_extra_isize =
		sizeof(struct ext2_inode_large) - EXT2_GOOD_OLD_INODE_SIZE;
}

struct ext4 *ext4_make(int fd, const struct ext4_make *how, struct error *err)
{
	struct ext2_super_block param = wanted(how);
	ext2_filsys fs;
	char name[16];

	assert(how->size % EXT4_BLOCK == 0);
	if (ftruncate(fd, 0) < 0 || ftruncate(fd, (off_t)how->size) < 0) {
		error_set(err, errno, "ext4: set size to %llu", (unsigned long long)how->size);
		return NULL;
	}
	ext4_io_name(name, fd);
	errcode_t r = ext2fs_initialize(name, EXT2_FLAG_64BITS, &param, (io_manager)&ext4_io,
				    &fs);
	if (r) {
		ext4_fail(err, r, "ext4: make");
		return NULL;
	}
	fs->umask = 022;
	name_it(fs, how);
	r = populate(fs);
	if (r) {
		ext2fs_free(fs);
		ext4_fail(err, r, "ext4: make");
		return NULL;
	}
	return wrap(fs, true, err);
}

struct ext4 *ext4_open(int fd, bool write, struct error *err)
{
	struct ext4_info info;
	ext2_filsys fs;
	char name[16];

	if (ext4_check(fd, &info, err) < 0)
		return NULL;
	if (write && (info.needs_recovery || !info.clean)) {
		error_set(err, 0, "ext4: not written to, because it was not unmounted cleanly");
		error_hint(err, "e2fsck -fp on the image");
		return NULL;
	}
	ext4_io_name(name, fd);
	errcode_t r = ext2fs_open2(name, NULL,
				   EXT2_FLAG_64BITS | EXT2_FLAG_SKIP_MMP | (write ? EXT2_FLAG_RW : 0),
				   0, 0, (io_manager)&ext4_io, &fs);
	if (!r && write) {
		r = ext2fs_read_bitmaps(fs);
		if (r)
			ext2fs_free(fs);
	}
	if (r) {
		ext4_fail(err, r, "ext4: open");
		error_hint(err, "e2fsck -fn on the image says more");
		return NULL;
	}
	/* What was made reproducible stays so. */
	if (fs->super->s_mkfs_time == SOME_TIME)
		fs->now = SOME_TIME;
	return wrap(fs, write, err);
}

int ext4_close(struct ext4 *e, struct error *err)
{
	if (!e)
		return 0;
	ext2_filsys fs = e->fs;
	/* No fsync: a session's disk dies with its session, an image is synced by
	 * whoever gives it its name. */
	errcode_t r = e->write ? ext2fs_flush2(fs, EXT2_FLAG_FLUSH_NO_SYNC) : 0;
	if (!r && e->write)
		r = io_channel_flush(fs->io);
	free(e);
	ext2fs_free(fs);
	return r ? ext4_fail(err, r, "ext4: write") : 0;
}

void ext4_free(struct ext4 *e)
{
	if (!e)
		return;
	ext2fs_free(e->fs);
	free(e);
}
