/*
 * What the files of archive.h share: libarchive, a reader that is open, and its way from
 * an archive's entry to ours.
 */
#ifndef ENGINE_IMAGE_ARCHIVE_INSIDE_H
#define ENGINE_IMAGE_ARCHIVE_INSIDE_H

#include <archive.h>
#include <archive_entry.h>

#include "engine/image/acl.h"
#include "engine/image/archive.h"

enum {
	ARCHIVE_CHUNK = 128 * 1024, /* bytes at a time */
	ARCHIVE_PART_CHUNK = 1 << 20,
};

/* A reader that undoes every compression; the caller adds formats and opens it. */
struct archive *archive_reader(struct error *err);
void archive_drop(struct archive **a);
#define AUTO_ARCHIVE __attribute__((cleanup(archive_drop)))

/* -1, with what the library says. */
int archive_fail(struct error *err, struct archive *a, const char *doing);

/* All entries of an open one, under the caps of archive.h. */
int archive_each(struct archive *a, entry_fn *fn, void *arg, struct error *err);

/* An entry's attributes while it is looked at: the archive's own, and two ACLs. */
struct archive_attributes {
	struct entry_xattr all[ENTRY_XATTRS + 2];
	uint8_t access[ACL_SIZE], inherited[ACL_SIZE];
};
/* *f is valid until the next header is read; *x must stay as long. */
int archive_describe(struct archive *a, struct archive_entry *e, struct entry *f,
		     struct archive_attributes *x, struct error *err);

/* A part of a file, as a stream. */
struct archive_part {
	int fd;
	uint64_t at, end;
	size_t want; /* bytes at a time: few while entries are skipped, then more */
	char buf[ARCHIVE_PART_CHUNK];
};
/* Opens `a` on it. The reader refers to the result: free that after it. NULL: err. */
struct archive_part *archive_open_part(struct archive *a, int fd, uint64_t at, uint64_t len,
				       struct error *err);

#endif
