/*
 * One key press, whatever bytes the terminal sent for it, and its name:
 * "n", "J", "Space", "Enter", "C-]", "M-Up", "F12", "PgUp". Knows nothing of
 * what a key does.
 *
 * A letter typed with Shift is the capital and has no VT_SHIFT. Control keys
 * are the small letter or the sign with VT_CTRL, except Tab, Enter, Escape and
 * Backspace, which terminals send as C-i, C-m, C-[ and C-?: those have names.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key {
	uint32_t code; /* a code point, or an enum vt_key of engine/vt/vt.h; 0: no key */
	unsigned mods; /* enum vt_mod */
};

enum { KEY_NAME_CAP = 24 };

static inline bool key_same(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods;
}

/* The key of a name (n bytes); false when there is none of that name. */
bool key_parse(const char *name, size_t n, struct key *out);

/* Its name; gives out. */
const char *key_name(struct key k, char out[KEY_NAME_CAP]);

#endif
