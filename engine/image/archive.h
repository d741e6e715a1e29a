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
#include "engine/image/entry.h"

enum {
	ARCHIVE_ENTRIES = 2000000,
};
#define ARCHIVE_BYTES (64ULL << 30) /* unpacked, of all entries */

/* Told of bytes read from the source since the last time; not 0 ends it all. */
typedef int archive_told_fn(void *arg, uint64_t bytes, struct error *err);

/* Each entry of a tar (or cpio, zip) with any compression that is known. */
int archive_walk(int fd, entry_fn *fn, void *arg, struct error *err);
/* Each entry of a tar that lies in a part of a file; contents that nobody reads
 * are skipped by seeking when it is not compressed. */
int archive_walk_part(int fd, uint64_t at, uint64_t len, entry_fn *fn, void *arg,
		      struct error *err);
/* The regular files of an uncompressed tar, with the place of their contents. */
typedef int archive_place_fn(void *arg, const char *path, uint64_t at, uint64_t len,
			     struct error *err);
int archive_places(int fd, uint64_t at, uint64_t len, archive_place_fn *fn, void *arg,
		   struct error *err);
/* Each entry of a Debian package's data member. */
int archive_walk_deb(int fd, entry_fn *fn, void *arg, struct error *err);

/* Is what begins at `at` compressed? 1, 0, -1. */
int archive_is_packed(int fd, uint64_t at, struct error *err);
/* A compressed part of a file, written out at the end of `to`: its place there.
 * What grows beyond all measure (a bomb) is refused. */
int archive_unpack(int fd, uint64_t at, uint64_t len, int to, uint64_t *out_at, uint64_t *out_len,
		   archive_told_fn *told, void *arg, struct error *err);
/* The same for a Debian package's data member. */
int archive_unpack_deb(int fd, int to, uint64_t *out_at, uint64_t *out_len, struct error *err);

/* In a visitor: the whole content, at most `max` bytes (EFBIG); free *data. */
int archive_content(const struct entry *e, size_t max, void **data, size_t *len,
		    struct error *err);
/* In a visitor: the content to a descriptor. */
int archive_pour(const struct entry *e, int to, struct error *err);

/* Undo one compressed stream (gzip, xz, zstd, lz4 frame, bzip2) in memory. */
int archive_expand(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		   struct error *err);

#endif
