/*
 * What the ends and numbers of a key's control sequence mean: xterm's, rxvt's and the Linux
 * console's (ctlseqs, "PC-Style Function Keys"; console_codes(4)). 0: no key.
 */
#ifndef TUI_TERMINAL_KEY_CODES_H
#define TUI_TERMINAL_KEY_CODES_H

#include <stdint.h>

uint32_t key_of_letter(uint8_t final);  /* CSI A, SS3 P */
uint32_t key_of_number(unsigned n);     /* CSI 5 ~ */
unsigned key_mods(unsigned param);      /* CSI 1 ; 5 C: enum vt_mod */

#endif
