/*
 * What the decoder's parts have of each other. Private to them.
 */
#ifndef TUI_TERMINAL_DECODER_PARTS_H
#define TUI_TERMINAL_DECODER_PARTS_H

#include "tui/terminal/decoder.h"

/* Whatever was begun is over: the next byte begins anew. */
static inline void decoder_ground(struct decoder *d)
{
	d->state = DECODER_GROUND;
	d->alt = false;
	d->begun = false;
}

/* decoder_paste.c */
/* Bytes of a paste; gives how many it used. */
size_t decoder_paste(struct decoder *d, const uint8_t *p, size_t n);
void decoder_paste_finish(struct decoder *d); /* hand it on */

#endif
