/*
 * Modes: which numbers there are, what setting one does besides, and what is
 * said of them (DECRQM).
 */
#include "engine/vt/terminal.h"

enum { PRIVATE = 1 << 16 };

struct mode {
	uint32_t number; /* | PRIVATE for DEC's */
	uint32_t bit;
	uint8_t report; /* 1 set, 2 reset, 3 always set, 4 always reset */
};

static const struct mode modes[] = {
	{ 4, MODE_INSERT, 0 },
	{ 20, MODE_NEWLINE, 0 },
	{ PRIVATE | 1, MODE_APP_CURSOR, 0 },
	{ PRIVATE | 5, MODE_REVERSE, 0 },
	{ PRIVATE | 6, MODE_ORIGIN, 0 },
	{ PRIVATE | 7, MODE_WRAP, 0 },
	{ PRIVATE | 9, MODE_MOUSE_X10, 0 },
	{ PRIVATE | 12, MODE_BLINK, 0 },
	{ PRIVATE | 25, MODE_VISIBLE, 0 },
	{ PRIVATE | 47, MODE_ALT, 0 },
	{ PRIVATE | 66, MODE_APP_KEYPAD, 0 },
	{ PRIVATE | 1000, MODE_MOUSE_CLICKS, 0 },
	{ PRIVATE | 1002, MODE_MOUSE_DRAG, 0 },
	{ PRIVATE | 1003, MODE_MOUSE_ANY, 0 },
	{ PRIVATE | 1004, MODE_FOCUS, 0 },
	{ PRIVATE | 1006, MODE_MOUSE_SGR, 0 },
	{ PRIVATE | 1007, MODE_ALT_SCROLL, 0 },
	{ PRIVATE | 1047, MODE_ALT, 0 },
	{ PRIVATE | 1048, 0, 2 },
	{ PRIVATE | 1049, MODE_ALT, 0 },
	{ PRIVATE | 2004, MODE_PASTE, 0 },
	{ PRIVATE | 2026, MODE_SYNC, 0 },
	{ PRIVATE | 2027, 0, 3 }, /* clusters are one glyph, always */
	{ PRIVATE | 2031, MODE_THEME, 0 },
};

static const struct mode *find(uint32_t number)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i].number == number)
			return &modes[i];
	return NULL;
}

/* Leaving by 1047 erases the alternate screen, coming by 1049 does. */
static void set_alt(struct vt *vt, uint32_t number, bool on)
{
	bool was = vt->modes & MODE_ALT;

	if (number == 1049 && on && !was)
		vt_save_cursor(vt);
	if (number == 1047 && !on && was)
		vt_erase_rows(vt, 0, vt->rows);
	vt_set_alt(vt, on);
	if (number == 1049 && on && !was)
		vt_erase_rows(vt, 0, vt->rows);
	if (number == 1049 && !on) /* from the main screen too, as xterm does */
		vt_restore_cursor(vt);
}

/* The deadline is that of the oldest frame nobody has taken yet, so that a
 * program that goes from frame to frame is not held for ever. */
static void begin_frame(struct vt *vt)
{
	if (!vt->deadline || vt->frame_taken || !vt->any_dirty)
		vt->deadline = vt->now + VT_SYNC_MS;
	vt->frame_taken = false;
}

static void set_mode(struct vt *vt, uint32_t number, bool on)
{
	const struct mode *m = find(number);

	if (number == (PRIVATE | 1048)) {
		if (on)
			vt_save_cursor(vt);
		else
			vt_restore_cursor(vt);
		return;
	}
	if (!m || !m->bit)
		return;
	if (m->bit == MODE_ALT) {
		set_alt(vt, number & ~(uint32_t)PRIVATE, on);
		return;
	}

	if (m->bit & MODE_MOUSE)
		vt->modes &= ~(uint32_t)MODE_MOUSE;
	if (m->bit == MODE_SYNC && on)
		begin_frame(vt);
	if (m->bit == MODE_WRAP && !(vt->modes & MODE_WRAP) != !on)
		vt->at.pending = false;
	if (m->bit == MODE_REVERSE && !(vt->modes & MODE_REVERSE) != !on)
		vt_touch_rows(vt, 0, vt->rows - 1);
	vt->modes = on ? vt->modes | m->bit : vt->modes & ~m->bit;
	if (m->bit == MODE_ORIGIN)
		vt_goto(vt, on ? vt->top : 0, 0);
	if (m->bit == MODE_INSERT)
		vt_update_plain(vt);
}

static uint32_t number_at(const struct vt *vt, int i)
{
	return vt->parser.param[i] | (vt->parser.prefix ? PRIVATE : 0);
}

void vt_mode_csi(struct vt *vt, bool on)
{
	for (int i = 0; i < vt->parser.n; i++)
		set_mode(vt, number_at(vt, i), on);
}

void vt_mode_save_csi(struct vt *vt, bool restore)
{
	for (int i = 0; i < vt->parser.n; i++) {
		const struct mode *m = find(number_at(vt, i));

		if (!m || !m->bit)
			continue;
		if (restore)
			set_mode(vt, m->number, vt->saved_modes & m->bit);
		else
			vt->saved_modes = (vt->saved_modes & ~m->bit) | (vt->modes & m->bit);
	}
}

void vt_mode_report(struct vt *vt)
{
	uint32_t number = vt->parser.n ? number_at(vt, 0) : 0;
	const struct mode *m = find(number);
	int report = !m ? 0 : m->report ? m->report : vt->modes & m->bit ? 1 : 2;

	vt_reply(vt, "\033[%s%u;%d$y", vt->parser.prefix ? "?" : "", number & ~(uint32_t)PRIVATE,
		 report);
}
