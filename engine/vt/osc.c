/*
 * Operating system commands: titles, notifications, an agent's own account of
 * itself, colour questions and clipboard offers. They become events with
 * cleaned text; nothing of them reaches the operator's terminal as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"
#include "engine/vt/width.h"

/* A piece of the string. */
struct piece {
	const uint8_t *p;
	size_t n;
};

/* What goes before the first `c` (or all), which is taken off *rest. */
static struct piece cut(struct piece *rest, char c)
{
	const uint8_t *at = rest->n ? memchr(rest->p, c, rest->n) : NULL;
	struct piece head = { rest->p, at ? (size_t)(at - rest->p) : rest->n };
	size_t gone = head.n + (at ? 1 : 0);

	rest->p += gone;
	rest->n -= gone;
	return head;
}

static bool is(struct piece s, const char *word)
{
	return s.n == strlen(word) && !memcmp(s.p, word, s.n);
}

/* A decimal number of up to five digits, or -1. */
static int number(struct piece s)
{
	int v = 0;

	if (!s.n || s.n > 5)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

void vt_clean_text(char *out, size_t cap, const uint8_t *text, size_t n)
{
	size_t used = 0;
	uint8_t buf[4];

	for (size_t i = 0; i < n;) {
		uint32_t cp;
		int len = vt_utf8_get(text + i, n - i, &cp);

		i += len ? (size_t)len : 1;
		if (!len)
			cp = 0xfffd;
		if (cp == '\t' || cp == '\n' || cp == '\r')
			cp = ' ';

		enum vt_class class = vt_class(cp);

		if (class == VT_CLASS_HYPHEN)
			cp = '-';
		else if (class == VT_CLASS_REPLACE)
			cp = 0xfffd;
		else if (!vt_class_columns(class) && (class != VT_CLASS_MARK || !used))
			continue;
		len = vt_utf8_put(buf, cp);
		if (used + (size_t)len >= cap)
			break;
		memcpy(out + used, buf, (size_t)len);
		used += (size_t)len;
	}
	out[used] = '\0';
}

static void clean(char *out, size_t cap, struct piece s)
{
	vt_clean_text(out, cap, s.p, s.n);
}

/* Base64: bytes written to out (which has room for
 * n / 4 * 3 + 3), or -1. White space is allowed, padding may be missing. */
static long base64(struct piece s, uint8_t *out)
{
	uint32_t bits = 0;
	int have = 0;
	long n = 0;
	size_t i = 0;

	for (; i < s.n && s.p[i] != '='; i++) {
		uint8_t c = s.p[i];
		int v = c >= 'A' && c <= 'Z' ? c - 'A' :
			c >= 'a' && c <= 'z' ? c - 'a' + 26 :
			c >= '0' && c <= '9' ? c - '0' + 52 :
			c == '+'             ? 62 :
			c == '/'             ? 63 :
					       -1;

		if (v < 0)
			return -1;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (uint8_t)(bits >> have);
		}
	}
	for (; i < s.n; i++)
		if (s.p[i] != '=')
			return -1;
	return n;
}

/* Text for a clipboard: no controls but tab and newline, only UTF-8. */
static size_t clean_clipboard(uint8_t *out, size_t cap, const uint8_t *text, size_t n)
{
	size_t used = 0;

	for (size_t i = 0; i < n;) {
		uint32_t cp;
		int len = vt_utf8_get(text + i, n - i, &cp);

		i += len ? (size_t)len : 1;
		if (!len)
			cp = 0xfffd;
		if (cp != '\t' && cp != '\n') {
			enum vt_class class = vt_class(cp);

			if (class == VT_CLASS_DROP)
				continue;
			if (class == VT_CLASS_REPLACE)
				cp = 0xfffd;
		}
		if (used + 4 > cap)
			break;
		used += (size_t)vt_utf8_put(out + used, cp);
	}
	return used;
}

static void clipboard(struct vt *vt, struct piece rest)
{
	if (!vt->events->clipboard)
		return;
	cut(&rest, ';'); /* which clipboard */
	if (!rest.n || rest.p[0] == '?')
		return;

	uint8_t *raw = malloc(rest.n / 4 * 3 + 3), *text = malloc(VT_CLIPBOARD_CAP);
	long n = raw && text ? base64(rest, raw) : -1;

	if (n > 0 && n <= VT_CLIPBOARD_CAP) {
		size_t len = clean_clipboard(text, VT_CLIPBOARD_CAP, raw, (size_t)n);

		vt->events->clipboard(vt->owner, (char *)text, len);
	}
	free(raw);
	free(text);
}

static void color_reply(struct vt *vt, const char *what, uint32_t c)
{
	unsigned r = c >> 16 & 255, g = c >> 8 & 255, b = c & 255;

	vt_reply(vt, "\033]%s;rgb:%02x%02x/%02x%02x/%02x%02x%s", what, r, r, g, g, b, b,
		 vt->parser.bel ? "\007" : "\033\\");
}

/* OSC 4: pairs of a number and a question. */
static void palette(struct vt *vt, struct piece rest)
{
	char what[16];

	while (rest.n) {
		int i = number(cut(&rest, ';'));

		if (!is(cut(&rest, ';'), "?") || i < 0 || i > 255)
			continue;
		snprintf(what, sizeof(what), "4;%d", i);
		color_reply(vt, what, vt->palette.color[i]);
	}
}

/* OSC 10, 11, 12; further values go on to the next number. */
static void dynamic_color(struct vt *vt, int first, struct piece rest)
{
	const uint32_t colors[] = { vt->palette.fg, vt->palette.bg, vt->palette.cursor };
	char what[16];

	for (int i = first; i <= 12 && rest.n; i++) {
		if (!is(cut(&rest, ';'), "?"))
			continue;
		snprintf(what, sizeof(what), "%d", i);
		color_reply(vt, what, colors[i - 10]);
	}
}

static void title(struct vt *vt, struct piece text)
{
	char now[sizeof(vt->title)];

	clean(now, sizeof(now), text);
	if (!strcmp(now, vt->title))
		return;
	memcpy(vt->title, now, sizeof(now));
	if (vt->events->title && !vt->replay)
		vt->events->title(vt->owner, vt->title);
}

static void notify(struct vt *vt, struct piece head, struct piece body)
{
	char a[VT_TITLE_CAP + 1], b[VT_NOTE_CAP + 1];

	if (!vt->events->notify)
		return;
	clean(a, sizeof(a), head);
	clean(b, sizeof(b), body);
	if (a[0] || b[0])
		vt->events->notify(vt->owner, a, b);
}

/* OSC 9: a notification (iTerm2), or one of ConEmu's numbered commands, of
 * which 4 is progress. */
static void nine(struct vt *vt, struct piece rest)
{
	struct piece all = rest, none = { rest.p, 0 };
	int command = number(cut(&rest, ';'));

	if (command == 4) {
		int state = number(cut(&rest, ';')), percent = number(cut(&rest, ';'));

		if (vt->events->progress && state >= 0 && state <= 4)
			vt->events->progress(vt->owner, state,
					     percent < 0 ? 0 : percent > 100 ? 100 : percent);
	} else if (command < 1 || command > 12) {
		notify(vt, none, all);
	}
}

/* OSC 99 (kitty): metadata as key=value:..., then the text. */
static void ninety_nine(struct vt *vt, struct piece rest)
{
	struct piece meta = cut(&rest, ';'), none = { rest.p, 0 };
	uint8_t raw[VT_NOTE_CAP + 3];
	bool head = true, encoded = false;

	while (meta.n) {
		struct piece value = cut(&meta, ':'), key = cut(&value, '=');

		if (is(key, "p") && is(value, "body"))
			head = false;
		else if (is(key, "p") && !is(value, "title"))
			return;
		if (is(key, "e"))
			encoded = is(value, "1");
	}
	if (encoded) {
		if (rest.n > VT_NOTE_CAP / 3 * 4)
			rest.n = VT_NOTE_CAP / 3 * 4;

		long n = base64(rest, raw);

		if (n < 0)
			return;
		rest = (struct piece){ raw, (size_t)n };
	}
	notify(vt, head ? rest : none, head ? none : rest);
}

/* OSC 777: notify;title;body (urxvt). */
static void seven_seven_seven(struct vt *vt, struct piece rest)
{
	if (!is(cut(&rest, ';'), "notify"))
		return;

	struct piece head = cut(&rest, ';');

	notify(vt, head, rest);
}

static void decoded(char *out, size_t cap, struct piece value)
{
	uint8_t raw[VT_NOTE_CAP + 3];
	long n;

	if (value.n > VT_NOTE_CAP / 3 * 4)
		value.n = VT_NOTE_CAP / 3 * 4;
	n = base64(value, raw);
	if (n > 0)
		clean(out, cap, (struct piece){ raw, (size_t)n });
}

/* OSC 7501: key=value pairs in any order, or "?". The answer says nothing but
 * that we understand it. */
static void agent_state(struct vt *vt, struct piece rest)
{
	struct vt_agent a = { .state = "" };

	if (is(rest, "?")) {
		vt_reply(vt, "\033]7501;?%s", vt->parser.bel ? "\007" : "\033\\");
		return;
	}
	if (!vt->events->agent_state)
		return;
	while (rest.n) {
		struct piece value = cut(&rest, ':'), key = cut(&value, '=');

		if (is(key, "state"))
			clean(a.state, sizeof(a.state), value);
		else if (is(key, "app"))
			clean(a.app, sizeof(a.app), value);
		else if (is(key, "kind"))
			clean(a.kind, sizeof(a.kind), value);
		else if (is(key, "id"))
			clean(a.id, sizeof(a.id), value);
		else if (is(key, "msg"))
			decoded(a.msg, sizeof(a.msg), value);
	}
	if (a.state[0] || a.app[0])
		vt->events->agent_state(vt->owner, &a);
}

static void prompt(struct vt *vt, struct piece rest)
{
	struct piece mark = cut(&rest, ';');

	if (mark.n == 1 && mark.p[0] == 'A') {
		vt_row(vt, vt->at.row)->prompt = true;
		vt_row(vt, vt->at.row)->dirty = true;
	}
	if (vt->events->prompt && mark.n == 1 && mark.p[0] >= 'A' && mark.p[0] <= 'D')
		vt->events->prompt(vt->owner, (char)mark.p[0]);
}

void vt_osc(struct vt *vt)
{
	const uint8_t *all = vt->parser.string_n ? vt->parser.string : (const uint8_t *)"";
	struct piece rest = { all, vt->parser.string_n };
	int command = number(cut(&rest, ';'));

	vt->last = 0;
	vt->joining = false;
	if (command == 0 || command == 2)
		title(vt, rest);
	if (vt->replay)
		return;

	switch (command) {
	case 4:
		palette(vt, rest);
		break;
	case 9:
		nine(vt, rest);
		break;
	case 10:
	case 11:
	case 12:
		dynamic_color(vt, command, rest);
		break;
	case 52:
		clipboard(vt, rest);
		break;
	case 99:
		ninety_nine(vt, rest);
		break;
	case 133:
		prompt(vt, rest);
		break;
	case 777:
		seven_seven_seven(vt, rest);
		break;
	case 7501:
		agent_state(vt, rest);
		break;
	}
}
