#include "engine/image/ext4_pour.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	IN_INODE = 4,       /* extents that fit into an inode */
	RUN_MAX = 32768,    /* blocks of one extent (ext4_extent.ee_len, initialised) */
};

void ext4_pour_done(struct ext4_pour *p)
{
	free(p->runs);
}

/* Note that the file's blocks from `logical` are those from `physical`. */
static errcode_t note_run(struct ext4_pour *p, uint64_t logical, blk64_t physical, blk64_t len)
{
	struct ext2fs_extent *last = p->n ? &p->runs[p->n - 1] : NULL;

	p->blocks += len;
	if (last && last->e_lblk + last->e_len == logical && last->e_pblk + last->e_len == physical &&
	    last->e_len + len < RUN_MAX) {
		last->e_len += (uint32_t)len;
		return 0;
	}
	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : IN_INODE;
		struct ext2fs_extent *more = realloc(p->runs, room * sizeof(*more));
		if (!more)
			return ENOMEM;
		p->runs = more;
		p->room = room;
	}
	p->runs[p->n++] = (struct ext2fs_extent){
		.e_pblk = physical, .e_lblk = logical, .e_len = (uint32_t)len,
		.e_flags = EXT2_EXTENT_FLAGS_LEAF,
	};
	return 0;
}

/* `n` blocks of data at the file's block `logical`, in as few runs as there are. */
static errcode_t write_blocks(struct ext4_pour *p, uint64_t logical, const char *data, uint64_t n)
{
	ext2_filsys fs = p->e->fs;
	errcode_t r = 0;

	if (logical + n > UINT32_MAX)
		return EFBIG;
	while (!r && n) {
		blk64_t physical, len = n < RUN_MAX ? n : RUN_MAX - 1, there;

		r = ext2fs_new_range(fs, 0, p->e->next_block, len, NULL, &physical, &there);
		if (r)
			break;
		if (there < len)
			len = there;
		ext2fs_block_alloc_stats_range(fs, physical, (blk_t)len, +1);
		p->e->next_block = physical + len;
		r = io_channel_write_blk64(fs->io, physical, (int)len, data);
		if (!r)
			r = note_run(p, logical, physical, len);
		logical += len;
		data += len * EXT4_BLOCK;
		n -= len;
	}
	return r;
}

static bool zero_block(const char *p)
{
	uint64_t first;

	memcpy(&first, p, sizeof(first));
	return first == 0 && memcmp(p, p + 1, EXT4_BLOCK - 1) == 0;
}

/* Whole blocks; those of zeros become holes. */
static errcode_t write_run(struct ext4_pour *p, uint64_t logical, const char *data, uint64_t n)
{
	errcode_t r = 0;

	for (uint64_t i = 0; !r && i < n;) {
		uint64_t run = 0;
		while (i + run < n && !zero_block(data + (i + run) * EXT4_BLOCK))
			run++;
		if (run)
			r = write_blocks(p, logical + i, data + i * EXT4_BLOCK, run);
		i += run ? run : 1;
	}
	return r;
}

/* The block that is not full yet, with zeros to its end. */
static errcode_t write_tail(struct ext4_pour *p)
{
	if (!p->tail_used)
		return 0;
	p->tail_used = false;
	size_t have = p->at % EXT4_BLOCK;
	if (have)
		memset(p->tail + have, 0, EXT4_BLOCK - have);
	return write_run(p, (p->at - 1) / EXT4_BLOCK, p->tail, 1);
}

/* Into the block in which `at` lies; gives the bytes taken. */
static size_t fill_tail(struct ext4_pour *p, const char *data, size_t len)
{
	size_t have = p->at % EXT4_BLOCK, n = EXT4_BLOCK - have < len ? EXT4_BLOCK - have : len;

	if (!p->tail_used)
		memset(p->tail, 0, have);
	memcpy(p->tail + have, data, n);
	p->tail_used = true;
	p->at += n;
	return n;
}

errcode_t ext4_pour_data(struct ext4_pour *p, const char *data, size_t len, uint64_t at)
{
	errcode_t r = 0;

	if (at < p->at || at + len < at)
		return EINVAL;
	if (at / EXT4_BLOCK != p->at / EXT4_BLOCK || at % EXT4_BLOCK == 0)
		r = write_tail(p);
	else if (p->tail_used)
		memset(p->tail + p->at % EXT4_BLOCK, 0, at - p->at);
	p->at = at;
	while (!r && len) {
		size_t n = len / EXT4_BLOCK;
		if (p->at % EXT4_BLOCK || !n) {
			n = fill_tail(p, data, len);
			if (p->at % EXT4_BLOCK == 0)
				r = write_tail(p);
		} else {
			r = write_run(p, p->at / EXT4_BLOCK, data, n);
			n *= EXT4_BLOCK;
			p->at += n;
		}
		data += n;
		len -= n;
	}
	return r;
}

/* The root of an extent tree that has all its leaves in the inode.
 * Source: Documentation/filesystems/ext4/ifork.rst */
static void root_in_inode(const struct ext4_pour *p, struct ext2_inode *inode)
{
	struct ext3_extent_header *h = (void *)inode->i_block;
	struct ext3_extent *x = (void *)(h + 1);

	memset(inode->i_block, 0, sizeof(inode->i_block));
	h->eh_magic = ext2fs_cpu_to_le16(EXT3_EXT_MAGIC);
	h->eh_max = ext2fs_cpu_to_le16(IN_INODE);
	h->eh_entries = ext2fs_cpu_to_le16(p->n <= IN_INODE ? (uint16_t)p->n : 0);
	for (size_t i = 0; p->n <= IN_INODE && i < p->n; i++)
		x[i] = (struct ext3_extent){
			.ee_block = ext2fs_cpu_to_le32((uint32_t)p->runs[i].e_lblk),
			.ee_len = ext2fs_cpu_to_le16((uint16_t)p->runs[i].e_len),
			.ee_start = ext2fs_cpu_to_le32((uint32_t)p->runs[i].e_pblk),
			.ee_start_hi = ext2fs_cpu_to_le16((uint16_t)(p->runs[i].e_pblk >> 32)),
		};
}

errcode_t ext4_pour_into(struct ext4_pour *p, struct ext2_inode_large *inode, uint64_t size)
{
	ext2_filsys fs = p->e->fs;
	struct ext2_inode *small = (struct ext2_inode *)inode;
	ext2_extent_handle_t tree;

	errcode_t r = write_tail(p);
	if (r)
		return r;
	r = ext2fs_inode_size_set(fs, small, size);
	if (r)
		return r;
	inode->i_flags |= EXT4_EXTENTS_FL;
	root_in_inode(p, small);
	r = ext2fs_iblk_set(fs, small, p->blocks);
	if (!r)
		r = ext2fs_write_inode_full(fs, p->ino, small, sizeof(*inode));
	if (r || p->n <= IN_INODE)
		return r;
	r = ext2fs_extent_open(fs, p->ino, &tree);
	for (size_t i = 0; !r && i < p->n; i++)
		r = ext2fs_extent_insert(tree, i ? EXT2_EXTENT_INSERT_AFTER : 0, &p->runs[i]);
	if (!r)
		r = ext2fs_extent_fix_parents(tree);
	ext2fs_extent_free(tree);
	return r;
}
