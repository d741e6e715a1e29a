/*
 * Keys to bytes, in the forms that a guest can ask for: DEC's and xterm's
 * (with application cursor keys and keypad, and modifyOtherKeys), and the
 * kitty keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol).
 *
 * Of the kitty flags those are offered that can be kept from a key press
 * alone: 1 disambiguate, 8 every key as an escape code, 16 with its text. 2
 * (releases) and 4 (other keys of the layout) are masked out of what a
 * program sets, and what it asks back says so.
 */
#include <stdio.h>
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"

enum { KITTY_DISAMBIGUATE = 1, KITTY_ALL = 8, KITTY_TEXT = 16, KITTY_OFFERED = 1 | 8 | 16 };

/* A named key: CSI number ~ or CSI letter (number 0), SS3 letter in the modes
 * that call for it; kitty: CSI number u where the others do not serve. */
struct named {
	char letter;
	uint8_t number;
	uint16_t kitty;
};

static const struct named names[] = {
#define AT(key) [(key)-VT_KEY_NONE]
	AT(VT_KEY_UP) = { 'A', 0, 0 },
	AT(VT_KEY_DOWN) = { 'B', 0, 0 },
	AT(VT_KEY_RIGHT) = { 'C', 0, 0 },
	AT(VT_KEY_LEFT) = { 'D', 0, 0 },
	AT(VT_KEY_HOME) = { 'H', 0, 0 },
	AT(VT_KEY_END) = { 'F', 0, 0 },
	AT(VT_KEY_BEGIN) = { 'E', 0, 0 },
	AT(VT_KEY_PAGE_UP) = { 0, 5, 0 },
	AT(VT_KEY_PAGE_DOWN) = { 0, 6, 0 },
	AT(VT_KEY_INSERT) = { 0, 2, 0 },
	AT(VT_KEY_DELETE) = { 0, 3, 0 },
	AT(VT_KEY_F1) = { 'P', 0, 0 },
	AT(VT_KEY_F2) = { 'Q', 0, 0 },
	AT(VT_KEY_F3) = { 'R', 0, 0 },
	AT(VT_KEY_F4) = { 'S', 0, 0 },
	AT(VT_KEY_F5) = { 0, 15, 0 },
	AT(VT_KEY_F6) = { 0, 17, 0 },
	AT(VT_KEY_F7) = { 0, 18, 0 },
	AT(VT_KEY_F8) = { 0, 19, 0 },
	AT(VT_KEY_F9) = { 0, 20, 0 },
	AT(VT_KEY_F10) = { 0, 21, 0 },
	AT(VT_KEY_F11) = { 0, 23, 0 },
	AT(VT_KEY_F12) = { 0, 24, 0 },
	AT(VT_KEY_F13) = { 0, 25, 57376 },
	AT(VT_KEY_F14) = { 0, 26, 57377 },
	AT(VT_KEY_F15) = { 0, 28, 57378 },
	AT(VT_KEY_F16) = { 0, 29, 57379 },
	AT(VT_KEY_F17) = { 0, 31, 57380 },
	AT(VT_KEY_F18) = { 0, 32, 57381 },
	AT(VT_KEY_F19) = { 0, 33, 57382 },
	AT(VT_KEY_F20) = { 0, 34, 57383 },
};

/* The keypad: its character, the letter after SS3, kitty's number. */
static const struct keypad {
	char plain, letter;
	uint16_t kitty;
} keypad[] = {
#define PAD(key) [(key)-VT_KEY_KP_0]
	PAD(VT_KEY_KP_0) = { '0', 'p', 57399 },
	PAD(VT_KEY_KP_1) = { '1', 'q', 57400 },
	PAD(VT_KEY_KP_2) = { '2', 'r', 57401 },
	PAD(VT_KEY_KP_3) = { '3', 's', 57402 },
	PAD(VT_KEY_KP_4) = { '4', 't', 57403 },
	PAD(VT_KEY_KP_5) = { '5', 'u', 57404 },
	PAD(VT_KEY_KP_6) = { '6', 'v', 57405 },
	PAD(VT_KEY_KP_7) = { '7', 'w', 57406 },
	PAD(VT_KEY_KP_8) = { '8', 'x', 57407 },
	PAD(VT_KEY_KP_9) = { '9', 'y', 57408 },
	PAD(VT_KEY_KP_DECIMAL) = { '.', 'n', 57409 },
	PAD(VT_KEY_KP_DIVIDE) = { '/', 'o', 57410 },
	PAD(VT_KEY_KP_MULTIPLY) = { '*', 'j', 57411 },
	PAD(VT_KEY_KP_SUBTRACT) = { '-', 'm', 57412 },
	PAD(VT_KEY_KP_ADD) = { '+', 'k', 57413 },
	PAD(VT_KEY_KP_ENTER) = { '\r', 'M', 57414 },
	PAD(VT_KEY_KP_EQUAL) = { '=', 'X', 57415 },
};

static size_t give(char *out, size_t cap, const char *bytes, size_t n)
{
	if (n > cap)
		return 0;
	memcpy(out, bytes, n);
	return n;
}

static size_t give_text(char *out, size_t cap, const char *text)
{
	return give(out, cap, text, strlen(text));
}

static uint8_t kitty_flags(const struct vt *vt)
{
	return vt->screen->kitty[vt->screen->n_kitty - 1];
}

/* CSI u: push, pop, set and ask for the flags. */
void vt_kitty_csi(struct vt *vt)
{
	struct vt_screen *s = vt->screen;
	uint8_t flags = (uint8_t)(vt_param(vt, 0, 0) & KITTY_OFFERED);
	uint8_t *now = &s->kitty[s->n_kitty - 1];
	int n;

	switch (vt->parser.prefix) {
	case '?':
		vt_reply(vt, "\033[?%du", *now);
		break;
	case '=':
		n = vt_param(vt, 1, 1);
		*now = n == 1 ? flags : n == 2 ? *now | flags : n == 3 ? *now & ~flags : *now;
		break;
	case '>':
		if (s->n_kitty == KITTY_STACK) { /* the oldest goes */
			memmove(s->kitty, s->kitty + 1, KITTY_STACK - 1);
			s->n_kitty--;
		}
		s->kitty[s->n_kitty++] = flags;
		break;
	case '<':
		n = vt_param(vt, 0, 1);
		if (n >= s->n_kitty) {
			s->n_kitty = 1;
			s->kitty[0] = 0;
		} else {
			s->n_kitty = (uint8_t)(s->n_kitty - n);
		}
		break;
	}
}

/* CSI code ; modifiers ; text u */
static size_t kitty_code(const struct vt *vt, uint32_t code, unsigned mods, uint32_t text, char *out,
			 size_t cap)
{
	char buf[48];
	bool with_text = text >= 0x20 && text != 0x7f && !(mods & ~(unsigned)VT_SHIFT) &&
			 kitty_flags(vt) & KITTY_TEXT && kitty_flags(vt) & KITTY_ALL;

	if (with_text && mods)
		snprintf(buf, sizeof(buf), "\033[%u;%u;%uu", code, mods + 1, text);
	else if (with_text)
		snprintf(buf, sizeof(buf), "\033[%u;;%uu", code, text);
	else if (mods)
		snprintf(buf, sizeof(buf), "\033[%u;%uu", code, mods + 1);
	else
		snprintf(buf, sizeof(buf), "\033[%uu", code);
	return give_text(out, cap, buf);
}

static size_t named_key(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap)
{
	struct named k = names[key - VT_KEY_NONE];
	bool kitty = kitty_flags(vt);
	bool fkey = key >= VT_KEY_F1 && key <= VT_KEY_F4;
	char buf[32];

	if (kitty && k.kitty)
		return kitty_code(vt, k.kitty, mods, 0, out, cap);
	if (kitty && key == VT_KEY_F3) { /* CSI R is a cursor report */
		k.letter = 0;
		k.number = 13;
	}
	if (k.letter && mods)
		snprintf(buf, sizeof(buf), "\033[1;%u%c", mods + 1, k.letter);
	else if (k.letter)
		snprintf(buf, sizeof(buf), "\033%c%c",
			 !kitty && (fkey || vt->modes & MODE_APP_CURSOR) ? 'O' : '[', k.letter);
	else if (mods)
		snprintf(buf, sizeof(buf), "\033[%u;%u~", k.number, mods + 1);
	else
		snprintf(buf, sizeof(buf), "\033[%u~", k.number);
	return give_text(out, cap, buf);
}

/* Tab, Enter, Escape and Backspace. */
static size_t editing_key(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap)
{
	static const uint8_t codes[] = { 127, 9, 13, 27 };
	uint8_t code = codes[key - VT_KEY_BACKSPACE], flags = kitty_flags(vt);
	char buf[32];

	if (flags & KITTY_ALL || (flags && (mods || code == 27)))
		return kitty_code(vt, code, mods, 0, out, cap);
	if (vt->modify_keys && mods & ~(unsigned)VT_ALT && !(code == 9 && mods == VT_SHIFT) &&
	    (vt->modify_keys == 2 || code != 127)) {
		snprintf(buf, sizeof(buf), "\033[27;%u;%u~", mods + 1, code);
		return give_text(out, cap, buf);
	}

	const char *esc = mods & VT_ALT ? "\033" : "";

	if (code == 9 && mods & VT_SHIFT)
		snprintf(buf, sizeof(buf), "%s\033[Z", esc);
	else if (code == 127 && mods & VT_CTRL)
		snprintf(buf, sizeof(buf), "%s\b", esc);
	else
		snprintf(buf, sizeof(buf), "%s%c%s", esc, code,
			 code == 13 && vt->modes & MODE_NEWLINE ? "\n" : "");
	return give_text(out, cap, buf);
}

/* What Control makes of a character; -1 for nothing. */
static int control_of(uint32_t key)
{
	static const char digits[] = "\0\033\034\035\036\037\177"; /* 2 to 8 */

	if ((key >= 'a' && key <= 'z') || (key >= '@' && key <= '_'))
		return key & 0x1f;
	if (key >= '2' && key <= '8')
		return digits[key - '2'];
	return key == ' ' ? 0 : key == '?' ? 0x7f : key == '/' ? 0x1f : -1;
}

static size_t text_key(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap)
{
	uint8_t flags = kitty_flags(vt);
	int control = mods & VT_CTRL ? control_of(key) : -1;
	char buf[32];
	int n = 0;

	if (flags & KITTY_ALL || (flags && mods & ~(unsigned)VT_SHIFT)) {
		uint32_t code = key;

		if (key >= 'A' && key <= 'Z') {
			code = key + 32;
			mods |= VT_SHIFT;
		}
		return kitty_code(vt, code, mods, key, out, cap);
	}
	if ((vt->modify_keys == 2 && mods & ~(unsigned)VT_SHIFT) ||
	    (vt->modify_keys == 1 && mods & VT_CTRL && control < 0)) {
		snprintf(buf, sizeof(buf), "\033[27;%u;%u~", mods + 1, key);
		return give_text(out, cap, buf);
	}

	if (mods & VT_ALT)
		buf[n++] = '\033';
	if (control >= 0)
		buf[n++] = (char)control;
	else
		n += vt_utf8_put((uint8_t *)buf + n, key);
	return give(out, cap, buf, (size_t)n);
}

static size_t keypad_key(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap)
{
	struct keypad k = keypad[key - VT_KEY_KP_0];
	uint8_t flags = kitty_flags(vt);
	char buf[32];

	if (flags & KITTY_ALL || (flags && (mods || key == VT_KEY_KP_ENTER)))
		return kitty_code(vt, k.kitty, mods, k.plain, out, cap);
	if (vt->modes & MODE_APP_KEYPAD && !flags) {
		if (mods)
			snprintf(buf, sizeof(buf), "\033O%u%c", mods + 1, k.letter);
		else
			snprintf(buf, sizeof(buf), "\033O%c", k.letter);
		return give_text(out, cap, buf);
	}
	if (key == VT_KEY_KP_ENTER)
		return editing_key(vt, VT_KEY_ENTER, mods, out, cap);
	return text_key(vt, (uint32_t)k.plain, mods, out, cap);
}

/* A control character is the key that makes it. */
static uint32_t key_of_control(uint32_t key, unsigned *mods)
{
	switch (key) {
	case '\r':
		return VT_KEY_ENTER;
	case '\t':
		return VT_KEY_TAB;
	case 0x1b:
		return VT_KEY_ESCAPE;
	case 0x08:
	case 0x7f:
		return VT_KEY_BACKSPACE;
	}
	if (key >= 0x20)
		return key;
	*mods |= VT_CTRL;
	return key == 0 ? ' ' : key <= 26 ? key + 'a' - 1 : key + '@';
}

size_t vt_key_encode(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap)
{
	mods &= VT_SHIFT | VT_ALT | VT_CTRL | VT_SUPER;
	key = key_of_control(key, &mods);
	if (key >= VT_KEY_KP_0 && key <= VT_KEY_LAST)
		return keypad_key(vt, key, mods, out, cap);
	if (key >= VT_KEY_BACKSPACE && key <= VT_KEY_ESCAPE)
		return editing_key(vt, key, mods, out, cap);
	if (key > VT_KEY_NONE && key < VT_KEY_KP_0)
		return named_key(vt, key, mods, out, cap);
	if (key > 0x10ffff || (key >= 0xd800 && key <= 0xdfff) || (key >= 0x80 && key < 0xa0))
		return 0;
	return text_key(vt, key, mods, out, cap);
}
