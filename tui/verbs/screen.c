/*
 * `screen`: what a console shows now, as text, or with everything that a cell
 * has as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/bytes.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { SCROLLBACK, JSON };
enum { PART = 200, SCROLLBACK_MAX = 1000000 };

struct shot {
	struct peer peer;
	bool json, framed, failed, finished;
	long long above;
	uint64_t next, end;
	uint32_t request;
	cJSON *lines;
	size_t blank; /* empty lines not yet printed: those at the end are left out */
};

static size_t glyph_text(const struct vt_glyph *g, char *out)
{
	size_t n = 0;

	if (g->n == 0)
		out[n++] = ' ';
	for (int i = 0; i < g->n && i < VT_GLYPH_MAX; i++)
		n += utf8_encode(g->cp[i], out + n);
	return n;
}

/* The row without the blanks at its end. */
static char *row_text(const struct vt_glyph *row, int cols)
{
	char *out = malloc((size_t)cols * VT_GLYPH_MAX * 4 + 1);
	size_t n = 0;

	if (!out)
		return NULL;
	for (int i = 0; i < cols; i++) {
		if (row[i].width || row[i].n)
			n += glyph_text(&row[i], out + n);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

static void print_row(struct shot *s, const struct vt_glyph *row, int cols)
{
	AUTO_FREE char *text = row_text(row, cols);

	if (!text)
		return;
	if (!text[0]) {
		s->blank++;
		return;
	}
	for (; s->blank; s->blank--)
		say("\n");
	say("%s\n", text);
}

static void add_color(cJSON *run, const char *name, uint32_t color)
{
	char text[16];

	if ((color & VT_COLOR_KIND) == VT_COLOR_INDEX) {
		cJSON_AddNumberToObject(run, name, color & 0xff);
	} else if ((color & VT_COLOR_KIND) == VT_COLOR_RGB) {
		snprintf(text, sizeof(text), "#%06x", color & 0xffffff);
		cJSON_AddStringToObject(run, name, text);
	}
}

static void add_attrs(cJSON *run, uint16_t attr)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} names[] = {
		{VT_BOLD, "bold"},	     {VT_DIM, "dim"},	    {VT_ITALIC, "italic"},
		{VT_UNDERLINE, "underline"}, {VT_BLINK, "blink"},   {VT_REVERSE, "reverse"},
		{VT_HIDDEN, "hidden"},	     {VT_STRIKE, "strike"},
	};
	cJSON *list = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(attr & names[i].bit))
			continue;
		if (!list)
			list = cJSON_AddArrayToObject(run, "attrs");
		cJSON_AddItemToArray(list, cJSON_CreateString(names[i].name));
	}
}

static bool same_look(const struct vt_glyph *a, const struct vt_glyph *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

/* Runs of columns that do not look plain. */
static cJSON *row_runs(const struct vt_glyph *row, int cols)
{
	cJSON *runs = cJSON_CreateArray();

	for (int from = 0, to; from < cols; from = to) {
		const struct vt_glyph *g = &row[from];
		cJSON *run;

		for (to = from + 1; to < cols && same_look(g, &row[to]);)
			to++;
		if (g->fg == VT_COLOR_DEFAULT && g->bg == VT_COLOR_DEFAULT && !g->attr)
			continue;
		run = cJSON_CreateObject();
		cJSON_AddNumberToObject(run, "col", from);
		cJSON_AddNumberToObject(run, "cols", to - from);
		add_color(run, "fg", g->fg);
		add_color(run, "bg", g->bg);
		add_attrs(run, g->attr);
		cJSON_AddItemToArray(runs, run);
	}
	return runs;
}

static void add_row(struct shot *s, uint64_t line, const struct vt_glyph *row, int cols)
{
	AUTO_FREE char *text = row_text(row, cols);
	cJSON *j = cJSON_CreateObject();

	cJSON_AddNumberToObject(j, "line", (double)line);
	cJSON_AddStringToObject(j, "text", text ? text : "");
	cJSON_AddItemToObject(j, "runs", row_runs(row, cols));
	cJSON_AddItemToArray(s->lines, j);
}

static void ask(struct shot *s)
{
	uint64_t left = s->end - s->next;

	if (s->next >= s->end)
		s->finished = true;
	else
		s->request = client_lines(&s->peer.client, s->next, left > PART ? PART : (int)left);
}

/* The first frame says what there is; later ones do not move it. */
static void on_frame(struct client *c)
{
	struct shot *s = peer_of(c)->owner;
	const struct screen *v = &c->screen;
	uint64_t have = v->top - v->first;

	if (s->framed)
		return;
	s->framed = true;
	s->next = v->top - ((uint64_t)s->above < have ? (uint64_t)s->above : have);
	s->end = v->end > v->top ? v->end : v->top + (uint64_t)v->rows;
	ask(s);
}

static void on_lines(struct client *c, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct shot *s = peer_of(c)->owner;

	if (request != s->request || s->finished)
		return;
	for (int i = 0; i < rows; i++) {
		const struct vt_glyph *row = cells + (size_t)i * (size_t)cols;

		if (s->json)
			add_row(s, line + (uint64_t)i, row, cols);
		else
			print_row(s, row, cols);
	}
	s->next = line + (uint64_t)rows;
	if (rows <= 0)
		s->finished = true;
	else
		ask(s);
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct shot *s = peer_of(c)->owner;

	if (request != s->request)
		return;
	s->peer.gone_error = *err;
	error_hint(&s->peer.gone_error, "vmdeck logs %s", c->record.id);
	s->failed = s->finished = true;
}

static bool finished(void *arg)
{
	const struct shot *s = arg;

	return s->finished || s->peer.gone;
}

static void print_json(struct shot *s)
{
	const struct client *c = &s->peer.client;
	cJSON *j = cJSON_CreateObject(), *cursor;

	cJSON_AddNumberToObject(j, "schema", 1);
	cJSON_AddStringToObject(j, "id", c->record.id);
	cJSON_AddStringToObject(j, "state", session_state_names[c->record.state]);
	cJSON_AddNumberToObject(j, "cols", c->screen.cols);
	cJSON_AddNumberToObject(j, "rows", c->screen.rows);
	cJSON_AddNumberToObject(j, "top", (double)c->screen.top);
	cursor = cJSON_AddObjectToObject(j, "cursor");
	cJSON_AddNumberToObject(cursor, "row", c->screen.cursor_row);
	cJSON_AddNumberToObject(cursor, "col", c->screen.cursor_col);
	cJSON_AddBoolToObject(cursor, "visible", c->screen.cursor_visible);
	cJSON_AddBoolToObject(j, "alt_screen", c->screen.alt_screen);
	cJSON_AddStringToObject(j, "title", c->screen.title);
	cJSON_AddItemToObject(j, "lines", s->lines);
	s->lines = NULL;
	say_json(j);
}

static int shoot(struct shot *s, struct remote *r, const struct call *c)
{
	static const struct client_events events = {
		.frame = on_frame,
		.lines = on_lines,
		.failed = on_failed,
	};
	struct error err = {0};
	enum remote_end end;
	int code = peer_meet(&s->peer, r, c->paths, c->args[0], &events, s, false);

	if (code)
		return code;
	/* Fails when it has ended and left no screen: there will be no frame. */
	if (peer_over(&s->peer))
		s->request = client_text(&s->peer.client, 0);
	client_watch(&s->peer.client, true);
	end = remote_until(r, finished, s, 10000, &err);
	if (end != REMOTE_DONE)
		return remote_tell(end, "the screen", &err);
	if (s->peer.gone || s->failed)
		return talk_error(&s->peer.gone_error);
	if (s->json)
		print_json(s);
	return EXIT_DONE;
}

static int run(struct call *c)
{
	struct shot s = {.json = call_has(c, JSON)};
	struct remote remote;
	struct error err;
	int code;

	s.above = call_number(c, SCROLLBACK, 0, SCROLLBACK_MAX, 0);
	if (s.above < 0)
		return EXIT_USAGE;
	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	s.lines = cJSON_CreateArray();
	code = shoot(&s, &remote, c);
	peer_close(&s.peer);
	remote_done(&remote);
	cJSON_Delete(s.lines);
	return code;
}

const struct verb verb_screen = {
	.name = "screen",
	.group = VERB_CONSOLE,
	.args = "S",
	.help = "print what a console shows now",
	.more = "Of a session that has ended, what it showed last.",
	.min = 1,
	.max = 1,
	.options = {
		[SCROLLBACK] = {"scrollback", 'n', "N", "and N lines above the screen"},
		[JSON] = {"json", 0, NULL, "one object with size, cursor, lines and their colours"},
	},
	.run = run,
};
