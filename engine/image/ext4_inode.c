/* An inode by its number: as callers of ext4.h see it, with all of its fields, given back. */
#include "engine/image/ext4_inside.h"

#include <string.h>
#include <sys/stat.h>

#include "engine/image/ext4_bulk.h"

/* What a directory entry says of the inode's type. */
int ext4_entry_type(uint32_t mode)
{
	return S_ISREG(mode)   ? EXT2_FT_REG_FILE
	       : S_ISDIR(mode) ? EXT2_FT_DIR
	       : S_ISLNK(mode) ? EXT2_FT_SYMLINK
	       : S_ISCHR(mode) ? EXT2_FT_CHRDEV
	       : S_ISBLK(mode) ? EXT2_FT_BLKDEV
	       : S_ISFIFO(mode) ? EXT2_FT_FIFO
				: EXT2_FT_SOCK;
}

void ext4_describe(const struct ext2_inode *inode, ext2_ino_t ino, struct ext4_node *out)
{
	*out = (struct ext4_node){
		.mode = inode->i_mode,
		.uid = inode_uid(*inode),
		.gid = inode_gid(*inode),
		.size = EXT2_I_SIZE(inode),
		.mtime = (int32_t)inode->i_mtime,
		.inode = ino,
	};
	if (!LINUX_S_ISCHR(inode->i_mode) && !LINUX_S_ISBLK(inode->i_mode))
		return;
	uint32_t old = inode->i_block[0], new = inode->i_block[1];
	out->rdev_major = old ? old >> 8 & 0xff : new >> 8 & 0xfff;
	out->rdev_minor = old ? old & 0xff : (new & 0xff) | (new >> 12 & 0xfff00);
}

errcode_t ext4_read_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode)
{
	return ext2fs_read_inode_full(fs, ino, (struct ext2_inode *)inode, sizeof(*inode));
}

errcode_t ext4_write_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode)
{
	return ext2fs_write_inode_full(fs, ino, (struct ext2_inode *)inode, sizeof(*inode));
}

int ext4_free_inode(struct ext4 *e, uint32_t ino, uint32_t mode, struct error *err)
{
	struct ext2_inode_large inode;
	struct ext2_inode *small = (struct ext2_inode *)&inode;

	errcode_t r = ext4_read_large(e->fs, ino, &inode);
	if (!r)
		r = ext2fs_free_ext_attr(e->fs, ino, &inode);
	if (!r && ext2fs_inode_has_valid_blocks2(e->fs, small))
		r = ext2fs_punch(e->fs, ino, small, NULL, 0, ~0ULL);
	if (!r) {
		memset(&inode, 0, sizeof(inode));
		inode.i_dtime = (uint32_t)e->fs->now;
		r = ext4_write_large(e->fs, ino, &inode);
	}
	if (!r)
		ext2fs_inode_alloc_stats2(e->fs, ino, -1, S_ISDIR(mode));
	return r ? ext4_fail(err, r, "ext4: free inode %u", ino) : 0;
}
