/*
 * Where a screen keeps glyphs of several code points: a cell that is one has
 * the number of its entry here. Cells are moved and overwritten freely, so
 * entries are not counted; when the table is full its owner marks the ones
 * that its cells still use and the rest are used again. It knows nothing of
 * cells.
 */
#ifndef ENGINE_VT_CLUSTER_H
#define ENGINE_VT_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cell.h"

struct vt_cluster {
	uint32_t cp[VT_GLYPH_MAX];
	uint8_t n;
	bool used; /* while marking, and as long as it is not free */
};

struct vt_clusters {
	struct vt_cluster *v; /* owned */
	uint32_t n;           /* entries allocated */
	uint32_t max;         /* most that there may be */
	uint32_t next;        /* where to look for a free one */
};

void vt_clusters_done(struct vt_clusters *c);
/* Number of a fresh entry, from 1, or -1: full, or no memory. */
int32_t vt_clusters_take(struct vt_clusters *c);
/* Free all; the owner then sets `used` on those it still needs. */
void vt_clusters_sweep(struct vt_clusters *c);

#endif
