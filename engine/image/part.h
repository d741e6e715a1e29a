/*
 * A part of an image to be: where entries come from, and under which names they
 * are taken. An image is one part after the other, each over the ones before.
 *
 * Packed parts (compressed tars, Debian packages) are unpacked into a spool
 * first, so that each is walked twice, for its size and for its contents, and
 * uncompressed once.
 */
#ifndef ENGINE_IMAGE_PART_H
#define ENGINE_IMAGE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/archive.h"
#include "engine/image/entry.h"

enum part_kind {
	PART_TAR,      /* of any compression */
	PART_DEB,      /* a Debian package's files */
	PART_TREE,     /* a directory of the host */
	PART_SQUASHFS,
	PART_EXT4,
	PART_FILES,    /* what the caller says */
};

/* What is at or below `from` comes to `to` (NULL: nowhere); what none of them
 * names is left out. The first that fits counts. */
struct part_map {
	const char *from, *to; /* as entry paths */
};

struct part_file {
	const char *path;    /* in the image, as an entry path */
	uint32_t mode;       /* with the type; of a link S_IFLNK */
	uint32_t uid, gid;
	const void *data;    /* contents, or a link's target (NUL-ended) */
	size_t len;
	int fd;              /* contents instead of data, from its beginning; or -1 */
};

struct part {
	enum part_kind kind;
	int fd;              /* of the file or directory; the caller's */
	uint64_t at, len;    /* PART_TAR: where in it */
	bool layer;          /* PART_TAR: ".wh." names are whiteouts (OCI image layer) */
	bool root_owned;     /* PART_TREE, and tars made by nobody in particular (npm) */
	const char *top;     /* PART_EXT4: the directory in it, "/"; */
	bool upper;          /* which is the upper layer of an overlay */
	const struct part_map *maps; /* NULL: everything, under its own name */
	size_t n_maps;
	const struct part_file *files; /* PART_FILES */
	size_t n_files;
};

/* Has it to be unpacked before it is walked? */
bool part_is_packed(const struct part *p);
/* If so, it is put at the end of `spool`, and `p`
 * changed to what is there. `told` hears of the bytes read. */
int part_unpack(struct part *p, int spool, archive_told_fn *told, void *arg, struct error *err);
/* The descriptors that it reads from, into out (may be NULL): how many. */
size_t part_descriptors(const struct part *p, int *out);
/* Every entry of an unpacked part. */
int part_walk(const struct part *p, entry_fn *fn, void *arg, struct error *err);

#endif
