/*
 * What the terminal answers, and the colours that it answers with. Answers
 * wait in a buffer with a cap; what a guest does not fetch is dropped and
 * counted. Nothing that a guest wrote is ever sent back to it: no titles, no
 * clipboard, no capability names.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/vt/terminal.h"

void vt_reply(struct vt *vt, const char *fmt, ...)
{
	char buf[160];
	va_list ap;
	int n;

	if (vt->replay)
		return;
	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(buf))
		bytes_add(&vt->replies, buf, (size_t)n);
}

size_t vt_replies(struct vt *vt, void *buf, size_t cap)
{
	size_t n = vt->replies.len < cap ? vt->replies.len : cap;

	if (n)
		memcpy(buf, bytes_front(&vt->replies), n);
	bytes_eat(&vt->replies, n);
	return n;
}

uint64_t vt_replies_dropped(const struct vt *vt)
{
	return vt->replies.dropped;
}

/* Rec. 601 luma of the background. */
static bool dark(const struct vt *vt)
{
	uint32_t c = vt->palette.bg;

	return 299 * (c >> 16 & 255) + 587 * (c >> 8 & 255) + 114 * (c & 255) < 128 * 1000;
}

void vt_theme_report(struct vt *vt)
{
	vt_reply(vt, "\033[?997;%dn", dark(vt) ? 1 : 2);
}

void vt_device_status(struct vt *vt)
{
	bool private = vt->parser.prefix;
	int row = vt->at.row + 1 - (vt->modes & MODE_ORIGIN ? vt->top : 0);

	switch (vt_param(vt, 0, 0)) {
	case 5:
		if (!private)
			vt_reply(vt, "\033[0n");
		break;
	case 6: /* CPR, DECXCPR */
		vt_reply(vt, private ? "\033[?%d;%d;1R" : "\033[%d;%dR", row, vt->at.col + 1);
		break;
	case 996:
		if (private)
			vt_theme_report(vt);
		break;
	}
}

/* DECRQSS */
void vt_request_status(struct vt *vt)
{
	const struct vt_parser *s = &vt->parser;
	char sgr[128];
	int shape = vt->shape * 2 + (vt->modes & MODE_BLINK ? 1 : 2);

	if (s->string_n == 1 && s->string[0] == 'm') {
		vt_sgr_text(vt, sgr, sizeof(sgr));
		vt_reply(vt, "\033P1$r%s\033\\", sgr);
	} else if (s->string_n == 1 && s->string[0] == 'r') {
		vt_reply(vt, "\033P1$r%d;%dr\033\\", vt->top + 1, vt->bottom + 1);
	} else if (s->string_n == 2 && !memcmp(s->string, " q", 2)) {
		vt_reply(vt, "\033P1$r%d q\033\\", shape);
	} else {
		vt_reply(vt, "\033P0$r\033\\");
	}
}

void vt_set_palette(struct vt *vt, const struct vt_palette *p)
{
	bool was = dark(vt);

	vt->palette = *p;
	if (vt->modes & MODE_THEME && dark(vt) != was)
		vt_theme_report(vt);
}
