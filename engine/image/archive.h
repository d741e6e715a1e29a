/*
 * Archives, by libarchive: this is its front door. Everything in one is
 * hostile: names are given out cleaned (no leading slash, no "..", or the
 * entry is refused), there are caps on entries and bytes, and nothing is ever
 * written to a file system here; the visitor decides what becomes of what.
 */
#ifndef ENGINE_IMAGE_ARCHIVE_H
#define ENGINE_IMAGE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
	ARCHIVE_ENTRIES = 1000000,
};
#define ARCHIVE_BYTES (64ULL << 30) /* unpacked, of all entries */

struct archive_file {
	const char *path;  /* "boot/vmlinuz-6.1", never absolute, never upwards */
	const char *link;  /* target of a symbolic or hard link, or NULL */
	bool hardlink;     /* link is a cleaned path in the archive */
	uint32_t mode;     /* with the type */
	uint32_t uid, gid;
	int64_t mtime;
	uint64_t size;
	uint32_t rdev_major, rdev_minor;
	void *reader;      /* for archive_content and archive_pour */
};

/* 0 go on, 1 enough, -1 failure with err. Contents that are not read are skipped. */
typedef int archive_visit_fn(void *arg, const struct archive_file *f, struct error *err);

/* Each entry of a tar (or cpio, zip) with any compression that is known. */
int archive_walk(int fd, archive_visit_fn *fn, void *arg, struct error *err);
/* Each entry of a Debian package's data member. */
int archive_walk_deb(int fd, archive_visit_fn *fn, void *arg, struct error *err);

/* In a visitor: the whole content, at most `max` bytes (EFBIG); free *data. */
int archive_content(const struct archive_file *f, size_t max, void **data, size_t *len,
		    struct error *err);
/* In a visitor: the content to a descriptor. */
int archive_pour(const struct archive_file *f, int to, struct error *err);

/* Undo one compressed stream (gzip, xz, zstd, lz4 frame, bzip2) in memory. */
int archive_expand(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		   struct error *err);

#endif
