/*
 * The archive: the last screen and the history of a session that has ended,
 * so that one can still look back. A JSON file (screen.json) whose texts hold
 * our own escape sequences for colours, escaped as JSON does; reading it feeds
 * them to a fresh terminal, which then answers as the live one did.
 */
#ifndef ENGINE_SESSION_ARCHIVE_H
#define ENGINE_SESSION_ARCHIVE_H

#include "engine/base/error.h"
#include "engine/vt/vt.h"

/* At most ARCHIVE_LINES, the newest, and ARCHIVE_CAP bytes. */
enum { ARCHIVE_LINES = 20000, ARCHIVE_CAP = 16 << 20 };

int archive_save(const struct vt *vt, int dir, struct error *err);
/* To be freed with vt_free; NULL with code ENOENT when there is none. */
struct vt *archive_load(int dir, struct error *err);

#endif
