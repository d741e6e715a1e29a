#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vt/utf8.h"
#include "engine/vt/vt.h"
#include "tests/vt/script.h"

enum { TEXT_MAX = 8192 };

struct script {
	struct vt *vt;
	uint64_t now;
	bool bytewise;
	char events[TEXT_MAX];
	char got[TEXT_MAX]; /* what a query found */
};

/* Reading the script. */

static const char *skip(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

/* A quoted string with escapes; bytes, or -1. *s is left behind it. */
static int quoted(const char **s, char *out, int cap)
{
	const char *p = skip(*s);
	int n = 0;

	if (*p++ != '"')
		return -1;
	while (*p && *p != '"') {
		if (n + 5 > cap)
			return -1;
		if (*p != '\\') {
			out[n++] = *p++;
			continue;
		}
		p++;
		if (*p == 'x') {
			char hex[3] = { p[1], p[1] ? p[2] : 0, 0 };

			out[n++] = (char)strtol(hex, NULL, 16);
			p += 3;
		} else if (*p == 'u') {
			char *end;
			uint32_t cp = (uint32_t)strtoul(p + 2, &end, 16);

			n += vt_utf8_put((uint8_t *)out + n, cp);
			p = end + 1;
		} else {
			const char *at = strchr("errnnttbbaa\\\\\"\"0", *p);

			out[n++] = *p == 'e' ? '\033' : *p == 'r' ? '\r' : *p == 'n' ? '\n' :
				   *p == 't' ? '\t' : *p == 'b' ? '\b' : *p == 'a' ? '\a' :
				   *p == '0' ? '\0' : at ? *p : '?';
			p++;
		}
	}
	if (*p != '"')
		return -1;
	*s = p + 1;
	out[n] = '\0';
	return n;
}

/* Bytes as the script writes them, with quotes. */
static void quote(char *out, size_t cap, const char *bytes, size_t n)
{
	size_t used = 0;

	out[used++] = '"';
	for (size_t i = 0; i < n && used + 8 < cap; i++) {
		uint8_t c = (uint8_t)bytes[i];
		const char *named = c == '\033' ? "\\e" : c == '\r' ? "\\r" : c == '\n' ? "\\n" :
				    c == '\t' ? "\\t" : c == '\b' ? "\\b" : c == '\a' ? "\\a" :
				    c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;

		if (named)
			used += (size_t)sprintf(out + used, "%s", named);
		else if (c < 0x20 || c == 0x7f)
			used += (size_t)sprintf(out + used, "\\x%02x", c);
		else
			out[used++] = (char)c;
	}
	out[used++] = '"';
	out[used] = '\0';
}

/* Events. */

static void note(void *owner, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(void *owner, const char *fmt, ...)
{
	struct script *s = owner;
	size_t n = strlen(s->events);
	va_list ap;

	if (n && n + 2 < sizeof(s->events)) {
		strcpy(s->events + n, "; ");
		n += 2;
	}
	va_start(ap, fmt);
	vsnprintf(s->events + n, sizeof(s->events) - n, fmt, ap);
	va_end(ap);
}

static void on_bell(void *owner)
{
	note(owner, "bell");
}

static void on_title(void *owner, const char *title)
{
	note(owner, "title %s", title);
}

static void on_notify(void *owner, const char *title, const char *body)
{
	note(owner, "notify [%s] [%s]", title, body);
}

static void on_progress(void *owner, int state, int percent)
{
	note(owner, "progress %d %d", state, percent);
}

static void on_agent(void *owner, const struct vt_agent *a)
{
	if (a->kind[0] || a->id[0] || a->msg[0])
		note(owner, "agent [%s] [%s] [%s] [%s] [%s]", a->state, a->app, a->kind, a->id, a->msg);
	else
		note(owner, "agent [%s] [%s]", a->state, a->app);
}

static void on_prompt(void *owner, char mark)
{
	note(owner, "prompt %c", mark);
}

static void on_clipboard(void *owner, const char *text, size_t n)
{
	note(owner, "clipboard %zu %.*s", n, n > 40 ? 40 : (int)n, text);
}

static const struct vt_events events = {
	.bell = on_bell,
	.title = on_title,
	.notify = on_notify,
	.progress = on_progress,
	.agent_state = on_agent,
	.prompt = on_prompt,
	.clipboard = on_clipboard,
};

/* Doing. */

static int renew(struct script *s, int cols, int rows, size_t history)
{
	vt_free(s->vt);
	s->vt = vt_new(cols, rows, history);
	if (!s->vt)
		return -1;
	vt_set_events(s->vt, &events, s);
	s->events[0] = '\0';
	return 0;
}

static void push(struct script *s, const char *bytes, int n, int times)
{
	while (times--) {
		for (int i = 0; s->bytewise && i < n; i++)
			vt_write(s->vt, bytes + i, 1, s->now);
		if (!s->bytewise)
			vt_write(s->vt, bytes, (size_t)n, s->now);
	}
}

static int command(struct script *s, const char *line)
{
	char bytes[TEXT_MAX];
	int a, b, n, times = 1;
	unsigned long history = 64 * 1024;
	unsigned long long t;

	if (!strncmp(line, "PUSH ", 5)) {
		line += 5;
		n = quoted(&line, bytes, sizeof(bytes));
		if (n < 0)
			return -1;
		sscanf(line, " * %d", &times);
		push(s, bytes, n, times);
		return 0;
	}
	if (sscanf(line, "SIZE %d %d %lu", &a, &b, &history) >= 2)
		return renew(s, a, b, history);
	if (sscanf(line, "RESIZE! %d %d", &a, &b) == 2)
		return vt_resize(s->vt, a, b) == 0 ? -1 : 0;
	if (sscanf(line, "RESIZE %d %d", &a, &b) == 2)
		return vt_resize(s->vt, a, b);
	if (sscanf(line, "TIME %llu", &t) == 1) {
		s->now = t;
		return 0;
	}
	if (!strcmp(line, "CLEAN"))
		vt_clean(s->vt);
	else if (!strcmp(line, "RESET"))
		vt_reset(s->vt);
	else if (!strncmp(line, "REPLAY ", 7))
		vt_set_replay(s->vt, !strcmp(line + 7, "on"));
	else
		return -1;
	return 0;
}

/* Asking: each answers in s->got. */

static void answer(struct script *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void answer(struct script *s, const char *fmt, ...)
{
	size_t n = strlen(s->got);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->got + n, sizeof(s->got) - n, fmt, ap);
	va_end(ap);
}

static void word(struct script *s, bool on, const char *text)
{
	if (on)
		answer(s, "%s%s", s->got[0] ? " " : "", text);
}

static void color(struct script *s, const char *name, uint32_t c)
{
	if ((c & VT_COLOR_KIND) == VT_COLOR_INDEX)
		answer(s, " %s=%u", name, c & 255);
	else if ((c & VT_COLOR_KIND) == VT_COLOR_RGB)
		answer(s, " %s=#%06x", name, c & 0xffffff);
}

static void ask_cell(struct script *s, const char *args)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} attrs[] = {
		{ VT_BOLD, "bold" },   { VT_DIM, "dim" },	  { VT_ITALIC, "italic" },
		{ VT_BLINK, "blink" }, { VT_REVERSE, "reverse" }, { VT_HIDDEN, "hidden" },
		{ VT_STRIKE, "strike" },
	};
	struct vt_glyph g;
	char text[64], shown[256];
	int row = 0, col = 0, n = 0;

	sscanf(args, "%d,%d", &row, &col);
	vt_glyph(s->vt, vt_screen(s->vt) + (uint64_t)(int64_t)row, col, &g);
	for (int i = 0; i < g.n; i++)
		n += vt_utf8_put((uint8_t *)text + n, g.cp[i]);
	quote(shown, sizeof(shown), text, (size_t)n);
	answer(s, "%s", g.n ? shown : g.width ? "blank" : "tail");
	word(s, g.width == 2, "wide");
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		word(s, g.attr & attrs[i].bit, attrs[i].name);
	if (g.attr & VT_UNDERLINE)
		answer(s, " under=%d", (g.attr & VT_UL_MASK) >> VT_UL_SHIFT);
	color(s, "fg", g.fg);
	color(s, "bg", g.bg);
	color(s, "ul", g.ul);
}

static void ask_text(struct script *s, const char *args)
{
	char text[TEXT_MAX];
	size_t n = vt_line_text(s->vt, vt_screen(s->vt) + (uint64_t)(int64_t)atoi(args), text,
				sizeof(text));

	quote(s->got, sizeof(s->got), text, n < sizeof(text) ? n : sizeof(text) - 1);
}

static void ask_modes(struct script *s, const char *args)
{
	struct vt_modes m = vt_modes(s->vt);

	(void)args;
	word(s, m.alt_screen, "alt");
	word(s, m.focus, "focus");
	word(s, m.paste, "paste");
	word(s, m.app_cursor, "cursor-keys");
	word(s, m.app_keypad, "keypad");
	word(s, m.reverse, "reverse");
	word(s, m.insert, "insert");
	word(s, m.newline, "newline");
	word(s, m.origin, "origin");
	word(s, !m.wrap, "nowrap");
	word(s, m.sync, "sync");
	word(s, m.theme_reports, "theme");
	word(s, !m.alt_scroll, "noaltscroll");
}

static void ask_mouse(struct script *s, const char *args)
{
	static const char *const names[] = { "off", "x10", "clicks", "drag", "any" };

	(void)args;
	answer(s, "%s%s", names[vt_modes(s->vt).mouse], vt_modes(s->vt).mouse_sgr ? " sgr" : "");
}

static void ask_cursor(struct script *s, const char *args)
{
	(void)args;
	answer(s, "%d,%d", vt_cursor(s->vt).row, vt_cursor(s->vt).col);
}

static void ask_shape(struct script *s, const char *args)
{
	static const char *const names[] = { "block", "underline", "bar" };

	(void)args;
	answer(s, "%s%s", names[vt_cursor(s->vt).shape], vt_cursor(s->vt).blink ? " blink" : "");
}

static void ask_replies(struct script *s, const char *args)
{
	char buf[VT_REPLY_CAP];
	size_t n = vt_replies(s->vt, buf, sizeof(buf));

	(void)args;
	quote(s->got, sizeof(s->got), buf, n);
}

static void ask_events(struct script *s, const char *args)
{
	(void)args;
	quote(s->got, sizeof(s->got), s->events, strlen(s->events));
	s->events[0] = '\0';
}

static void ask_title(struct script *s, const char *args)
{
	(void)args;
	quote(s->got, sizeof(s->got), vt_title(s->vt), strlen(vt_title(s->vt)));
}

static void ask_dirty(struct script *s, const char *args)
{
	(void)args;
	for (int i = 0; i < vt_rows(s->vt); i++)
		if (vt_dirty(s->vt, i))
			answer(s, "%s%d", s->got[0] ? " " : "", i);
}

static unsigned mods_of(const char *s)
{
	return (strstr(s, "shift") ? VT_SHIFT : 0) | (strstr(s, "alt") ? VT_ALT : 0) |
	       (strstr(s, "ctrl") ? VT_CTRL : 0) | (strstr(s, "super") ? VT_SUPER : 0);
}

static const struct {
	const char *name;
	uint32_t key;
} keys[] = {
	{ "up", VT_KEY_UP }, { "down", VT_KEY_DOWN }, { "right", VT_KEY_RIGHT },
	{ "left", VT_KEY_LEFT }, { "home", VT_KEY_HOME }, { "end", VT_KEY_END },
	{ "pageup", VT_KEY_PAGE_UP }, { "pagedown", VT_KEY_PAGE_DOWN },
	{ "insert", VT_KEY_INSERT }, { "delete", VT_KEY_DELETE },
	{ "backspace", VT_KEY_BACKSPACE }, { "tab", VT_KEY_TAB }, { "enter", VT_KEY_ENTER },
	{ "escape", VT_KEY_ESCAPE }, { "begin", VT_KEY_BEGIN },
	{ "f1", VT_KEY_F1 }, { "f3", VT_KEY_F3 }, { "f5", VT_KEY_F5 }, { "f12", VT_KEY_F12 },
	{ "f13", VT_KEY_F13 }, { "f20", VT_KEY_F20 },
	{ "kp5", VT_KEY_KP_5 }, { "kpenter", VT_KEY_KP_ENTER }, { "kpadd", VT_KEY_KP_ADD },
	{ "space", ' ' }, { "plus", '+' }, { "quote", '"' }, { "none", VT_KEY_NONE },
};

/* "ctrl+alt+up", "ctrl+a", "U+e9" */
static void ask_key(struct script *s, const char *args)
{
	const char *last = strrchr(args, '+');
	const char *name = last ? last + 1 : args;
	char out[64];
	uint32_t key = (uint8_t)name[0];

	if (!strncmp(args, "U+", 2)) {
		key = (uint32_t)strtoul(args + 2, NULL, 16);
		name = "";
		last = NULL;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i].name, name))
			key = keys[i].key;

	size_t n = vt_key_encode(s->vt, key, last ? mods_of(args) : 0, out, sizeof(out));

	quote(s->got, sizeof(s->got), out, n);
}

/* "press left 2,3 ctrl" */
static void ask_mouse_event(struct script *s, const char *args)
{
	static const char *const kinds[] = { "press", "release", "motion" };
	static const char *const buttons[] = { "left", "middle", "right", "none",
					       "wheelup", "wheeldown", "wheelleft", "wheelright" };
	char kind[16] = "", button[16] = "", out[64];
	int row = 0, col = 0, k = 0, b = 0;

	sscanf(args, "%15s %15s %d,%d", kind, button, &row, &col);
	for (int i = 0; i < 3; i++)
		k = strcmp(kinds[i], kind) ? k : i;
	for (int i = 0; i < 8; i++)
		b = strcmp(buttons[i], button) ? b : i;

	size_t n = vt_mouse_encode(s->vt, (enum vt_mouse_kind)k, (enum vt_button)b, row, col,
				   mods_of(args), out, sizeof(out));

	quote(s->got, sizeof(s->got), out, n);
}

static void ask_paste(struct script *s, const char *args)
{
	char in[TEXT_MAX], out[TEXT_MAX];
	int n = quoted(&args, in, TEXT_MAX - 16);
	size_t used = n < 0 ? 0 : vt_paste_encode(s->vt, in, (size_t)n, out, (size_t)n + 12);

	quote(s->got, sizeof(s->got), out, used);
}

static void ask_focus(struct script *s, const char *args)
{
	char out[8];

	quote(s->got, sizeof(s->got), out,
	      vt_focus_encode(s->vt, !strcmp(args, "in"), out, sizeof(out)));
}

static void ask_find(struct script *s, const char *args)
{
	char needle[TEXT_MAX], dir[16] = "";
	long long line = 0, top = (long long)vt_screen(s->vt);
	int col = 0;
	struct vt_match m;

	if (quoted(&args, needle, sizeof(needle)) < 0)
		return;
	sscanf(args, " %15s %lld,%d", dir, &line, &col);
	if (vt_search(s->vt, needle, (uint64_t)(top + line), col,
		      !strcmp(dir, "backward") ? VT_BACKWARD : VT_FORWARD, &m))
		answer(s, "%lld,%d-%lld,%d", (long long)m.line - top, m.col,
		       (long long)m.end_line - top, m.end_col);
	else
		answer(s, "none");
}

static const char *yes(bool on)
{
	return on ? "yes" : "no";
}

static void ask_flag(struct script *s, const char *what, const char *args)
{
	struct vt *vt = s->vt;

	if (!strcmp(what, "visible"))
		answer(s, "%s", yes(vt_cursor(vt).visible));
	else if (!strcmp(what, "wrapped"))
		answer(s, "%s", yes(vt_line_wrapped(vt, vt_screen(vt) + (uint64_t)(int64_t)atoi(args))));
	else if (!strcmp(what, "history"))
		answer(s, "%llu", (unsigned long long)(vt_screen(vt) - vt_first(vt)));
	else if (!strcmp(what, "first"))
		answer(s, "%llu", (unsigned long long)vt_first(vt));
	else if (!strcmp(what, "screen"))
		answer(s, "%llu", (unsigned long long)vt_screen(vt));
	else if (!strcmp(what, "generation"))
		answer(s, "%u", vt_generation(vt));
	else if (!strcmp(what, "dropped"))
		answer(s, "%llu", (unsigned long long)vt_replies_dropped(vt));
	else if (!strcmp(what, "kitty"))
		answer(s, "%d", vt_modes(vt).kitty);
	else if (!strcmp(what, "changed"))
		answer(s, "%s", yes(vt_changed(vt)));
	else if (!strcmp(what, "scrolled"))
		answer(s, "%llu", (unsigned long long)vt_scrolled(vt));
	else if (!strcmp(what, "held"))
		answer(s, "%s", yes(vt_frame_held(vt, s->now)));
	else if (!strcmp(what, "deadline"))
		answer(s, "%llu", (unsigned long long)vt_sync_deadline(vt));
	else
		answer(s, "(no such question)");
}

static const struct {
	const char *what;
	void (*fn)(struct script *s, const char *args);
} questions[] = {
	{ "cursor", ask_cursor },   { "shape", ask_shape },	  { "row", ask_text },
	{ "line", ask_text },	    { "cell", ask_cell },	  { "replies", ask_replies },
	{ "events", ask_events },   { "title", ask_title },	  { "modes", ask_modes },
	{ "mouse", ask_mouse },	    { "dirty", ask_dirty },	  { "key", ask_key },
	{ "paste", ask_paste },	    { "mouse-event", ask_mouse_event },
	{ "focus", ask_focus },	    { "find", ask_find },
};

/* "?what args = want": 0 when it is so. */
static int query(struct script *s, char *line, char *why, size_t cap)
{
	char *want = NULL, what[32] = "";
	bool in_quotes = false;

	for (char *p = line; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			in_quotes = !in_quotes;
		else if (!in_quotes && p[0] == ' ' && p[1] == '=' && (p[2] == ' ' || !p[2]) && !want) {
			*p = '\0';
			want = p + 2;
		}
	}
	if (!want) {
		snprintf(why, cap, "no '=' in %.200s", line);
		return -1;
	}
	want += *want == ' ';
	sscanf(line + 1, "%31s", what);

	const char *args = skip(line + 1 + strlen(what));
	bool known = false;

	s->got[0] = '\0';
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && !known; i++) {
		known = !strcmp(questions[i].what, what);
		if (known)
			questions[i].fn(s, args);
	}
	if (!known)
		ask_flag(s, what, args);

	/* The same bytes may be written in more than one way. */
	char bytes[TEXT_MAX], again[TEXT_MAX];
	const char *p = want;

	if (want[0] == '"' && s->got[0] == '"') {
		int n = quoted(&p, bytes, sizeof(bytes));

		if (n >= 0) {
			quote(again, sizeof(again), bytes, (size_t)n);
			snprintf(again + strlen(again), sizeof(again) - strlen(again), "%s", p);
			want = again;
		}
	}
	if (!strcmp(want, s->got))
		return 0;
	snprintf(why, cap, "%.80s is %.140s, not %.140s", line, s->got, want);
	return -1;
}

int script_run(const char *file, int line, const char *text, bool bytewise, char *why, size_t cap)
{
	struct script *s = calloc(1, sizeof(*s));
	char one[TEXT_MAX], reason[400];
	int rc = 0;

	s->bytewise = bytewise;
	if (renew(s, 80, 24, 64 * 1024) < 0)
		rc = -1;
	for (; *text && rc == 0; line++) {
		size_t n = strcspn(text, "\n");

		snprintf(one, sizeof(one), "%.*s", (int)n, text);
		text += n + (text[n] == '\n');
		if (!one[0] || one[0] == '#')
			continue;
		snprintf(reason, sizeof(reason), "cannot do %.200s", one);
		rc = one[0] == '?' ? query(s, one, reason, sizeof(reason)) : command(s, one);
		if (rc < 0)
			snprintf(why, cap, "%s:%d%s: %s", file, line, bytewise ? " (bytewise)" : "",
				 reason);
	}
	vt_free(s->vt);
	free(s);
	return rc;
}
