/*
 * What the decoder's parts have of each other. Private to them.
 */
#ifndef TUI_TERMINAL_DECODER_PARTS_H
#define TUI_TERMINAL_DECODER_PARTS_H

#include "tui/terminal/decoder.h"

void decoder_ground(struct decoder *d);
/* Bytes of a paste; gives how many it used. */
size_t decoder_paste(struct decoder *d, const uint8_t *p, size_t n);
void decoder_paste_finish(struct decoder *d); /* hand it on */

#endif
