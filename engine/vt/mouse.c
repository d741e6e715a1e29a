/*
 * What else an operator sends: mouse events, pastes, and that the window got
 * or lost the focus.
 */
#include <stdio.h>
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"

/* On the alternate screen, without mouse reports, the wheel is arrow keys. */
static size_t wheel_keys(const struct vt *vt, enum vt_button button, char *out, size_t cap)
{
	char one[8];
	size_t n;

	if (!(vt->modes & MODE_ALT) || !(vt->modes & MODE_ALT_SCROLL) ||
	    (button != VT_WHEEL_UP && button != VT_WHEEL_DOWN))
		return 0;
	n = vt_key_encode(vt, button == VT_WHEEL_UP ? VT_KEY_UP : VT_KEY_DOWN, 0, one, sizeof(one));
	if (n * 3 > cap)
		return 0;
	for (int i = 0; i < 3; i++)
		memcpy(out + (size_t)i * n, one, n);
	return n * 3;
}

static bool wanted(const struct vt *vt, enum vt_mouse_kind kind, enum vt_button button)
{
	bool wheel = button >= VT_WHEEL_UP;

	switch (vt_modes(vt).mouse) {
	case VT_MOUSE_X10:
		return kind == VT_PRESS && !wheel && button != VT_BUTTON_NONE;
	case VT_MOUSE_CLICKS:
		return kind == VT_PRESS || (kind == VT_RELEASE && !wheel);
	case VT_MOUSE_DRAG:
		return kind != VT_MOTION ? kind == VT_PRESS || !wheel : button != VT_BUTTON_NONE;
	case VT_MOUSE_ANY:
		return kind != VT_RELEASE || !wheel;
	default:
		return false;
	}
}

size_t vt_mouse_encode(const struct vt *vt, enum vt_mouse_kind kind, enum vt_button button, int row,
		       int col, unsigned mods, char *out, size_t cap)
{
	bool sgr = vt->modes & MODE_MOUSE_SGR;
	unsigned code = button >= VT_WHEEL_UP ? 64u + button - VT_WHEEL_UP : button;
	char buf[40];
	size_t n;

	if (row < 0 || row >= vt->rows || col < 0 || col >= vt->cols)
		return 0;
	if (!(vt->modes & MODE_MOUSE))
		return kind == VT_PRESS ? wheel_keys(vt, button, out, cap) : 0;
	if (!wanted(vt, kind, button))
		return 0;

	if (kind == VT_RELEASE && !sgr)
		code = 3;
	if (kind == VT_MOTION)
		code += 32;
	if (!(vt->modes & MODE_MOUSE_X10))
		code += (mods & VT_SHIFT ? 4 : 0) + (mods & VT_ALT ? 8 : 0) +
			(mods & VT_CTRL ? 16 : 0);
	if (sgr) {
		n = (size_t)snprintf(buf, sizeof(buf), "\033[<%u;%d;%d%c", code, col + 1, row + 1,
				     kind == VT_RELEASE ? 'm' : 'M');
	} else {
		if (row > 222 || col > 222) /* has no form there */
			return 0;
		n = 6;
		memcpy(buf, "\033[M", 3);
		buf[3] = (char)(32 + code);
		buf[4] = (char)(33 + col);
		buf[5] = (char)(33 + row);
	}
	if (n > cap)
		return 0;
	memcpy(out, buf, n);
	return n;
}

/* The length of the paste's end marker at p, or 0. */
static size_t marker(const uint8_t *p, size_t n)
{
	static const char ends[][7] = { "\033[201~", "\033[200~" };

	for (int i = 0; i < 2; i++)
		if (n >= 6 && !memcmp(p, ends[i], 6))
			return 6;
	return 0;
}

size_t vt_paste_encode(const struct vt *vt, const char *text, size_t n, char *out, size_t cap)
{
	const uint8_t *p = (const uint8_t *)text;
	bool bracketed = vt->modes & MODE_PASTE;
	size_t used = 0;

	if (n > SIZE_MAX - 12 || n + 12 > cap)
		return 0;
	if (bracketed) {
		memcpy(out, "\033[200~", 6);
		used = 6;
	}
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = marker(p + i, n - i);

		if (len) {
			i += len;
			continue;
		}
		len = (size_t)vt_utf8_get(p + i, n - i, &cp);
		if (!len) {
			i++;
			continue;
		}
		i += len;
		if (cp == '\r' && !bracketed && i < n && p[i] == '\n')
			i++;
		if (cp == '\n' && !bracketed)
			cp = '\r';
		if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || (cp >= 0x7f && cp < 0xa0))
			continue;
		used += (size_t)vt_utf8_put((uint8_t *)out + used, cp);
	}
	if (bracketed) {
		memcpy(out + used, "\033[201~", 6);
		used += 6;
	}
	return used;
}

size_t vt_focus_encode(const struct vt *vt, bool focused, char *out, size_t cap)
{
	if (!(vt->modes & MODE_FOCUS) || cap < 3)
		return 0;
	memcpy(out, focused ? "\033[I" : "\033[O", 3);
	return 3;
}
