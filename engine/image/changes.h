/*
 * What a session changed: the difference between what it was given (its image,
 * and the workspace's layer over it) and the upper layer on its disk, read through
 * libext2fs. The disk may be in use; whoever can holds it still meanwhile
 * (guest/freeze.h). Those bytes are the guest's: callers do this in a child
 * (apart.h).
 *
 * Overlay's marks (Documentation/filesystems/overlayfs.rst): a character device
 * 0/0 is a deletion; a directory with trusted.overlay.opaque = "y" hides all
 * that the image has there. A private copy of the image (disk "clone") has no
 * upper layer: for it there are no changes to tell.
 */
#ifndef ENGINE_IMAGE_CHANGES_H
#define ENGINE_IMAGE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/json.h"

enum {
	CHANGES_MAX = 20000,    /* entries kept; more are counted */
};

enum change_kind { CHANGE_ADDED, CHANGE_MODIFIED, CHANGE_DELETED, CHANGE_KIND_COUNT };
extern const char *const change_kind_names[CHANGE_KIND_COUNT]; /* "added" ... */

struct change {
	char *path;       /* absolute, as in the machine, owned; not cleaned: bytes of the guest */
	enum change_kind kind;
	char type;        /* 'f' 'd' 'l' 'c' 'b' 'p' 's', of what is there now, or was */
	uint64_t size;    /* bytes now; of a deleted one, before */
	uint64_t before;  /* bytes of what it was given; 0 when added */
	unsigned mode;    /* permissions now; 0 when deleted */
	int64_t mtime;    /* seconds; 0 when deleted */
};

struct changes {
	struct change *list; /* owned; sorted by path */
	size_t n;
	uint64_t more;       /* that did not fit */
	uint64_t unreadable; /* directories and files that made no sense just then */
	uint64_t count[CHANGE_KIND_COUNT]; /* of all, also those that did not fit */
	uint64_t bytes;      /* of added and modified files */
};

/* What vmdeck itself put there: not told. Lists end with NULL; either may be NULL. */
struct changes_mine {
	const char *const *always; /* paths that are never told */
	const char *const *until;  /* paths that are told when they are newer than */
	int64_t time;              /* this, in seconds */
};

/* Both descriptors are only read, and may be shared with a running machine. */
int changes_read(int disk, int image, const struct changes_mine *mine, struct changes *out,
		 struct error *err);
void changes_done(struct changes *c);

/* One file before and after: its contents, or a link's target; NULL for what is neither, or
 * larger than `max`. What never changed is the same on both sides. */
struct changes_side {
	bool there;
	char type;
	unsigned mode;
	uint64_t size;
	char *data; /* len bytes and a NUL; owned */
	size_t len;
};
int changes_sides(int disk, int image, const char *path, size_t max, struct changes_side *before,
		  struct changes_side *after, struct error *err);
void changes_side_done(struct changes_side *s);

/* As JSON: {"changes": [{"path", "kind", "type", "size", "before", "mode", "mtime"}],
 * "added", "modified", "deleted", "bytes", "more", "unreadable"}. Paths are cleaned.
 * At most `max` entries of the list. */
cJSON *changes_json(const struct changes *c, size_t max);
/* And back; strict, since the file may be anybody's. */
int changes_parse(struct changes *c, const cJSON *j, struct error *err);

#endif
