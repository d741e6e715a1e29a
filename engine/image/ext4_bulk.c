#include "engine/image/ext4_bulk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4_inside.h"

enum {
	IN_INODE = 4,       /* extents that fit into an inode */
	RUN_MAX = 32768,    /* blocks of one extent (ext4_extent.ee_len, initialised) */
	LINKS_MAX = 65000,  /* a directory with more subdirectories says 1 */
	DIRENT = 8,         /* bytes of a directory entry before its name */
	WRITE_MAX = 1 << 20,
};

/* A file being written: extents in order, and a block that is not full yet. */
struct pour {
	struct ext4 *e;
	ext2_ino_t ino;
	struct ext2fs_extent *runs;
	size_t n, room;
	uint64_t blocks;         /* that it has */
	uint64_t at;             /* end of what was given, bytes */
	char tail[EXT4_BLOCK];   /* of the block in which `at` lies */
	bool tail_used;
};

static void pour_done(struct pour *p)
{
	free(p->runs);
}
#define AUTO_POUR __attribute__((cleanup(pour_done)))

/* Note that the file's blocks from `logical` are those from `physical`. */
static errcode_t note_run(struct pour *p, uint64_t logical, blk64_t physical, blk64_t len)
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
static errcode_t write_blocks(struct pour *p, uint64_t logical, const char *data, uint64_t n)
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
static errcode_t write_run(struct pour *p, uint64_t logical, const char *data, uint64_t n)
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
static errcode_t write_tail(struct pour *p)
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
static size_t fill_tail(struct pour *p, const char *data, size_t len)
{
	size_t have = p->at % EXT4_BLOCK, n = EXT4_BLOCK - have < len ? EXT4_BLOCK - have : len;

	if (!p->tail_used)
		memset(p->tail, 0, have);
	memcpy(p->tail + have, data, n);
	p->tail_used = true;
	p->at += n;
	return n;
}

static errcode_t pour_data(struct pour *p, const char *data, size_t len, uint64_t at)
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
static void root_in_inode(const struct pour *p, struct ext2_inode *inode)
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

/* Give the inode what was poured: its blocks and its size. It is written. */
static errcode_t pour_into(struct pour *p, struct ext2_inode_large *inode, uint64_t size)
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
static errcode_t pour_entry(struct pour *p, const struct entry *e, ext4_told_fn *told, void *arg,
			    struct error *err)
{
	const void *data;
	size_t len;
	uint64_t at;
	int more;

	while ((more = e->next ? e->next(e, &data, &len, &at, err) : 0) > 0)
		while (len) {
			size_t n = len < WRITE_MAX ? len : WRITE_MAX;
			errcode_t r = pour_data(p, data, n, at);
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

static errcode_t put_contents(struct pour *p, struct ext2_inode_large *inode,
			      const struct entry *e, ext4_told_fn *told, void *arg,
			      struct error *err)
{
	size_t len = S_ISLNK(e->mode) ? strlen(e->link) : 0;
	errcode_t r = 0;

	if (S_ISREG(e->mode)) {
		r = pour_entry(p, e, told, arg, err);
		return r ? r : pour_into(p, inode, e->size > p->at ? e->size : p->at);
	}
	if (len >= sizeof(inode->i_block)) {
		r = pour_data(p, e->link, len, 0);
		return r ? r : pour_into(p, inode, len);
	}
	if (S_ISLNK(e->mode)) {
		memcpy(inode->i_block, e->link, len);
		inode->i_size = (uint32_t)len;
	} else if (S_ISDIR(e->mode)) {
		return pour_into(p, inode, 0);
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
	AUTO_POUR struct pour p = { .e = e };

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

static errcode_t read_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode)
{
	return ext2fs_read_inode_full(fs, ino, (struct ext2_inode *)inode, sizeof(*inode));
}

static errcode_t write_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode)
{
	return ext2fs_write_inode_full(fs, ino, (struct ext2_inode *)inode, sizeof(*inode));
}

int ext4_bulk_set(struct ext4 *e, uint32_t ino, const struct entry *x, struct error *err)
{
	struct ext2_inode_large inode;

	errcode_t r = read_large(e->fs, ino, &inode);
	if (!r) {
		set_owner(&inode, x);
		set_times(&inode, x);
		r = write_large(e->fs, ino, &inode);
	}
	if (!r && x->n_xattrs)
		r = put_xattrs(e->fs, ino, x);
	return r ? ext4_fail(err, r, "ext4: set %s", x->path) : 0;
}

int ext4_bulk_links(struct ext4 *e, uint32_t ino, uint32_t links, struct error *err)
{
	struct ext2_inode_large inode;

	errcode_t r = read_large(e->fs, ino, &inode);
	if (!r && links > LINKS_MAX)
		r = EMLINK;
	if (!r) {
		inode.i_links_count = (uint16_t)links;
		r = write_large(e->fs, ino, &inode);
	}
	return r ? ext4_fail(err, r, "ext4: inode %u", ino) : 0;
}

int ext4_bulk_free(struct ext4 *e, uint32_t ino, uint32_t mode, struct error *err)
{
	struct ext2_inode_large inode;
	struct ext2_inode *small = (struct ext2_inode *)&inode;

	errcode_t r = read_large(e->fs, ino, &inode);
	if (!r)
		r = ext2fs_free_ext_attr(e->fs, ino, &inode);
	if (!r && ext2fs_inode_has_valid_blocks2(e->fs, small))
		r = ext2fs_punch(e->fs, ino, small, NULL, 0, ~0ULL);
	if (!r) {
		memset(&inode, 0, sizeof(inode));
		inode.i_dtime = (uint32_t)e->fs->now;
		r = write_large(e->fs, ino, &inode);
	}
	if (!r)
		ext2fs_inode_alloc_stats2(e->fs, ino, -1, S_ISDIR(mode));
	return r ? ext4_fail(err, r, "ext4: free inode %u", ino) : 0;
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

static errcode_t put_dirblock(struct pour *p, struct dirblock *b)
{
	struct ext2_dir_entry *last = (void *)(b->data + b->last);

	memset(b->data + b->used, 0, EXT4_BLOCK - b->used);
	last->rec_len = (uint16_t)(EXT4_BLOCK - b->last);
	b->used = b->last = 0;
	return pour_data(p, b->data, EXT4_BLOCK, p->at);
}

int ext4_bulk_dir(struct ext4 *e, uint32_t ino, uint32_t parent, ext4_dirent_fn *next, void *arg,
		  struct error *err)
{
	AUTO_POUR struct pour p = { .e = e, .ino = ino };
	struct ext2_inode_large inode;
	struct ext4_dirent d;
	struct dirblock b = { .used = 0 };
	uint32_t links = 2;

	errcode_t r = read_large(e->fs, ino, &inode);
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
		r = pour_into(&p, &inode, p.at);
	return r ? ext4_fail(err, r, "ext4: write directory inode %u", ino) : 0;
}
