#include "engine/image/superblock.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	AT = 1024, /* of the superblock in the file */
	SIZE = 1024,
	MAGIC = 0xef53,
	/* Offsets in it, and the bytes of each field. */
	BLOCKS_LO = 0x04,
	FREE_LO = 0x0c,
	FIRST_BLOCK = 0x14,
	LOG_BLOCK_SIZE = 0x18,
	BLOCKS_PER_GROUP = 0x20,
	INODES_PER_GROUP = 0x28,
	MAGIC_AT = 0x38,      /* 2 */
	STATE = 0x3a,         /* 2 */
	REVISION = 0x4c,
	INODE_SIZE = 0x58,    /* 2 */
	COMPAT = 0x5c,
	INCOMPAT = 0x60,
	RO_COMPAT = 0x64,
	LABEL = 0x78,         /* 16 */
	BLOCKS_HI = 0x150,
	FREE_HI = 0x158,
	/* State. */
	CLEAN = 1,
	ERRORS = 2,
	/* Incompatible features. */
	FILETYPE = 0x2,
	RECOVER = 0x4,
	META_BG = 0x10,
	EXTENTS = 0x40,
	BIT64 = 0x80,
	MMP = 0x100,
	FLEX_BG = 0x200,
	EA_INODE = 0x400,
	CSUM_SEED = 0x2000,
	LARGEDIR = 0x4000,
	INLINE_DATA = 0x8000,
	KNOWN = FILETYPE | RECOVER | META_BG | EXTENTS | BIT64 | MMP | FLEX_BG | EA_INODE |
		CSUM_SEED | LARGEDIR | INLINE_DATA,
};

static uint32_t le(const uint8_t *s, int at, int bytes)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)s[at + i] << 8 * i;
	return v;
}

/* Numbers that no mkfs writes and on which code that trusts them stumbles. */
static const char *nonsense(const uint8_t *s)
{
	uint32_t log = le(s, LOG_BLOCK_SIZE, 4);
	uint32_t block = 1024U << (log > 6 ? 6 : log);
	uint32_t per_group = le(s, BLOCKS_PER_GROUP, 4), inodes = le(s, INODES_PER_GROUP, 4);
	uint32_t inode_size = le(s, REVISION, 4) ? le(s, INODE_SIZE, 2) : 128;

	if (log > 6)
		return "block size";
	if (per_group == 0 || per_group > 8 * block)
		return "blocks per group";
	if (inodes == 0 || inodes > 8 * block)
		return "inodes per group";
	if (inode_size < 128 || inode_size > block || (inode_size & (inode_size - 1)))
		return "inode size";
	if (le(s, FIRST_BLOCK, 4) != (block == 1024))
		return "first data block";
	return NULL;
}

static uint64_t wide(const uint8_t *s, int lo, int hi)
{
	bool has_hi = le(s, INCOMPAT, 4) & BIT64;

	return le(s, lo, 4) | (has_hi ? (uint64_t)le(s, hi, 4) << 32 : 0);
}

static int describe(const uint8_t *s, struct ext4_info *info, struct error *err)
{
	uint64_t blocks = wide(s, BLOCKS_LO, BLOCKS_HI), unused = wide(s, FREE_LO, FREE_HI);

	info->compat = le(s, COMPAT, 4);
	info->incompat = le(s, INCOMPAT, 4);
	info->ro_compat = le(s, RO_COMPAT, 4);
	info->block_size = 1024U << le(s, LOG_BLOCK_SIZE, 4);
	if (blocks == 0 || blocks > INT64_MAX / info->block_size || unused > blocks)
		return error_set(err, 0, "ext4: the superblock is damaged (block count)");
	info->size = blocks * info->block_size;
	info->free = unused * info->block_size;
	info->needs_recovery = info->incompat & RECOVER;
	info->clean = (le(s, STATE, 2) & (CLEAN | ERRORS)) == CLEAN;
	memcpy(info->label, s + LABEL, sizeof(info->label) - 1);
	return 0;
}

static int judge(const struct ext4_info *info, struct error *err)
{
	if (info->size > info->file_size) {
		error_set(err, 0, "ext4: the file is cut short: it has %llu bytes of %llu",
			  (unsigned long long)info->file_size, (unsigned long long)info->size);
		error_hint(err, "the copy or download was not complete: get the image again");
		return -1;
	}
	if (info->incompat & ~(uint32_t)KNOWN)
		return error_set(err, 0, "ext4: features that the guest's kernel does not know (%#x)",
				 info->incompat & ~(uint32_t)KNOWN);
	return 0;
}

int ext4_check(int fd, struct ext4_info *info, struct error *err)
{
	uint8_t s[SIZE];
	struct stat st;

	memset(info, 0, sizeof(*info));
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at the image");
	off_t end = S_ISBLK(st.st_mode) ? lseek(fd, 0, SEEK_END) : st.st_size;
	info->file_size = end > 0 ? (uint64_t)end : 0;
	ssize_t n = pread(fd, s, sizeof(s), AT);
	if (n < 0)
		return error_set(err, errno, "read the image");
	if (n < SIZE || le(s, MAGIC_AT, 2) != MAGIC)
		return error_set(err, 0, "not an ext4 file system");
	const char *wrong = nonsense(s);
	if (wrong)
		return error_set(err, 0, "ext4: the superblock is damaged (%s)", wrong);
	if (describe(s, info, err) < 0)
		return -1;
	return judge(info, err);
}
