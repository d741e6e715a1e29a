/* The library's way to the bytes, on our descriptor. */
#include "engine/image/ext4_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The library's way to the bytes, on our descriptor. Its own would open a path
 * again and fsync the file at each open: a journal's commit, tens of
 * milliseconds on a busy host, for a disk that dies with its session.
 */

void ext4_io_name(char out[16], int fd)
{
	snprintf(out, 16, "fd:%d", fd);
}

/* The library writes a block of inodes once for each inode in it. The block that
 * was written last is kept, and written when another one's turn comes. */
struct held {
	int fd;
	bool dirty;
	off_t at;
	char data[EXT4_BLOCK];
};

static int io_fd(io_channel c)
{
	return ((struct held *)c->private_data)->fd;
}


static errcode_t io_open(const char *name, int flags, io_channel *out)
{
	io_channel c = calloc(1, sizeof(*c));
	char *copy = strdup(name);
	struct held *h = calloc(1, sizeof(*h));

	if (!c || !copy || !h) {
		free(c);
		free(copy);
		free(h);
		return EXT2_ET_NO_MEMORY;
	}
	h->fd = atoi(name + strlen("fd:"));
	c->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	c->manager = (io_manager)&ext4_io; /* never written to */
	c->name = copy;
	c->block_size = 1024;
	c->refcount = 1;
	c->flags = flags & IO_FLAG_RW;
	c->private_data = h;
	*out = c;
	return 0;
}

static errcode_t write_at(io_channel c, const void *data, size_t n, off_t at)
{
	size_t done = 0;

	if (!(c->flags & IO_FLAG_RW))
		return EXT2_ET_RO_FILSYS;
	while (done < n) {
		ssize_t put = pwrite(io_fd(c), (const char *)data + done, n - done,
				     at + (off_t)done);
		if (put < 0 && errno != EINTR)
			return errno;
		done += put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static errcode_t write_held(io_channel c)
{
	struct held *h = c->private_data;

	if (!h->dirty)
		return 0;
	h->dirty = false;
	return write_at(c, h->data, sizeof(h->data), h->at);
}

static errcode_t io_close(io_channel c)
{
	if (--c->refcount > 0)
		return 0;
	errcode_t r = write_held(c);
	free(c->private_data);
	free(c->name);
	free(c);
	return r;
}

static errcode_t io_set_blksize(io_channel c, int size)
{
	c->block_size = size;
	return 0;
}

/* A negative count is bytes. */
static bool io_range(io_channel c, unsigned long long block, int count, off_t *at, size_t *n)
{
	*n = count < 0 ? (size_t)-(long)count : (size_t)count * (size_t)c->block_size;
	if (block > (unsigned long long)INT64_MAX / (unsigned)c->block_size)
		return false;
	*at = (off_t)(block * (unsigned)c->block_size);
	return (uint64_t)*at + *n <= INT64_MAX;
}

static bool overlaps(const struct held *h, off_t at, size_t n)
{
	return h->dirty && at < h->at + (off_t)sizeof(h->data) && at + (off_t)n > h->at;
}

static errcode_t io_read(io_channel c, unsigned long long block, int count, void *data)
{
	size_t n, have = 0;
	off_t at;

	if (!io_range(c, block, count, &at, &n))
		return EXT2_ET_SHORT_READ;
	if (overlaps(c->private_data, at, n)) {
		errcode_t r = write_held(c);
		if (r)
			return r;
	}
	while (have < n) {
		ssize_t got = pread(io_fd(c), (char *)data + have, n - have, at + (off_t)have);
		if (got < 0 && errno != EINTR)
			return errno;
		if (got == 0) {
			memset((char *)data + have, 0, n - have);
			return EXT2_ET_SHORT_READ;
		}
		have += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static errcode_t io_write_at(io_channel c, const void *data, size_t n, off_t at)
{
	struct held *h = c->private_data;

	if (n != sizeof(h->data)) {
		errcode_t r = overlaps(h, at, n) ? write_held(c) : 0;
		return r ? r : write_at(c, data, n, at);
	}
	if (!(c->flags & IO_FLAG_RW))
		return EXT2_ET_RO_FILSYS;
	errcode_t r = h->at == at ? 0 : write_held(c);
	if (r)
		return r;
	memcpy(h->data, data, n);
	h->at = at;
	h->dirty = true;
	return 0;
}

static errcode_t io_write(io_channel c, unsigned long long block, int count, const void *data)
{
	size_t n;
	off_t at;

	if (!io_range(c, block, count, &at, &n))
		return EXT2_ET_SHORT_WRITE;
	return io_write_at(c, data, n, at);
}

static errcode_t io_write_byte(io_channel c, unsigned long at, int n, const void *data)
{
	return io_write_at(c, data, (size_t)n, (off_t)at);
}

static errcode_t io_read_32(io_channel c, unsigned long block, int count, void *data)
{
	return io_read(c, block, count, data);
}

static errcode_t io_write_32(io_channel c, unsigned long block, int count, const void *data)
{
	return io_write(c, block, count, data);
}

static errcode_t io_flush(io_channel c)
{
	return write_held(c);
}

const struct struct_io_manager ext4_io = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "vmdeck",
	.open = io_open,
	.close = io_close,
	.set_blksize = io_set_blksize,
	.read_blk = io_read_32,
	.write_blk = io_write_32,
	.flush = io_flush,
	.write_byte = io_write_byte,
	.read_blk64 = io_read,
	.write_blk64 = io_write,
};
