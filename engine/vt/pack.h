/*
 * Writes a row of cells in the packed form of row.h.
 */
#ifndef ENGINE_VT_PACK_H
#define ENGINE_VT_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cluster.h"
#include "engine/vt/grid.h"

/* Where the numbers in cells lead. */
struct vt_tables {
	const struct vt_cluster *clusters;
	const uint32_t *underlines; /* 256 colours */
};

/* Bytes written; out has room for VT_ROW_MAX(row->cols). */
size_t vt_pack(const struct vt_row *row, struct vt_tables t, uint8_t *out);

#endif
