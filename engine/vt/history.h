/*
 * Lines that scrolled off the screen, oldest first, in their packed form
 * (row.h) and under a cap on bytes. It does not know what is in them.
 *
 * They lie in pages: lines from the front of a page, the offsets where they
 * begin from its back. A full page is followed by a new one; what exceeds the
 * cap goes page by page from the oldest end. The cap counts everything that
 * is allocated.
 */
#ifndef ENGINE_VT_HISTORY_H
#define ENGINE_VT_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "engine/vt/pack.h"

struct vt_page;

struct vt_history {
	struct vt_page **pages; /* owned; the oldest at [head], as a ring */
	uint32_t head, n, size;
	size_t cap, bytes;
	size_t slack; /* bytes above the cap that are lent just now */
	uint64_t first, end; /* numbers: the oldest line, one past the newest */
	uint8_t *scratch;    /* owned by whoever owns this; VT_ROW_MAX(columns) */
};

void vt_history_init(struct vt_history *h, size_t cap, uint8_t *scratch);
void vt_history_done(struct vt_history *h);
/* Forget all lines; numbers go on. */
void vt_history_clear(struct vt_history *h);

/* A line that does not fit even alone (or finds no memory) is lost, with all
 * before it: numbers stay without gaps. */
void vt_history_push(struct vt_history *h, const struct vt_row *row, struct vt_tables t);
void vt_history_push_packed(struct vt_history *h, const uint8_t *packed, size_t n);
/* Remove the newest line. */
void vt_history_pop(struct vt_history *h);
/* Let it grow beyond the cap for a while; 0 ends that, and the oldest pages go
 * as needed. */
void vt_history_lend(struct vt_history *h, size_t slack);

/* The packed line, valid until the next change; NULL when there is none. */
const uint8_t *vt_history_get(const struct vt_history *h, uint64_t line, size_t *n);

#endif
