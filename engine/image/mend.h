/*
 * Images looked at and mended (ready.h), in a limited child. An image of the
 * store is never changed in place: a mended copy takes its name, and machines
 * that run from the old one keep it.
 */
#ifndef ENGINE_IMAGE_MEND_H
#define ENGINE_IMAGE_MEND_H

#include "engine/base/error.h"
#include "engine/image/ready.h"
#include "engine/image/store.h"

#define MEND_ALL (~0U)

/* The file system at fd. */
int mend_look(int fd, const struct ready_wish *w, struct ready_row rows[READY_COUNT],
	      struct error *err);
/* Mend the rows of the mask in it, in place, and look. */
int mend_fd(int fd, const struct ready_wish *w, unsigned mask, struct ready_row rows[READY_COUNT],
	    struct error *err);
/* An image of the store, or a file by path; `i` is as store_find gave it, and then
 * says what it has become: nobody's source makes that, so it is not at hand any more
 * for who imports or builds the same again. One that lacks nothing stays as it is. */
int mend_image(const char *images, struct image *i, const struct ready_wish *w, unsigned mask,
	       struct ready_row rows[READY_COUNT], struct error *err);

/* What an image wishes for by its own description. */
struct ready_wish mend_wish(const struct image *i);

#endif
