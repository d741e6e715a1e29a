/*
 * Where things live: the four XDG directories, each with /vmdeck, or all four
 * under $VMDECK_HOME. State is 0700 and ours, or it is refused: sockets and
 * logs in it are trusted. Nothing is created by looking; paths_need makes a
 * directory when something is about to be written.
 *
 * Source: XDG Base Directory Specification 0.8.
 */
#ifndef ENGINE_BASE_PATHS_H
#define ENGINE_BASE_PATHS_H

#include <limits.h>

#include "engine/base/error.h"

struct paths {
	char config[PATH_MAX - 256]; /* manifest, settings, themes */
	char data[PATH_MAX - 256];   /* images */
	char cache[PATH_MAX - 256];  /* kernels, templates, downloads */
	char state[PATH_MAX - 256];  /* sessions, pane order, logs; private */
};

/* Fails when neither VMDECK_HOME nor HOME is usable, or a path is too long. */
int paths_init(struct paths *p, struct error *err);

/* Make `dir` (one of the above or below it), 0700, and check that it is a
 * directory of ours which others cannot write; opens it (O_PATH would not do
 * for fsync). */
int paths_need(const char *dir, struct error *err);

/* Open an existing directory under the same checks; -1 with ENOENT when it is
 * not there yet. */
int paths_open(const char *dir, struct error *err);

#endif
