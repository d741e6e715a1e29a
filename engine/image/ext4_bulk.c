#include "engine/image/ext4_bulk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4_pour.h"

enum {
	LINKS_MAX = 65000,  /* a directory with more subdirectories says 1 */
	DIRENT = 8,         /* bytes of a directory entry before its name */
	WRITE_MAX = 1 << 20,
};

static void set_times(struct ext2_inode_large *i, const struct entry *e)
{
	uint32_t extra = e->mtime_ns << 2 | (uint32_t)((uint64_t)(e->mtime - (int32_t)e->mtime) >> 32 & 3);

	i->i_atime = i->i_ctime = i->i_mtime = i->i_crtime = (uint32_t)e->mtime;
	i->i_atime_extra = i->i_ctime_extra = i->i_mtime_extra = i->i_crtime_extra = extra;
}

static void set_owner(struct ext2_inode_large *i, const struct entry *e)
{
	i->i_mode = (uint16_t)e->mode;
	i->i_uid = (uint16_t)e->uid;
	i->i_gid = (uint16_t)e->gid;
	i->osd2.linux2.l_i_uid_high = (uint16_t)(e->uid >> 16);
	i->osd2.linux2.l_i_gid_high = (uint16_t)(e->gid >> 16);
}

static errcode_t put_xattrs(ext2_filsys fs, ext2_ino_t ino, const struct entry *e)
{
	struct ext2_xattr_handle *h;

	errcode_t r = ext2fs_xattrs_open(fs, ino, &h);
	if (r)
		return r;
	r = ext2fs_xattrs_read(h);
	for (size_t i = 0; !r && i < e->n_xattrs; i++)
		r = ext2fs_xattr_set(h, e->xattrs[i].name, e->xattrs[i].value, e->xattrs[i].len);
	ext2fs_xattrs_close(&h);
	return r;
}

/* The contents that the entry gives. */
static errcode_t pour_entry(struct ext4_pour *p, const struct entry *e, ext4_told_fn *told, void *arg,
			    struct error *err)
{
	const void *data;
	size_t len;
	uint64_t at;
	int more;

	while ((more = e->next ? e->next(e, &data, &len, &at, err) : 0) > 0)
		while (len) {
			size_t n = len < WRITE_MAX ? len : WRITE_MAX;
			errcode_t r = ext4_pour_data(p, data, n, at);
			if (r)
				return r;
			if (told && told(arg, n, err))
				return -1;
			data = (const char *)data + n;
			len -= n;
			at += n;
		}
	return more < 0 ? -1 : 0;
}

static void set_device(struct ext2_inode_large *i, const struct entry *e)
{
	uint32_t major = e->rdev_major, minor = e->rdev_minor;

	if (major < 256 && minor < 256)
		i->i_block[0] = major << 8 | minor;
	else
		i->i_block[1] = (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

static errcode_t put_contents(struct ext4_pour *p, struct ext2_inode_large *inode,
			      const struct entry *e, ext4_told_fn *told, void *arg,
			      struct error *err)
{
	size_t len = S_ISLNK(e->mode) ? strlen(e->link) : 0;
	errcode_t r = 0;

	if (S_ISREG(e->mode)) {
		r = pour_entry(p, e, told, arg, err);
		return r ? r : ext4_pour_into(p, inode, e->size > p->at ? e->size : p->at);
	}
	if (len >= sizeof(inode->i_block)) {
		r = ext4_pour_data(p, e->link, len, 0);
		return r ? r : ext4_pour_into(p, inode, len);
	}
	if (S_ISLNK(e->mode)) {
		memcpy(inode->i_block, e->link, len);
		inode->i_size = (uint32_t)len;
	} else if (S_ISDIR(e->mode)) {
		return ext4_pour_into(p, inode, 0);
	} else {
		set_device(inode, e);
	}
	return ext2fs_write_inode_full(p->e->fs, p->ino, (struct ext2_inode *)inode,
				       sizeof(*inode));
}

uint32_t ext4_bulk_inode(struct ext4 *e, const struct entry *x, ext4_told_fn *told, void *arg,
			 struct error *err)
{
	struct ext2_inode_large inode = { .i_links_count = 1, .i_extra_isize = 32 };
	AUTO_EXT4_POUR struct ext4_pour p = { .e = e };

	if (!e->next_inode)
		e->next_inode = EXT2_FIRST_INODE(e->fs->super);
	if (e->next_inode > e->fs->super->s_inodes_count)
		return ext4_fail(err, EXT2_ET_INODE_ALLOC_FAIL, "ext4: %s", x->path), 0;
	p.ino = e->next_inode++;
	ext2fs_inode_alloc_stats2(e->fs, p.ino, +1, S_ISDIR(x->mode));
	set_owner(&inode, x);
	set_times(&inode, x);
	errcode_t r = put_contents(&p, &inode, x, told, arg, err);
	if (!r && x->n_xattrs)
		r = put_xattrs(e->fs, p.ino, x);
	if (r == -1)
		return error_wrap(err, "%s", x->path), 0;
	if (r)
		return ext4_fail(err, r, "ext4: write %s", x->path), 0;
	return p.ino;
}

int ext4_bulk_set(struct ext4 *e, uint32_t ino, const struct entry *x, struct error *err)
{
	struct ext2_inode_large inode;

	errcode_t r = ext4_read_large(e->fs, ino, &inode);
	if (!r) {
		set_owner(&inode, x);
		set_times(&inode, x);
		r = ext4_write_large(e->fs, ino, &inode);
	}
	if (!r && x->n_xattrs)
		r = put_xattrs(e->fs, ino, x);
	return r ? ext4_fail(err, r, "ext4: set %s", x->path) : 0;
}

int ext4_bulk_links(struct ext4 *e, uint32_t ino, uint32_t links, struct error *err)
{
	struct ext2_inode_large inode;

	errcode_t r = ext4_read_large(e->fs, ino, &inode);
	if (!r && links > LINKS_MAX)
		r = EMLINK;
	if (!r) {
		inode.i_links_count = (uint16_t)links;
		r = ext4_write_large(e->fs, ino, &inode);
	}
	return r ? ext4_fail(err, r, "ext4: inode %u", ino) : 0;
}

/* Directories */

/* One block of a directory, filled entry by entry. */
struct dirblock {
	char data[EXT4_BLOCK];
	size_t used, last; /* where the last entry begins: it reaches to the end */
};

static bool add_dirent(struct dirblock *b, const char *name, size_t len, uint32_t ino, int type)
{
	size_t need = (DIRENT + len + 3) & ~3UL;
	struct ext2_dir_entry *d = (void *)(b->data + b->used);

	if (b->used + need > EXT4_BLOCK)
		return false;
	memset(d, 0, need);
	d->inode = ino;
	d->rec_len = (uint16_t)need;
	ext2fs_dirent_set_name_len(d, (int)len);
	ext2fs_dirent_set_file_type(d, type);
	memcpy(d->name, name, len);
	b->last = b->used;
	b->used += need;
	return true;
}

static errcode_t put_dirblock(struct ext4_pour *p, struct dirblock *b)
{
	struct ext2_dir_entry *last = (void *)(b->data + b->last);

	memset(b->data + b->used, 0, EXT4_BLOCK - b->used);
	last->rec_len = (uint16_t)(EXT4_BLOCK - b->last);
	b->used = b->last = 0;
	return ext4_pour_data(p, b->data, EXT4_BLOCK, p->at);
}

int ext4_bulk_dir(struct ext4 *e, uint32_t ino, uint32_t parent, ext4_dirent_fn *next, void *arg,
		  struct error *err)
{
	AUTO_EXT4_POUR struct ext4_pour p = { .e = e, .ino = ino };
	struct ext2_inode_large inode;
	struct ext4_dirent d;
	struct dirblock b = { .used = 0 };
	uint32_t links = 2;

	errcode_t r = ext4_read_large(e->fs, ino, &inode);
	add_dirent(&b, ".", 1, ino, EXT2_FT_DIR);
	add_dirent(&b, "..", 2, parent, EXT2_FT_DIR);
	while (!r && next(arg, &d)) {
		int type = ext4_entry_type(d.mode);
		links += S_ISDIR(d.mode);
		if (!add_dirent(&b, d.name, d.len, d.inode, type)) {
			r = put_dirblock(&p, &b);
			add_dirent(&b, d.name, d.len, d.inode, type);
		}
	}
	if (!r)
		r = put_dirblock(&p, &b);
	if (!r && ext2fs_inode_has_valid_blocks2(e->fs, (struct ext2_inode *)&inode))
		r = ext2fs_punch(e->fs, ino, (struct ext2_inode *)&inode, NULL, 0, ~0ULL);
	inode.i_links_count = (uint16_t)(links > LINKS_MAX ? 1 : links);
	if (!r)
		r = ext4_pour_into(&p, &inode, p.at);
	return r ? ext4_fail(err, r, "ext4: write directory inode %u", ino) : 0;
}
