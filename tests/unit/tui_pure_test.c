/* The dashboard's parts that need no terminal. */
#include <limits.h>

#include "engine/vt/vt.h"
#include "tests/test.h"
#include "tui/action.h"
#include "tui/terminal/background.h"
#include "tui/terminal/decoder.h"
#include "tui/terminal/ascii.h"
#include "tui/terminal/surface.h"
#include "tui/view/edit.h"
#include "tui/view/filter.h"
#include "tui/view/picker.h"
#include "tui/view/tiles.h"

/* --- Keys --- */

static void key_names_go_both_ways(void)
{
	static const char *const names[] = { "n", "J", "Space", "Enter", "Esc", "C-]", "F12", "M-Up",
					     "PgUp", "C-Space", "C-M-x", "S-Tab", "/", "é", "F20" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char out[KEY_NAME_CAP];
		struct key k;

		CHECK(key_parse(names[i], strlen(names[i]), &k));
		CHECK_STR(key_name(k, out), names[i]);
	}
}

static void key_refuses_what_is_none(void)
{
	static const char *const names[] = { "", "nn", "C-", "F21", "F0", "Entre", "\033", "X-a" };
	struct key k;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK(!key_parse(names[i], strlen(names[i]), &k));
}

static void bindings_defaults_do_not_collide(void)
{
	struct bindings b;
	struct error err;
	AUTO_JSON cJSON *none = cJSON_CreateObject();

	bindings_init(&b);
	CHECK(bindings_read(&b, none, NULL, &err) == 0);
	CHECK_INT(bindings_find(&b, CONTEXT_LIST, (struct key){ 'n', 0 }), ACTION_LAUNCH);
	CHECK_INT(bindings_find(&b, CONTEXT_LIST, (struct key){ 'q', 0 }), ACTION_QUIT);
	CHECK_INT(bindings_find(&b, CONTEXT_PICKER, (struct key){ 'q', 0 }), ACTION_PICK_CANCEL);
	CHECK(bindings_is_leader(&b, (struct key){ ']', VT_CTRL }));
}

static int rebind(struct bindings *b, const char *text, struct error *err)
{
	AUTO_JSON cJSON *o = json_parse("test", text, strlen(text), false, err);

	bindings_init(b);
	return bindings_read(b, o, NULL, err);
}

static void collision_names_both(void)
{
	struct bindings b;
	struct error err;

	CHECK(rebind(&b, "{\"list.launch\": [\"z\"]}", &err) == -1);
	CHECK(strstr(err.msg, "list.launch") && strstr(err.msg, "list.zoom"));
	CHECK(rebind(&b, "{\"list.launch\": [\"?\"]}", &err) == -1);
	CHECK(strstr(err.msg, "anywhere.help"));
	CHECK(rebind(&b, "{\"list.launch\": [\"z\"], \"list.zoom\": []}", &err) == 0);
	CHECK_INT(bindings_find(&b, CONTEXT_LIST, (struct key){ 'z', 0 }), ACTION_LAUNCH);
	CHECK(rebind(&b, "{\"list.lunch\": [\"x\"]}", &err) == -1);
	CHECK(strstr(err.hint, "list.launch"));
}

/* --- What the terminal sends --- */

struct heard {
	struct key keys[64];
	int n;
	char paste[256];
	size_t paste_len;
	int pastes, mice, answers, fences;
	char osc[DECODER_ANSWER_CAP + 1];
	struct mouse mouse;
};

static void hear_key(void *owner, struct key k)
{
	struct heard *h = owner;

	if (h->n < 64)
		h->keys[h->n++] = k;
}

static void hear_mouse(void *owner, const struct mouse *m)
{
	struct heard *h = owner;

	h->mouse = *m;
	h->mice++;
}

static void hear_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	struct heard *h = owner;

	(void)dropped;
	h->pastes++;
	h->paste_len = n;
	snprintf(h->paste, sizeof(h->paste), "%.*s", (int)n, text);
}

static void hear_answer(void *owner, const char *osc, size_t n)
{
	struct heard *h = owner;

	h->answers++;
	h->fences += !osc;
	if (osc)
		snprintf(h->osc, sizeof(h->osc), "%.*s", (int)n, osc);
}

static const struct decoder_events events = { hear_key, hear_mouse, hear_paste, hear_answer };

static void feed(struct heard *h, const char *bytes, size_t n, size_t chunk, bool silence)
{
	struct decoder d;

	memset(h, 0, sizeof(*h));
	decoder_init(&d, &events, h);
	for (size_t i = 0; i < n; i += chunk)
		decoder_feed(&d, bytes + i, n - i < chunk ? n - i : chunk);
	if (silence && decoder_waits(&d))
		decoder_silence(&d);
	decoder_done(&d);
}

static void decoder_knows_keys(void)
{
	static const struct {
		const char *bytes;
		struct key key;
	} cases[] = {
		{ "a", { 'a', 0 } },
		{ "é", { 0xe9, 0 } },
		{ "\r", { VT_KEY_ENTER, 0 } },
		{ "\t", { VT_KEY_TAB, 0 } },
		{ "\177", { VT_KEY_BACKSPACE, 0 } },
		{ "\035", { ']', VT_CTRL } },
		{ "\021", { 'q', VT_CTRL } },
		{ "\033", { VT_KEY_ESCAPE, 0 } },
		{ "\033x", { 'x', VT_ALT } },
		{ "\033[", { '[', VT_ALT } },
		{ "\033[A", { VT_KEY_UP, 0 } },
		{ "\033OA", { VT_KEY_UP, 0 } },
		{ "\033[1;5C", { VT_KEY_RIGHT, VT_CTRL } },
		{ "\033[1;3B", { VT_KEY_DOWN, VT_ALT } },
		{ "\033[5~", { VT_KEY_PAGE_UP, 0 } },
		{ "\033[24~", { VT_KEY_F12, 0 } },
		{ "\033OP", { VT_KEY_F1, 0 } },
		{ "\033[[B", { VT_KEY_F2, 0 } },
		{ "\033[Z", { VT_KEY_TAB, VT_SHIFT } },
		{ "\033[27;5;9~", { VT_KEY_TAB, VT_CTRL } },
		{ "\033[97;5u", { 'a', VT_CTRL } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t chunk = 1; chunk < 8; chunk += 6) {
			struct heard h;

			feed(&h, cases[i].bytes, strlen(cases[i].bytes), chunk, true);
			CHECK_INT(h.n, 1);
			CHECK_INT(h.keys[0].code, cases[i].key.code);
			CHECK_INT(h.keys[0].mods, cases[i].key.mods);
		}
}

/* Device attributes, cursor and mode reports, colours, the clipboard, names of
 * terminals, focus, kitty flags: in one piece or byte by byte. */
static void decoder_drops_answers(void)
{
	static const char *const answers[] = {
		"\033[?62;22c", "\033[>0;10;1c", "\033[0n", "\033[12;40R", "\033[1;40R", "\033[?12;40R",
		"\033]11;rgb:0000/1111/2222\033\\", "\033]10;rgb:ffff/ffff/ffff\a",
		"\033]52;c;aGFsbG8=\a", "\033[?2026;1$y", "\033P>|xterm(388)\033\\",
		"\033P1$r0m\033\\", "\033P1+r544e=787465726d\033\\", "\033[I", "\033[O", "\033[?1u",
		"\033[8;40;120t", "\033[?997;1n", "\033_Gi=1;OK\033\\", "\033]l title\033\\",
		"\033[M !!", "\033[200$~", "\033[1;2;3;4;5;6;7;8;9;10;11;12m",
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		for (size_t chunk = 1; chunk < 100; chunk += 98) {
			struct heard h;

			feed(&h, answers[i], strlen(answers[i]), chunk, true);
			if (h.n || h.mice || h.pastes)
				CHECK_FAIL("answer %zu in pieces of %zu gives %d keys", i, chunk, h.n);
		}
}

/* The two that we ask for are told, whole, in whatever pieces they come; never as keys. */
static void decoder_tells_answers(void)
{
	static const char both[] = "a\033]11;rgb:ffff/eeee/dddd\033\\\033[?62;22cb";
	char longer[200] = "\033]11;";
	struct heard h;

	for (size_t chunk = 1; chunk < sizeof(both); chunk++) {
		feed(&h, both, sizeof(both) - 1, chunk, true);
		CHECK_INT(h.answers, 2);
		CHECK_INT(h.fences, 1);
		CHECK_STR(h.osc, "11;rgb:ffff/eeee/dddd");
		CHECK_INT(h.n, 2);
		CHECK(h.keys[0].code == 'a' && h.keys[1].code == 'b');
	}
	feed(&h, "\033[>0;10;1c\033[?1$c\033P1$r0m\033\\", 27, 5, true);
	CHECK_INT(h.answers, 0);
	memset(longer + 5, 'f', 150);
	strcpy(longer + 155, "\a");
	feed(&h, longer, strlen(longer), 7, true);
	CHECK_INT(h.answers, 0); /* no colour is that long */
	CHECK_INT(h.n, 0);
	feed(&h, "\033]11;rgb:ff\033[A", 14, 3, true);
	CHECK_INT(h.answers, 0); /* broken off */
	CHECK_INT(h.n, 1);
}

static enum background_said background_of(const char *osc)
{
	return background_read(osc, strlen(osc));
}

static void backgrounds(void)
{
	static const char *const light[] = {
		"11;rgb:ffff/ffff/ffff", "11;rgb:ff/ff/ff", "11;rgb:f/f/f", "11;#ffffff", "11;#fff",
		"11;#fdfdf6f6e3e3", "11;rgba:ffff/ffff/ffff/8000", "11;rgb:fdfd/f6f6/e3e3",
	};
	static const char *const dark[] = { "11;rgb:0000/0000/0000", "11;rgb:0000/2b2b/3636",
					    "11;#282c34", "11;rgb:2e2e/3434/4040" };
	static const char *const no[] = { "", "11;", "11;?", "11;rgb:", "11;rgb:/0/0", "11;rgb:0/0",
					  "11;rgb:fffff/0/0", "11;#ff", "11;#fffff", "11;#ggg", "11;white",
					  "10;rgb:ffff/ffff/ffff", "11;rgb:f/f/f!", "110;#fff" };
	struct background b = { .due = true, .until = UINT64_MAX };

	for (size_t i = 0; i < sizeof(light) / sizeof(light[0]); i++)
		if (background_of(light[i]) != BACKGROUND_LIGHT)
			CHECK_FAIL("%s is not light", light[i]);
	for (size_t i = 0; i < sizeof(dark) / sizeof(dark[0]); i++)
		if (background_of(dark[i]) != BACKGROUND_DARK)
			CHECK_FAIL("%s is not dark", dark[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (background_of(no[i]) != BACKGROUND_NOTHING)
			CHECK_FAIL("%s is a colour", no[i]);
	CHECK_INT(background_hear(&b, light[0], strlen(light[0])), BACKGROUND_LIGHT);
	b.until = 0; /* too late to change anything, and still not the last of it */
	CHECK_INT(background_hear(&b, light[0], strlen(light[0])), BACKGROUND_NOTHING);
	CHECK(b.due);
	background_hear(&b, NULL, 0);
	CHECK(!b.due);
	b.until = UINT64_MAX; /* nobody asked */
	CHECK_INT(background_hear(&b, light[0], strlen(light[0])), BACKGROUND_NOTHING);
}

/* Every byte that is not part of a sequence comes back as itself from the
 * emulator's encoder. */
static void decoder_and_encoder_agree(void)
{
	struct vt *vt = vt_new(80, 24, 0);

	for (int c = 0; c < 128; c++) {
		struct heard h;
		char byte = (char)c, out[64];

		feed(&h, &byte, 1, 1, true);
		CHECK_INT(h.n, 1);
		CHECK_INT(vt_key_encode(vt, h.keys[0].code, h.keys[0].mods, out, sizeof(out)), 1);
		CHECK_INT((unsigned char)out[0], c);
	}
	vt_free(vt);
}

static void decoder_takes_pastes(void)
{
	static const char inner[] = "\033[200~one\033[201~two\n\033[201~";
	struct heard h;

	feed(&h, "\033[200~rm -rf\n\033[201~x", 20, 1, false);
	CHECK_INT(h.pastes, 1);
	CHECK_STR(h.paste, "rm -rf\n");
	CHECK_INT(h.n, 1);

	feed(&h, inner, sizeof(inner) - 1, 100, false);
	CHECK_INT(h.pastes, 1);
	CHECK_INT(h.n, 0);
	CHECK_STR(h.paste, "onetwo\n");
}

static void decoder_takes_the_mouse(void)
{
	struct heard h;

	feed(&h, "\033[<0;10;5M", 10, 1, false);
	CHECK_INT(h.mice, 1);
	CHECK_INT(h.mouse.button, VT_BUTTON_LEFT);
	CHECK_INT(h.mouse.col, 9);
	CHECK_INT(h.mouse.row, 4);
	CHECK(h.mouse.press && !h.mouse.motion);
	feed(&h, "\033[<65;1;1M", 10, 10, false);
	CHECK_INT(h.mouse.button, VT_WHEEL_DOWN);
}

/* --- The picker --- */

static struct picker filled(const char *const *names)
{
	struct picker p = { 0 };
	struct picker_item items[PICKER_MAX] = { 0 };
	size_t n = 0;

	for (; names[n]; n++) {
		items[n].tag = picker_tag(names[n]);
		snprintf(items[n].label, sizeof(items[n].label), "%s", names[n]);
	}
	picker_fill(&p, items, n);
	return p;
}

static const char *chosen(const struct picker *p)
{
	static char out[256];

	out[0] = '\0';
	for (size_t i = 0; i < p->n_chosen; i++) {
		const struct picker_item *item = picker_find(p, p->chosen[i]);

		strcat(out, i ? " " : "");
		strcat(out, item ? item->label : "?");
	}
	return out;
}

static const char *const abc[] = { "alpha", "beta", "gamma", NULL };

static void picker_orders(void)
{
	struct picker p = filled(abc);

	picker_toggle(&p);
	picker_move(&p, 1);
	picker_toggle(&p);
	picker_more(&p);
	picker_move(&p, 1);
	picker_toggle(&p);
	CHECK_STR(chosen(&p), "alpha beta beta gamma");
	picker_carry(&p, -1); /* from the left: the one under the cursor */
	CHECK_STR(chosen(&p), "alpha beta gamma beta");
	picker_side(&p);
	picker_move(&p, INT_MIN);
	picker_carry(&p, 1);
	CHECK_STR(chosen(&p), "beta alpha gamma beta");
	picker_toggle(&p); /* on the right: drops this one */
	CHECK_STR(chosen(&p), "beta gamma beta");
	picker_side(&p);
	picker_move(&p, -1);
	picker_toggle(&p); /* on the left: drops all of it */
	CHECK_STR(chosen(&p), "gamma");
}

static void picker_survives_a_refill(void)
{
	static const char *const later[] = { "zeta", "gamma", "alpha", NULL };
	struct picker p = filled(abc), q = filled(later);
	struct picker_item items[PICKER_MAX];

	picker_choose(&p, picker_tag("gamma"));
	picker_choose(&p, picker_tag("beta"));
	picker_choose(&p, picker_tag("alpha"));
	picker_move(&p, INT_MAX);
	memcpy(items, q.items, sizeof(items));
	picker_fill(&p, items, q.n);
	CHECK_STR(chosen(&p), "gamma alpha");
	CHECK_INT(picker_row(&p), 1); /* still on gamma */
	items[1].blocked = true;
	picker_fill(&p, items, q.n);
	CHECK_STR(chosen(&p), "alpha");
	CHECK(!picker_choose(&p, picker_tag("gamma")));
}

static void picker_filters(void)
{
	struct picker p = filled(abc);

	picker_filter(&p, "AMM");
	CHECK_INT(picker_count(&p), 0);
	picker_filter(&p, "amm");
	CHECK_INT(picker_count(&p), 1);
	picker_toggle(&p);
	CHECK_STR(chosen(&p), "gamma");
}

static void filter_parts(void)
{
	CHECK(filter_match("", "claude-1", "ready"));
	CHECK(filter_match("state:as", "claude-1", "asks"));
	CHECK(!filter_match("!state:asks", "claude-1", "asks"));
	CHECK(filter_match("cl 1", "claude-1", "asks"));
	CHECK(!filter_match("cl !1", "claude-1", "asks"));
	CHECK(!filter_match("Cl", "claude-1", NULL));
}

/* --- Tiles --- */

static bool apart(const struct rect *a, const struct rect *b)
{
	return a->row + a->rows <= b->row || b->row + b->rows <= a->row ||
	       a->col + a->cols <= b->col || b->col + b->cols <= a->col;
}

/* Whatever the size: inside, apart, and nothing left over. */
static void tiles_cover(void)
{
	for (int rows = 1; rows < 90; rows += 7)
		for (int cols = 1; cols < 300; cols += 13)
			for (int n = 1; n <= 8; n++)
				for (int shape = 0; shape < 3; shape++) {
					struct rect area = { 1, 22, rows, cols }, t[TILES_MAX];
					int got = tiles_place((enum tiles_shape)shape, n, area, NULL, t);
					int cells = 0;

					CHECK(got >= 1 && got <= TILES_MAX && got <= n);
					for (int i = 0; i < got; i++) {
						CHECK(t[i].row >= 1 && t[i].col >= 22);
						CHECK(t[i].row + t[i].rows <= 1 + rows);
						CHECK(t[i].col + t[i].cols <= 22 + cols);
						cells += t[i].rows * t[i].cols;
						for (int k = 0; k < i; k++)
							CHECK(apart(&t[i], &t[k]));
					}
					CHECK_INT(cells, rows * cols);
				}
}

static struct layout cut(int rows, int cols, enum layout_mode mode, bool pane)
{
	struct layout_wish wish = { .mode = mode, .sessions = 4, .pane = pane };

	return layout_cut(rows, cols, &wish);
}

/* A border that is moved moves by as much, the rest keeps its place, and nothing
 * gets too small; whatever the weights say. */
static void tiles_are_dragged(void)
{
	struct rect area = { 1, 22, 38, 98 }, before[TILES_MAX], t[TILES_MAX];
	struct tiles_weights w = { 0 };
	bool rows;

	CHECK_INT(tiles_place(TILES_EVEN, 4, area, &w, before), 4);
	CHECK(tiles_grow(TILES_EVEN, 4, area, &w, 0, false, 7));
	tiles_place(TILES_EVEN, 4, area, &w, t);
	CHECK_INT(t[0].cols, before[0].cols + 7);
	CHECK_INT(t[1].cols, before[1].cols - 7);
	CHECK_INT(t[2].cols, t[0].cols); /* rows of as many stay aligned */
	CHECK(tiles_grow(TILES_EVEN, 4, area, &w, 3, true, 4)); /* the last: its upper border */
	tiles_place(TILES_EVEN, 4, area, &w, t);
	CHECK_INT(t[3].rows, before[3].rows + 4);
	CHECK_INT(t[0].rows, before[0].rows - 4);
	CHECK(tiles_grow(TILES_EVEN, 4, area, &w, 1, false, 500));
	tiles_place(TILES_EVEN, 4, area, &w, t);
	CHECK_INT(t[0].cols, TILE_COLS_MIN);
	CHECK(!tiles_grow(TILES_ROWS, 1, area, &w, 0, true, 1));
	CHECK_INT(tiles_border(TILES_EVEN, 4, area, &w, 5, t[0].col + t[0].cols - 1, &rows), 0);
	CHECK(!rows);
	CHECK_INT(tiles_border(TILES_EVEN, 4, area, &w, t[0].row + t[0].rows - 1, t[1].col + 3, &rows), 1);
	CHECK(rows);
	CHECK_INT(tiles_border(TILES_EVEN, 4, area, &w, t[2].row, t[2].col + 3, &rows), -1);
	for (int i = 0; i < TILES_MAX; i++) /* nonsense from a file */
		for (int k = 0; k < TILES_MAX; k++)
			w.cols[i][k] = (uint16_t)(k ? 1 : 1000);
	for (int n = 1; n <= 6; n++) {
		int got = tiles_place(TILES_COLUMNS, n, area, &w, t), cells = 0;

		for (int i = 0; i < got; i++) {
			CHECK(t[i].cols >= 16);
			cells += t[i].cols;
		}
		CHECK_INT(cells, area.cols);
	}
}

static void layout_by_width(void)
{
	CHECK_INT(cut(40, 120, LAYOUT_NORMAL, false).kind, LAYOUT_WIDE);
	CHECK_INT(cut(24, 79, LAYOUT_NORMAL, false).kind, LAYOUT_STACKED);
	CHECK_INT(cut(24, 49, LAYOUT_NORMAL, false).kind, LAYOUT_SINGLE);
	CHECK_INT(cut(24, 29, LAYOUT_NORMAL, false).kind, LAYOUT_TINY);
	CHECK_INT(cut(7, 200, LAYOUT_NORMAL, false).kind, LAYOUT_TINY);
	CHECK_INT(cut(24, 49, LAYOUT_NORMAL, true).list.rows, 0);
	CHECK_INT(cut(40, 120, LAYOUT_ZOOM, false).panes.cols, 120);
	CHECK_INT(cut(40, 120, LAYOUT_LIST, false).list.cols, 120);
	CHECK_INT(cut(40, 120, LAYOUT_LIST, true).panes.cols, 120);
}

/* --- The surface --- */

static const struct theme_style plain[ROLE_COUNT];

static void surface_keeps_wide_glyphs_whole(void)
{
	struct surface s = { .styles = plain };
	struct error err;
	struct paint p;

	CHECK(surface_resize(&s, 1, 6, &err) == 0);
	paint_clear(paint_all(&s));
	paint_text(paint_all(&s), 0, 0, ROLE_TEXT, "漢字x");
	p = paint_part(paint_all(&s), 0, 1, 1, 2);
	paint_text(p, 0, 0, ROLE_TEXT, "ab");
	char *text = surface_text(&s);
	CHECK_STR(text, " ab x\n");
	free(text);
	p = paint_part(paint_all(&s), 0, 5, 1, 1);
	paint_text(p, 0, 0, ROLE_TEXT, "漢"); /* does not fit */
	text = surface_text(&s);
	CHECK_STR(text, " ab x\n");
	free(text);
	surface_done(&s);
}

static void surface_replaces_what_may_not_be_shown(void)
{
	struct surface s = { .styles = plain };
	struct error err;

	CHECK(surface_resize(&s, 1, 20, &err) == 0);
	paint_clear(paint_all(&s));
	paint_text(paint_all(&s), 0, 0, ROLE_TEXT, "a\033[31mb\xe2\x80\xae" "c\n\xff");
	char *text = surface_text(&s);
	CHECK(!strpbrk(text, "\033"));
	CHECK(!strstr(text, "\xe2\x80\xae"));
	free(text);
	surface_done(&s);
}

static void surface_tells_what_it_cuts(void)
{
	struct surface s = { .styles = plain };
	struct error err;

	CHECK(surface_resize(&s, 5, 8, &err) == 0);
	paint_clear(paint_all(&s));
	CHECK_INT(paint_brief(paint_all(&s), 0, 2, ROLE_TEXT, "fits it"), 6);
	CHECK_INT(paint_brief(paint_all(&s), 1, 2, ROLE_TEXT, "fits"), 4);
	CHECK_INT(paint_brief(paint_all(&s), 2, 4, ROLE_TEXT, "漢字かな"), 4);
	CHECK_INT(paint_brief(paint_all(&s), 3, 8, ROLE_TEXT, "gone"), 0);
	s.ascii = true;
	CHECK_INT(paint_brief(paint_all(&s), 4, 4, ROLE_TEXT, "fits it"), 4);
	char *text = surface_text(&s);
	CHECK_STR(text, "  fits …\n  fits\n    漢 …\n\n    fit~\n");
	free(text);
	surface_done(&s);
}

/* A theme says what all text stands on; in a box that is the box's ground. */
static void surface_keeps_a_boxs_ground(void)
{
	struct theme_style styles[ROLE_COUNT];
	struct surface s = { .styles = styles };
	struct error err;

	for (int i = 0; i < ROLE_COUNT; i++)
		styles[i] = (struct theme_style){ .fg = VT_COLOR_RGB | 0xeeeeee, .bg = VT_COLOR_RGB | 0x101010 };
	styles[ROLE_DIM].fg = VT_COLOR_RGB | 0xaaaaaa;
	styles[ROLE_MODAL] = (struct theme_style){ .fg = VT_COLOR_RGB | 0xffffff, .bg = VT_COLOR_RGB | 0x303030 };
	styles[ROLE_SELECT].bg = VT_COLOR_RGB | 0x0000ff;
	CHECK(surface_resize(&s, 1, 4, &err) == 0);
	struct paint p = paint_on(paint_all(&s), ROLE_MODAL);
	CHECK_INT(paint_style(p, ROLE_DIM).bg, VT_COLOR_RGB | 0x303030);
	CHECK_INT(paint_style(p, ROLE_DIM).fg, VT_COLOR_RGB | 0xaaaaaa);
	CHECK_INT(paint_style(p, ROLE_TEXT).fg, VT_COLOR_RGB | 0xffffff);
	CHECK_INT(paint_style(p, ROLE_SELECT).bg, VT_COLOR_RGB | 0x0000ff);
	CHECK_INT(paint_style(paint_all(&s), ROLE_DIM).bg, VT_COLOR_RGB | 0x101010);
	surface_done(&s);
}

/* Where there is only ASCII, frames and lists of agents are still seen as such. */
static void signs_have_a_likeness(void)
{
	static const char *const pairs[][2] = {
		{ "╭─┬═╮│║╰┼╯", "+-+-+||+++" }, { "❯›→", ">>>" },	{ "●◉○•", "**o*" },
		{ "█▌░", "##." },		{ "✓✗…—“”’", "vx.-\"\"'" }, { "⠋✻", "**" },
		{ "aZ~ ", "aZ~ " },		{ "é漢\x7f", "???" },
	};
	struct error err;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct surface s = { .styles = plain, .ascii = true };
		char want[16], *text;

		CHECK(surface_resize(&s, 1, 12, &err) == 0);
		paint_clear(paint_all(&s));
		paint_text(paint_all(&s), 0, 0, ROLE_TEXT, pairs[i][0]);
		text = surface_text(&s);
		snprintf(want, sizeof(want), "%s", pairs[i][1]);
		for (size_t n = strlen(want); n && want[n - 1] == ' ';)
			want[--n] = '\0';
		snprintf(want + strlen(want), sizeof(want) - strlen(want), "\n");
		CHECK_STR(text, want);
		free(text);
		surface_done(&s);
	}
	for (uint32_t cp = 0; cp < 0x11000; cp++)
		CHECK(ascii_like(cp) >= ' ' && ascii_like(cp) <= '~');
}

static void edit_cleans_pastes(void)
{
	struct edit e = { 0 };

	edit_paste(&e, "one\033[2J two\nthree", 18);
	CHECK(!strchr(e.text, '\033'));
	CHECK(!strstr(e.text, "three"));
	edit_key(&e, (struct key){ 'w', VT_CTRL });
	edit_key(&e, (struct key){ 'u', VT_CTRL });
	CHECK_INT(e.len, 0);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "key_names_go_both_ways", key_names_go_both_ways },
		{ "key_refuses_what_is_none", key_refuses_what_is_none },
		{ "bindings_defaults_do_not_collide", bindings_defaults_do_not_collide },
		{ "collision_names_both", collision_names_both },
		{ "decoder_knows_keys", decoder_knows_keys },
		{ "decoder_drops_answers", decoder_drops_answers },
		{ "decoder_tells_answers", decoder_tells_answers },
		{ "backgrounds", backgrounds },
		{ "decoder_and_encoder_agree", decoder_and_encoder_agree },
		{ "decoder_takes_pastes", decoder_takes_pastes },
		{ "decoder_takes_the_mouse", decoder_takes_the_mouse },
		{ "picker_orders", picker_orders },
		{ "picker_survives_a_refill", picker_survives_a_refill },
		{ "picker_filters", picker_filters },
		{ "filter_parts", filter_parts },
		{ "tiles_cover", tiles_cover },
		{ "tiles_are_dragged", tiles_are_dragged },
		{ "layout_by_width", layout_by_width },
		{ "surface_keeps_wide_glyphs_whole", surface_keeps_wide_glyphs_whole },
		{ "signs_have_a_likeness", signs_have_a_likeness },
		{ "surface_tells_what_it_cuts", surface_tells_what_it_cuts },
		{ "surface_keeps_a_boxs_ground", surface_keeps_a_boxs_ground },
		{ "surface_replaces_what_may_not_be_shown", surface_replaces_what_may_not_be_shown },
		{ "edit_cleans_pastes", edit_cleans_pastes },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
