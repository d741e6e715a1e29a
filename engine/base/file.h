/*
 * Whole files: read with a cap, written by rename so that a reader sees the
 * old or the new and never half. Knows only paths relative to a directory
 * descriptor (AT_FDCWD for the working directory).
 */
#ifndef ENGINE_BASE_FILE_H
#define ENGINE_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "engine/base/error.h"

/* The whole file with a NUL after it, to be freed; *len may be NULL. Files
 * larger than cap bytes are refused. */
char *file_read(int dir, const char *path, size_t cap, size_t *len, struct error *err);

/* Replace the file at once; fsync is the caller's wish. */
int file_write(int dir, const char *path, const void *data, size_t len, mode_t mode,
	       struct error *err);

/* All of it or an error; EINTR and short counts are handled. */
int fd_write_all(int fd, const void *data, size_t len, struct error *err);
int fd_read_all(int fd, void *data, size_t len, struct error *err); /* a short file is an error */

/* O_NONBLOCK and FD_CLOEXEC. */
int fd_nonblock(int fd);

/* Delete what a directory holds, and the directory; a symbolic link is removed, not
 * followed. A missing one is no error. */
int dir_remove(int dir, const char *path, struct error *err);

/* The first file found in `dir` whose name ends with `suffix`, as a path; -1 when there is none. */
int file_find(const char *dir, const char *suffix, char *path, size_t size);

/* mkdir -p, each new part with the mode. */
int dir_make(const char *path, mode_t mode, struct error *err);

#endif
