/*
 * What the rows of ready.h are written with: an image being looked at, its text files,
 * and the rows that have files of their own.
 */
#ifndef ENGINE_IMAGE_READY_PARTS_H
#define ENGINE_IMAGE_READY_PARTS_H

#include "engine/image/ready.h"

enum { READY_TEXT_MAX = 1 << 20 }; /* bytes of a file of /etc */

struct ready {
	struct ext4 *fs;
	const struct ready_wish *w;
	struct error *err;
};

/* Files and directories that are put in: root's, 0644 and 0755. */
extern const struct ext4_node ready_file, ready_dir;

void ready_see(struct ready_row *r, bool ok, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A text file, links followed; NULL when it is not there or cannot be read. Free it. */
char *ready_text(const struct ready *l, const char *path, size_t max, size_t *len);

/* A file in place of whatever has that name, but a directory; its directories are made. */
int ready_put(const struct ready *l, const char *path, const void *text, size_t len);

/* A directory by path, links followed: made if need be, and then of that mode and owner. */
int ready_put_dir(const struct ready *l, const char *path, const struct ext4_node *n);

/* Certificates (ready_ca.c). */
void ready_ca_look(const struct ready *l, struct ready_row *r);
int ready_ca_fix(const struct ready *l);

/* The agent's account and its home (ready_account.c). */
void ready_user_look(const struct ready *l, struct ready_row *r);
int ready_user_fix(const struct ready *l);
void ready_home_look(const struct ready *l, struct ready_row *r);
int ready_home_fix(const struct ready *l);

#endif
