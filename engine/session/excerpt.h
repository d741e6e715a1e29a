/*
 * What a console showed, kept in a file: as text, or as an asciicast when the
 * file's name ends in ".cast". What looks like a key or a token is taken out
 * (redact.h).
 */
#ifndef ENGINE_SESSION_EXCERPT_H
#define ENGINE_SESSION_EXCERPT_H

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/session/cast.h"

/* Whether it becomes an asciicast: lines are then to be those of ansi.h, with "\r\n"
 * between them. */
bool excerpt_is_cast(const char *path);

struct excerpt_saved {
	size_t bytes;   /* in the file */
	unsigned taken; /* secrets taken out */
};

/* A new file of mode 0600: nothing that exists is written over. `header` is for an
 * asciicast only. -1: err names the path; nothing is left there. */
int excerpt_save(const char *path, const struct cast_header *header, const struct bytes *shown,
		 struct excerpt_saved *saved, struct error *err);

#endif
