/*
 * What the keys and the mouse do, on the real desk without a terminal
 * (desk_fixture.h); and the pure parts that it stands on.
 */
#include "engine/session/network_status.h"
#include "tests/unit/desk_fixture.h"
#include "tui/view/fuzzy.h"
#include "tui/view/prompt_line.h"

static const char agents_json[] =
	"{ \"agents\": { \"shell\": { \"backend\": \"demo\", \"script\": \"shell\" },\n"
	"  \"web\": { \"backend\": \"demo\", \"script\": \"noisy\", \"label\": \"site\" } } }\n";

static struct fixture f;

static struct deck_session *add(const char *id, enum session_state state, const char *console)
{
	struct session_record r = fixture_record(id, "shell", state);

	r.policy[0] = '\0';
	return fixture_session(&f, &r, console);
}

static bool begin(const char *config)
{
	return fixture_begin(&f, 40, 120, config, agents_json);
}

/* claude-1 works, codex-1 asks, shell-1 stands at a prompt, shell-2 too */
static bool begin_four(void)
{
	if (!begin(NULL))
		return false;
	add("claude-1", SESSION_WORKING, "thinking");
	add("codex-1", SESSION_ASKS, "ok? ");
	add("shell-1", SESSION_READY, "agent@demo:~$ ");
	add("shell-2", SESSION_READY, "agent@demo:~$ ");
	desk_select(&f.desk, "claude-1");
	desk_compose(&f.desk);
	return f.desk.deck.n == 4;
}

static bool on(const char *id)
{
	return strcmp(f.desk.selected, id) == 0;
}

static void order_is(const char *want)
{
	char is[256] = "";

	for (size_t i = 0; i < f.desk.deck.n; i++)
		snprintf(is + strlen(is), sizeof(is) - strlen(is), "%s%s", i ? " " : "",
			 f.desk.deck.sessions[i]->id);
	CHECK_STR(is, want);
}

static void marks_are(const char *want)
{
	char is[256] = "";

	for (size_t i = 0; i < f.desk.deck.n; i++)
		if (f.desk.deck.sessions[i]->marked)
			snprintf(is + strlen(is), sizeof(is) - strlen(is), "%s%s", is[0] ? " " : "",
				 f.desk.deck.sessions[i]->id);
	CHECK_STR(is, want);
}

/* --- Pure --- */

static void fuzzy_prefers(void)
{
	CHECK(!fuzzy_score("xyz", "shell-1"));
	CHECK(!fuzzy_score("lles", "shell-1"));
	CHECK(fuzzy_score("", "anything") == 1);
	CHECK(fuzzy_score("s1", "shell-1") > fuzzy_score("s1", "claude-s-11-x"));
	CHECK(fuzzy_score("zoom", "zoom") > fuzzy_score("zoom", "z-o-o-m"));
	CHECK(fuzzy_score("ln", "launch") && fuzzy_score("LN", "launch"));
	CHECK(fuzzy_score("pd", "page-down") > fuzzy_score("pd", "upside"));
	CHECK(fuzzy_score("c o", "columns"));
}

static bool waits_at(const char *console)
{
	struct vt *vt = vt_new(60, 6, 0);
	struct screen s = { .cols = 60, .rows = 6, .cells = calloc(360, sizeof(struct vt_glyph)) };
	struct vt_cursor c;
	bool is;

	vt_write(vt, console, strlen(console), 0);
	for (int r = 0; r < 6; r++)
		vt_line(vt, vt_screen(vt) + (uint64_t)r, s.cells + r * 60, 60);
	c = vt_cursor(vt);
	s.cursor_row = c.row;
	s.cursor_col = c.col;
	s.cursor_visible = c.visible;
	is = prompt_waits(&s);
	free(s.cells);
	vt_free(vt);
	return is;
}

static void prompts_by_their_picture(void)
{
	CHECK(waits_at("$ "));
	CHECK(waits_at("agent@demo:~/work$ ls -l"));
	CHECK(waits_at("[root@host etc]# "));
	CHECK(waits_at("(env) user@h:~ % "));
	CHECK(waits_at("\342\225\255\342\224\200\342\225\256\r\n\342\224\202 > "));
	CHECK(waits_at("\342\235\257 "));
	CHECK(!waits_at("Compiling 12 of 30"));
	CHECK(!waits_at("it costs 5 $ and more"));
	CHECK(!waits_at("$ make\r\ncc -o x"));
	CHECK(!waits_at("$ ls\033[?25l"));
	CHECK(!waits_at("done\r\n"));
}

static void one_notice_per_change(void)
{
	struct notify_told t = { 0 };
	struct notify n = { 0 };

	CHECK(notify_change(&t, SESSION_WORKING, SESSION_ASKS, 10000));
	CHECK(!notify_change(&t, SESSION_WORKING, SESSION_ASKS, 12000)); /* it flickers */
	CHECK(!notify_change(&t, SESSION_WORKING, SESSION_ASKS, 15000));
	CHECK(notify_change(&t, SESSION_WORKING, SESSION_ASKS, 30000));
	CHECK(!notify_change(&t, SESSION_ASKS, SESSION_WORKING, 31000));
	CHECK(notify_change(&t, SESSION_WORKING, SESSION_IDLE, 32000));
	CHECK(!notify_change(&t, SESSION_STOPPING, SESSION_ENDED, 40000)); /* was asked for */
	CHECK(notify_change(&t, SESSION_READY, SESSION_ENDED, 50000));
	CHECK(notify_bell(&n, 5000));
	for (uint64_t at = 5000; at < 6000; at += 10)
		CHECK(!notify_bell(&n, at));
	CHECK(notify_bell(&n, 6000));
}

static void arrangements_by_set(void)
{
	struct arrangements a = { 0 }, b = { 0 };
	struct arrangement w = { .shape = TILES_ROWS, .mode = LAYOUT_PANES, .list_cols = 31 };
	uint64_t one = arrangement_add(arrangement_add(0, "x"), "y");
	cJSON *j;

	CHECK(one == arrangement_add(arrangement_add(0, "y"), "x"));
	CHECK(one != arrangement_add(0, "x") && one != arrangement_add(arrangement_add(one, "x"), "x"));
	w.weights.cols[1][0] = 33;
	arrangements_put(&a, one, &w);
	for (uint64_t i = 1; i < ARRANGEMENTS + 9; i++) {
		arrangements_put(&a, i, &(struct arrangement){ .list_cols = (int)i });
		CHECK(arrangements_find(&a, one)); /* used, so kept: */
		arrangements_put(&a, one, &w);
	}
	CHECK_INT(a.n, ARRANGEMENTS);
	CHECK(!arrangements_find(&a, 1));
	j = arrangements_json(&a);
	arrangements_read(&b, j);
	cJSON_Delete(j);
	CHECK_INT(b.n, a.n);
	CHECK(memcmp(arrangements_find(&b, one), &w, sizeof(w)) == 0);
}

/* --- The list --- */

static void moving_and_marks(void)
{
	CHECK(begin_four());
	press(&f, "j");
	CHECK(on("codex-1"));
	press(&f, "G");
	CHECK(on("shell-2"));
	press(&f, "PgUp");
	CHECK(on("claude-1"));
	press(&f, "Space j Space");
	marks_are("claude-1 shell-1");
	press(&f, "*");
	marks_are("codex-1 shell-2");
	press(&f, "U g Space G v");
	marks_are("claude-1 codex-1 shell-1 shell-2");
	press(&f, "Esc");
	marks_are("");
	fixture_end(&f);
}

static void order_is_saved(void)
{
	struct order again;

	CHECK(begin_four());
	press(&f, "J J");
	order_is("codex-1 shell-1 claude-1 shell-2");
	press(&f, "M-Up");
	order_is("codex-1 claude-1 shell-1 shell-2");
	press(&f, "g Space G Space K"); /* both, as a block */
	order_is("codex-1 claude-1 shell-2 shell-1");
	order_load(&again, &f.paths);
	CHECK_STR(again.ids[0], "codex-1");
	CHECK_STR(again.ids[3], "shell-1");
	press(&f, "U o o");
	order_is("claude-1 codex-1 shell-1 shell-2");
	press(&f, "J");
	CHECK_SHOWS(&f, "the list is sorted");
	fixture_end(&f);
}

static void groups_by_label(void)
{
	struct session_record r;

	CHECK(begin(NULL));
	r = fixture_record("a-1", "shell", SESSION_READY);
	fixture_session(&f, &r, "$ ");
	r = fixture_record("b-1", "web", SESSION_READY);
	snprintf(r.label, sizeof(r.label), "site");
	fixture_session(&f, &r, "$ ");
	r = fixture_record("c-1", "shell", SESSION_READY);
	fixture_session(&f, &r, "$ ");
	press(&f, "O");
	order_is("b-1 a-1 c-1");
	CHECK_SHOWS(&f, "│ site (1)");
	CHECK_SHOWS(&f, "│ no label (2)");
	press(&f, "/");
	type_text(&f, "label:site");
	press(&f, "Enter");
	CHECK(on("b-1"));
	CHECK_NOT_SHOWS(&f, "a-1");
	press(&f, "Esc");
	CHECK_SHOWS(&f, "a-1");
	press(&f, "G J"); /* within its group only */
	order_is("b-1 a-1 c-1");
	press(&f, "K K");
	order_is("b-1 c-1 a-1");
	fixture_end(&f);
}

static void filters(void)
{
	CHECK(begin_four());
	press(&f, "/");
	type_text(&f, "state:asks");
	CHECK_SHOWS(&f, "│ 1 ◐ codex-1");
	CHECK_NOT_SHOWS(&f, "shell-1");
	press(&f, "Esc");
	CHECK_SHOWS(&f, "shell-1");
	press(&f, "/");
	type_text(&f, "!shell- !state:asks");
	press(&f, "Enter");
	CHECK_SHOWS(&f, "claude-1");
	CHECK_NOT_SHOWS(&f, "shell-1");
	CHECK_NOT_SHOWS(&f, "│ 1 ◐");
	press(&f, "Esc");
	fixture_end(&f);
}

/* With a filter in force n and N go round what matches, as in a scrollback; without one n
 * launches. The footer says which. */
static void matches_are_gone_through(void)
{
	CHECK(begin_four());
	CHECK_SHOWS(&f, " n launch ");
	press(&f, "/");
	type_text(&f, "-1");
	press(&f, "Enter");
	CHECK_SHOWS(&f, " n next match  N before  Esc all ");
	CHECK_NOT_SHOWS(&f, "n launch");
	CHECK(on("claude-1"));
	press(&f, "n");
	CHECK(on("codex-1"));
	press(&f, "n");
	CHECK(on("shell-1"));
	press(&f, "n");
	CHECK(on("claude-1"));
	press(&f, "N N");
	CHECK(on("codex-1"));
	CHECK_INT(f.desk.n_views, 0);
	press(&f, "Space Esc"); /* the filter goes, the mark stays for another Esc */
	CHECK(!f.desk.filter[0]);
	marks_are("codex-1");
	press(&f, "Esc");
	marks_are("");
	press(&f, "N");
	CHECK_INT(f.desk.n_views, 0);
	press(&f, "n");
	CHECK_SHOWS(&f, "launch order");
	press(&f, "Esc /");
	type_text(&f, "zzz");
	press(&f, "Enter n N"); /* nothing matches: nothing happens */
	CHECK_SHOWS(&f, "no session matches");
	fixture_end(&f);
}

static void becomes(const char *id, enum session_state state)
{
	struct session_record *r = &deck_find(&f.desk.deck, id)->record;
	char path[sizeof(f.paths.state) + 64];
	struct error err;

	snprintf(path, sizeof(path), "%s/sessions/%.40s", f.paths.state, id);
	AUTO_CLOSE int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->state = state;
	CHECK(record_save(r, dir, &err) == 0);
	deck_sort(&f.desk.deck);
	desk_settle(&f.desk);
	desk_changed(&f.desk);
}

/* Answering is what makes it no longer wait: the pane stays where it is till one leaves it. */
static void stays_while_one_types(void)
{
	CHECK(begin_four());
	becomes("shell-1", SESSION_ASKS);
	press(&f, "/");
	type_text(&f, "state:asks");
	press(&f, "Enter g Enter");
	CHECK(on("codex-1") && f.desk.typing);
	becomes("codex-1", SESSION_WORKING);
	CHECK_SHOWS(&f, "┌ 1 codex-1");
	CHECK_SHOWS(&f, "┌ 2 shell-1"); /* not blown up to the whole screen */
	press(&f, "C-] d");
	CHECK_SHOWS(&f, "┌ 1 shell-1"); /* and on to the next that asks */
	CHECK(on("shell-1"));
	press(&f, "Esc");
	becomes("codex-1", SESSION_ASKS);
	press(&f, "o Enter");
	CHECK(on("shell-1") && f.desk.typing);
	becomes("codex-1", SESSION_IDLE);
	becomes("shell-1", SESSION_ASKS);
	order_is("codex-1 shell-1 shell-2 claude-1"); /* as it was when typing began */
	press(&f, "C-] d");
	order_is("shell-1 codex-1 shell-2 claude-1");
	fixture_end(&f);
}

/* What comes into the place of a row that went is selected, not what stands on top. */
static void neighbour_is_selected(void)
{
	CHECK(begin_four());
	press(&f, "/");
	type_text(&f, "!state:idle");
	press(&f, "Enter g j j");
	CHECK(on("shell-1"));
	becomes("shell-1", SESSION_IDLE);
	CHECK(on("shell-2"));
	becomes("shell-2", SESSION_IDLE);
	CHECK(on("codex-1"));
	press(&f, "Esc G /");
	type_text(&f, "-1"); /* what is searched for begins at the top */
	CHECK(on("claude-1"));
	fixture_end(&f);
}

/* Who waits longest comes first; again and again goes through all that wait. */
static void asks_longest_first(void)
{
	struct session_record r;

	CHECK(begin(NULL));
	for (int i = 0; i < 4; i++) {
		char id[8];

		snprintf(id, sizeof(id), "s-%d", i + 1);
		r = fixture_record(id, "shell", i == 1 ? SESSION_READY : SESSION_ASKS);
		r.since = FIXTURE_NOW - (int64_t[]){ 30, 900, 300, 90 }[i];
		fixture_session(&f, &r, "? ");
	}
	desk_select(&f.desk, "s-2");
	CHECK_SHOWS(&f, "◐ 3 wait for you: s-3 5m");
	press(&f, "a");
	CHECK(on("s-3"));
	press(&f, "a");
	CHECK(on("s-4"));
	press(&f, "a");
	CHECK(on("s-1"));
	press(&f, "a");
	CHECK(on("s-3"));
	press(&f, "/");
	type_text(&f, "s-2");
	press(&f, "Enter a");
	CHECK(on("s-3")); /* not hidden by the filter */
	fixture_end(&f);
}

/* --- Panes --- */

static void screen_modes_and_arrangements(void)
{
	struct order again;

	CHECK(begin_four());
	CHECK_INT(f.desk.n_tiles, 4);
	press(&f, "_");
	CHECK_INT(f.desk.n_tiles, 0);
	CHECK_SHOWS(&f, "net in/out");
	struct deck_session *s = deck_find(&f.desk.deck, "codex-1");
	s->record.net_in = 3 << 20;
	s->record.net_out = 2048;
	s->record.net_open = 7;
	desk_compose(&f.desk);
	CHECK_SHOWS(&f, "3.0M/2.0K     7");
	press(&f, "+ +");
	CHECK_INT(f.desk.layout.list.rows, 0);
	CHECK_INT(f.desk.n_tiles, 4);
	press(&f, "+");
	CHECK_INT(f.desk.n_tiles, 1);
	press(&f, "z");
	CHECK_INT(f.desk.n_tiles, 4);
	press(&f, "_ | > >");
	order_load(&again, &f.paths);
	CHECK_INT(again.arrangements.n, 1);
	CHECK_INT(again.arrangements.items[0].shape, TILES_COLUMNS);
	/* other sessions: the same arrangement, but not kept as theirs until it is changed */
	add("shell-3", SESSION_READY, "$ ");
	desk_compose(&f.desk);
	press(&f, "-");
	order_load(&again, &f.paths);
	CHECK_INT(again.arrangements.n, 2);
	/* and back: as it was */
	deck_find(&f.desk.deck, "shell-3")->alive = deck_find(&f.desk.deck, "shell-3")->held = false;
	deck_sort(&f.desk.deck);
	desk_changed(&f.desk);
	desk_compose(&f.desk);
	CHECK_INT(f.desk.arrangement.shape, TILES_COLUMNS);
	fixture_end(&f);
}

static void pages_of_panes(void)
{
	CHECK(begin(NULL));
	for (int i = 1; i <= 20; i++) {
		char id[8];

		snprintf(id, sizeof(id), "s-%02d", i);
		add(id, SESSION_READY, "$ ");
	}
	desk_select(&f.desk, "s-01");
	CHECK_SHOWS(&f, "panes 1-6 of 20");
	press(&f, ".");
	CHECK(on("s-07"));
	CHECK_SHOWS(&f, "panes 7-12 of 20");
	press(&f, ", ,");
	CHECK(on("s-20"));
	press(&f, ".");
	CHECK(on("s-01"));
	fixture_end(&f);
}

/* --- The mouse --- */

static void mouse_selects_and_drags(void)
{
	struct rect a;
	int width;

	CHECK(begin_four());
	click(&f, VT_BUTTON_LEFT, 4, 8, true, false); /* the third row... */
	CHECK(on("shell-1"));
	click(&f, VT_BUTTON_LEFT, 3, 8, true, true); /* ... carried up by two */
	click(&f, VT_BUTTON_LEFT, 2, 8, true, true);
	click(&f, VT_BUTTON_LEFT, 2, 8, false, false);
	order_is("shell-1 claude-1 codex-1 shell-2");
	a = f.desk.tiles[3].rect;
	click(&f, VT_BUTTON_LEFT, a.row + 3, a.col + 3, true, false);
	click(&f, VT_BUTTON_LEFT, a.row + 3, a.col + 3, false, false);
	CHECK(on("shell-2"));
	/* a pane by its title onto another: they change places */
	click(&f, VT_BUTTON_LEFT, a.row, a.col + 3, true, false);
	click(&f, VT_BUTTON_LEFT, f.desk.tiles[0].rect.row + 2, f.desk.tiles[0].rect.col + 2, false, false);
	order_is("shell-2 claude-1 codex-1 shell-1");
	/* borders: between panes, and the list's */
	a = f.desk.tiles[0].rect;
	click(&f, VT_BUTTON_LEFT, a.row + 5, a.col + a.cols - 1, true, false);
	click(&f, VT_BUTTON_LEFT, a.row + 5, a.col + a.cols + 8, true, true);
	click(&f, VT_BUTTON_LEFT, a.row + 5, a.col + a.cols + 8, false, false);
	CHECK_INT(f.desk.tiles[0].rect.cols, a.cols + 9);
	width = f.desk.layout.list.cols;
	click(&f, VT_BUTTON_LEFT, 20, width - 1, true, false);
	click(&f, VT_BUTTON_LEFT, 20, width + 5, true, true);
	click(&f, VT_BUTTON_LEFT, 20, width + 5, false, false);
	CHECK_INT(f.desk.layout.list.cols, width + 6);
	CHECK_INT(f.desk.order.arrangements.n, 1);
	/* the wheel looks back, and to the bottom again leaves */
	a = f.desk.tiles[3].rect;
	click(&f, VT_WHEEL_UP, a.row + 3, a.col + 3, true, false);
	CHECK(deck_find(&f.desk.deck, f.desk.tiles[3].id)->scroll.on);
	click(&f, VT_WHEEL_DOWN, a.row + 3, a.col + 3, true, false);
	CHECK(!deck_find(&f.desk.deck, f.desk.tiles[3].id)->scroll.on);
	fixture_end(&f);
}

/* --- Typing and broadcasting --- */

static void told_once(void)
{
	struct order again;

	CHECK(begin_four());
	press(&f, "3 Enter");
	CHECK_SHOWS(&f, "You type into shell-1 now");
	press(&f, "C-] d");
	f.desk.notice.until = 0;
	press(&f, "4 Enter");
	CHECK_NOT_SHOWS(&f, "You type into");
	order_load(&again, &f.paths);
	CHECK(again.told_leader);
	fixture_end(&f);
}

static int sent(const char *id) /* messages that went to its supervisor */
{
	struct deck_session *s = deck_find(&f.desk.deck, id);

	return (int)s->client.asked.len;
}

/* Keys go nowhere here, as nobody answers; but they are posted, and counted. */
static void broadcast_asks_and_holds(void)
{
	int before[4];

	CHECK(begin_four());
	press(&f, "B");
	CHECK_SHOWS(&f, "mark two running sessions");
	press(&f, "Space Space Space B");
	CHECK_SHOWS(&f, "Type into 3 sessions at once?");
	CHECK_SHOWS(&f, "Not at a prompt now: claude-1");
	press(&f, "Enter"); /* what is lit is no */
	CHECK(!f.desk.casting && !f.desk.typing);
	press(&f, "B y");
	CHECK(f.desk.casting && f.desk.typing);
	CHECK_SHOWS(&f, "BROADCAST  every key goes into 3 sessions");
	CHECK_SHOWS(&f, "gets nothing");
	CHECK_SHOWS(&f, "╔ +3 shell-1");
	for (int i = 0; i < 4; i++)
		before[i] = sent((const char *const[]){ "claude-1", "codex-1", "shell-1", "shell-2" }[i]);
	desk_input_events.key(&f.desk, (struct key){ 'y', 0 });
	CHECK_INT(sent("claude-1"), before[0]); /* works: gets nothing */
	CHECK(sent("codex-1") > before[1]);
	CHECK(sent("shell-1") > before[2]);
	CHECK_INT(sent("shell-2"), before[3]); /* not marked */
	/* within a line nobody joins; with the next one who waits by then does */
	deck_find(&f.desk.deck, "claude-1")->record.state = SESSION_IDLE;
	fixture_turn(&f);
	desk_input_events.key(&f.desk, (struct key){ 'e', 0 });
	CHECK_INT(sent("claude-1"), 0);
	desk_input_events.key(&f.desk, (struct key){ VT_KEY_ENTER, 0 });
	CHECK_INT(sent("claude-1"), 0);
	desk_input_events.key(&f.desk, (struct key){ 'n', 0 });
	CHECK(sent("claude-1") > 0);
	press(&f, "C-] d");
	CHECK(!f.desk.casting && !f.desk.typing);
	CHECK_NOT_SHOWS(&f, "BROADCAST");
	/* forced: all of them */
	deck_find(&f.desk.deck, "claude-1")->record.state = SESSION_WORKING;
	press(&f, "B Tab Tab");
	press(&f, "Enter");
	CHECK(f.desk.casting && f.desk.cast_force);
	desk_input_events.key(&f.desk, (struct key){ 'y', 0 });
	CHECK(sent("claude-1") > 0);
	fixture_end(&f);
}

/* --- Looking back --- */

static const char wide_words[] =
	"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen end\r\n"
	"abcdef\r\nghijkl\r\nmnopqr\r\n"
	"agent@demo:~$ first\r\nout\r\nagent@demo:~$ second\r\nout\r\nagent@demo:~$ ";

static struct deck_session *look_back(void)
{
	if (!begin(NULL))
		return NULL;
	struct deck_session *s = add("shell-1", SESSION_READY, wide_words);

	desk_select(&f.desk, "shell-1");
	desk_compose(&f.desk);
	press(&f, "[ g 0"); /* it begins at the console's cursor */
	return s;
}

static void copied_is(struct deck_session *s, const char *want)
{
	char is[512] = "";

	snprintf(is, sizeof(is), "%.*s", (int)s->scroll.copied.len,
		 s->scroll.copied.len ? (const char *)bytes_front(&s->scroll.copied) : "");
	CHECK_STR(is, want);
}

static void copies_lines_and_blocks(void)
{
	struct deck_session *s = look_back();

	CHECK(s && s->scroll.on);
	press(&f, "V j y"); /* both rows are one line: only the width broke it */
	copied_is(s, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
		     "fifteen end");
	press(&f, "j l l C-v j j l l y");
	copied_is(s, "cde\nijk\nopq");
	press(&f, "g 0 v l l y");
	copied_is(s, "one");
	press(&f, "$ y"); /* without a selection: the line */
	CHECK(s->scroll.copied.len > 70);
	fixture_end(&f);
}

/* Everything, with its colours and without its secrets. */
static void saves_as_a_recording(void)
{
	char path[] = "/tmp/vmdeck-desk-XXXXXX", cast[80];
	struct error err;
	char *text;
	size_t n;

	CHECK(begin(NULL));
	add("shell-1", SESSION_READY, "\033[1;31mred\033[0m\r\ntoken ghp_abcdefghijklmnopqrstuvwxyz0123456789\r\nend");
	desk_select(&f.desk, "shell-1");
	desk_compose(&f.desk);
	press(&f, "[");
	CHECK(mkdtemp(path));
	snprintf(cast, sizeof(cast), "%s/a.cast", path);
	desk_save_text(&f.desk, cast);
	fixture_turn(&f);
	text = file_read(AT_FDCWD, cast, 65536, &n, &err);
	unlink(cast);
	rmdir(path);
	CHECK(text);
	CHECK(strncmp(text, "{\"version\": 2", 13) == 0 || strncmp(text, "{\"version\":2", 12) == 0);
	CHECK(strstr(text, "38;5;1mred") && strstr(text, "\\r\\nend"));
	CHECK(strstr(text, "[redacted]") && !strstr(text, "abcdefghijklmnop"));
	free(text);
	fixture_end(&f);
}

static void jumps_between_prompts(void)
{
	struct deck_session *s = look_back();

	CHECK(s);
	press(&f, "G p");
	CHECK_INT(s->scroll.at.line, 9);
	press(&f, "p");
	CHECK_INT(s->scroll.at.line, 7);
	press(&f, "p");
	CHECK_INT(s->scroll.at.line, 5);
	press(&f, "p");
	CHECK_INT(s->scroll.at.line, 5);
	CHECK_SHOWS(&f, "no other prompt that way");
	press(&f, "P");
	CHECK_INT(s->scroll.at.line, 7);
	fixture_end(&f);
}

/* Figure 38: what is written to a file is plain text. */
static void saves_plain_text(void)
{
	struct deck_session *s;
	struct error err;
	char path[128], *text;
	size_t n;

	CHECK(begin(NULL));
	s = add("shell-1", SESSION_READY,
		"\033[1;31mred\033[0m \033]0;title\a\033[5mx\033[0m \302\205y\033]52;c;aGk=\a\r\nsecond \342\200\256line\r\n");
	CHECK(s);
	desk_select(&f.desk, "shell-1");
	desk_compose(&f.desk);
	snprintf(path, sizeof(path), "%s/out.txt", f.home);
	press(&f, "[ w C-u");
	type_text(&f, path);
	press(&f, "Enter");
	text = file_read(AT_FDCWD, path, 1 << 20, &n, &err);
	CHECK(text);
	CHECK(n > 12 && memcmp(text, "red x y\nsecond line\n", 20) == 0);
	for (size_t i = 0; i < n; i++)
		CHECK((unsigned char)text[i] >= ' ' || text[i] == '\n');
	free(text);
	press(&f, "w C-u");
	type_text(&f, path);
	press(&f, "Enter");
	CHECK_SHOWS(&f, "File exists");
	fixture_end(&f);
}

static void search_lights_all(void)
{
	struct deck_session *s = look_back();
	int lit = 0;

	CHECK(s);
	press(&f, "G /");
	type_text(&f, "out");
	press(&f, "Enter");
	CHECK(s->scroll.hit && s->scroll.match.line == 8);
	free(picture(&f));
	for (int i = 0; i < f.desk.surface.rows * f.desk.surface.cols; i++)
		lit += f.desk.surface.cells[i].bg == f.desk.surface.styles[ROLE_SEARCH_HIT].bg &&
		       f.desk.surface.cells[i].fg == f.desk.surface.styles[ROLE_SEARCH_HIT].fg;
	CHECK(lit >= 3);
	press(&f, "n");
	CHECK_INT(s->scroll.match.line, 6);
	press(&f, "N");
	CHECK_INT(s->scroll.match.line, 8);
	fixture_end(&f);
}

/* --- Palette, refused names, rebinding --- */

static void palette_finds(void)
{
	CHECK(begin_four());
	press(&f, ":");
	type_text(&f, "sh2");
	press(&f, "Enter");
	CHECK(on("shell-2"));
	press(&f, ":");
	type_text(&f, "zoom");
	press(&f, "Enter");
	CHECK_INT(f.desk.mode, LAYOUT_ZOOM);
	press(&f, "z :");
	type_text(&f, "theme default light");
	press(&f, "Enter");
	CHECK_STR(f.desk.theme.name, "default-light");
	press(&f, ":");
	type_text(&f, "qqqq");
	CHECK_SHOWS(&f, "nothing has such a name");
	press(&f, "Enter");
	CHECK_INT(f.desk.n_views, 0);
	fixture_end(&f);
}

/* The theme that is lit is shown at once, on the whole screen; Esc has the old one back. */
static void themes_are_tried_on(void)
{
	struct theme_style before;
	char lit[64];

	CHECK(begin_four());
	before = f.desk.surface.styles[ROLE_TITLE];
	press(&f, "t");
	press(&f, "Down Down Down");
	CHECK(f.desk.previewing);
	snprintf(lit, sizeof(lit), "%s", f.desk.theme.name);
	CHECK(strcmp(lit, THEME_DEFAULT) != 0);
	CHECK(memcmp(&before, &f.desk.surface.styles[ROLE_TITLE], sizeof(before)) != 0);
	press(&f, "Esc");
	CHECK(!f.desk.previewing);
	CHECK_STR(f.desk.theme.name, THEME_DEFAULT);
	CHECK(memcmp(&before, &f.desk.surface.styles[ROLE_TITLE], sizeof(before)) == 0);
	press(&f, "t");
	press(&f, "Down Down Down Enter");
	CHECK_STR(f.desk.theme.name, lit);
	CHECK_STR(f.desk.order.theme, lit);
	fixture_end(&f);
}

static void refused_names_are_allowed(void)
{
	struct network_status *n = calloc(1, sizeof(*n));
	struct deck_session *s;
	struct error err;
	struct manifest m;
	bool kept = false;

	CHECK(n && begin_four());
	n->policy.mode = POLICY_ALLOWLIST;
	n->up = true;
	n->events.n = 2;
	n->events.items[0] = (struct event){ .kind = EVENT_REFUSED, .name = "evil.example.com", .port = 443,
					     .why = "not in the policy", .count = 12,
					     .first = FIXTURE_NOW - 90, .last = FIXTURE_NOW - 5 };
	n->events.items[1] = (struct event){ .kind = EVENT_REFUSED, .name = "git.example.com", .port = 22,
					     .why = "not in the policy", .count = 1,
					     .first = FIXTURE_NOW - 20, .last = FIXTURE_NOW - 20 };
	s = desk_selected(&f.desk);
	press(&f, "!");
	desk_network(s, n);
	CHECK_SHOWS(&f, "claude-1: refused names, policy allowlist");
	CHECK_SHOWS(&f, "evil.example.com:443");
	press(&f, "Enter"); /* to a session that has no supervisor here */
	CHECK_SHOWS(&f, "session claude-1 has ended");
	press(&f, "j A");
	CHECK(manifest_load(&m, &f.paths, &err) == 0);
	for (size_t i = 0; i < m.n; i++)
		if (strcmp(m.agents[i].name, "shell") == 0)
			kept = policy_allows(&m.agents[i].network, "evil.example.com", 443) &&
			       !policy_allows(&m.agents[i].network, "git.example.com", 22);
	CHECK(kept);
	manifest_done(&m);
	free(n);
	press(&f, "Esc");
	CHECK_INT(f.desk.n_views, 0);
	fixture_end(&f);
}

/* A sentence that names a key names the one that is bound, and where none is, the action. */
static void sentences_name_the_bound_key(void)
{
	CHECK(begin("{ \"keys\": { \"list.mark\": [\"F2\"], \"list.type\": [\"F3\"],"
		    " \"list.stop\": [\"F4\"], \"list.kill\": [], \"list.mouse\": [\"F5\"],"
		    " \"list.sort\": [\"F6\"], \"list.pane-3\": [\"F7\"], \"filtered.end\": [\"F8\"],"
		    " \"line.take\": [\"F9\"], \"line.leave\": [\"F10\"], \"pager.other\": [\"F11\"],"
		    " \"picker.toggle\": [\"M-x\"], \"picker.launch\": [\"M-y\"], \"list.launch\": [\"M-n\"], \"list.restart\": [\"M-r\"],"
		    " \"leader.help\": [\"M-h\"], \"anywhere.quit\": [\"M-q\"],"
		    " \"preflight.passed\": [\"M-p\"] } }"));
	add("claude-1", SESSION_ASKS, "? ");
	add("shell-1", SESSION_READY, "agent@demo:~$ ");
	desk_select(&f.desk, "claude-1");
	press(&f, "B");
	CHECK_SHOWS(&f, "F2 marks");
	desk_input_events.paste(&f.desk, "ls", 2, 0);
	CHECK_SHOWS(&f, "F3 types into it first");
	press(&f, "d");
	CHECK_SHOWS(&f, "F4 stops, \"list.kill\" kills");
	press(&f, "F5");
	CHECK_SHOWS(&f, "F5 takes it back");
	press(&f, "F6 J");
	CHECK_SHOWS(&f, "F6 goes on");
	press(&f, "?");
	CHECK_SHOWS(&f, "F7"); /* the panes one by one, as they are not 1 to 9 any more */
	press(&f, "Esc t");
	CHECK_SHOWS(&f, "theme: F9 takes it, F10 leaves it");
	press(&f, "F10 L");
	CHECK_SHOWS(&f, "console log, F11 for the next");
	press(&f, "Esc M-n");
	CHECK_SHOWS(&f, "nothing yet: M-x chooses;");
	CHECK_SHOWS(&f, "; M-y");
	deck_find(&f.desk.deck, "shell-1")->alive = deck_find(&f.desk.deck, "shell-1")->held = false;
	press(&f, "Esc j F3");
	CHECK_SHOWS(&f, "M-r launches it again");
	desk_select(&f.desk, "claude-1");
	press(&f, "F3 C-] X");
	CHECK_SHOWS(&f, "M-h after it lists them");
	press(&f, "C-] d /");
	type_text(&f, "nobody");
	press(&f, "F9");
	CHECK_SHOWS(&f, "F8 clears it");
	fixture_size(&f, 5, 20);
	CHECK_SHOWS(&f, "M-q leaves");
	fixture_end(&f);
}

static bool offers(const char *entry)
{
	char *p = picture(&f), *last = p ? strrchr(p, '\n') : NULL;
	bool is;

	if (last && !last[1]) {
		*last = '\0';
		last = strrchr(p, '\n');
	}
	is = last && strstr(last, entry);
	free(p);
	return is;
}

/* The footer has what would do something just now, and nothing else. */
static void footer_offers_what_can_be_done(void)
{
	struct network_status *n = calloc(1, sizeof(*n));

	CHECK(n && begin(NULL));
	CHECK(offers("n launch") && offers("q detach"));
	CHECK(!offers("Enter type") && !offers("s stop") && !offers("Space mark") && !offers("/ filter"));
	add("shell-1", SESSION_READY, "$ ");
	desk_select(&f.desk, "shell-1");
	CHECK(offers("Enter type") && offers("s stop") && offers("z zoom"));
	CHECK(!offers("Tab next") && !offers("J carry") && !offers("a asks"));
	add("codex-1", SESSION_ASKS, "? ");
	CHECK(offers("Tab next") && offers("a asks"));
	press(&f, "a");
	CHECK(on("codex-1") && !offers("a asks")); /* one is there already */
	press(&f, "!");
	CHECK(offers("Esc close") && !offers("Enter take") && !offers("A for good"));
	n->policy.mode = POLICY_ALLOWLIST;
	n->up = true;
	n->events.n = 1;
	n->events.items[0] = (struct event){ .kind = EVENT_REFUSED, .name = "a.example.com", .port = 443,
					     .count = 1, .first = FIXTURE_NOW, .last = FIXTURE_NOW };
	desk_network(desk_selected(&f.desk), n);
	CHECK(offers("Enter take") && offers("A for good"));
	press(&f, "Esc");
	free(n);
	fixture_end(&f);
}

static void rebinding(void)
{
	CHECK(begin("{ \"keys\": { \"list.zoom\": [\"Z\", \"F3\"] }, \"leader\": [\"C-g\"] }"));
	add("shell-1", SESSION_READY, "$ ");
	desk_select(&f.desk, "shell-1");
	press(&f, "z");
	CHECK_INT(f.desk.mode, LAYOUT_NORMAL);
	press(&f, "F3");
	CHECK_INT(f.desk.mode, LAYOUT_ZOOM);
	press(&f, "Z Enter");
	CHECK(f.desk.typing);
	CHECK_SHOWS(&f, "C-g gives back");
	press(&f, "C-]");
	CHECK(f.desk.typing && !f.desk.leader);
	press(&f, "C-g d");
	CHECK(!f.desk.typing);
	fixture_end(&f);
	/* a collision names both, and nothing of the file is used */
	CHECK(begin("{ \"keys\": { \"list.zoom\": [\"n\"] } }"));
	CHECK_SHOWS(&f, "n is both list.launch and list.zoom");
	press(&f, "z");
	CHECK_INT(f.desk.mode, LAYOUT_ZOOM);
	fixture_end(&f);
	CHECK(begin("{ \"keys\": { \"list.zoom\": [\"?\"] } }"));
	CHECK_SHOWS(&f, "? is both list.zoom and anywhere.help");
	fixture_end(&f);
	CHECK(begin("{ \"keys\": { \"list.zom\": [\"x\"] } }"));
	CHECK_SHOWS(&f, "did you mean \"list.zoom\"?");
	fixture_end(&f);
	CHECK(begin("{ \"notify\": { \"osc\": \"7\" } }"));
	CHECK_SHOWS(&f, "\"osc\" is");
	fixture_end(&f);
}

/* Another dashboard, of another size, looks at the same sessions: nobody's canvas
 * changes but by an explicit key (figure 21). With follow_size a size is asked for once,
 * so that two of them do not pull for ever. */
static void sizes_are_not_stolen(void)
{
	struct deck_session *s;

	CHECK(begin(NULL));
	s = add("shell-1", SESSION_READY, "$ ");
	desk_select(&f.desk, "shell-1");
	for (int i = 0; i < 20; i++) {
		fixture_size(&f, 20 + i, 60 + 3 * i);
		desk_compose(&f.desk);
	}
	CHECK_INT(s->client.asked.len, 0);
	CHECK_INT(s->client.screen.cols, 80);
	press(&f, "Enter C-] d z z");
	desk_compose(&f.desk);
	fixture_end(&f);

	CHECK(begin("{ \"console\": { \"follow_size\": true } }"));
	s = add("shell-1", SESSION_READY, "$ ");
	desk_select(&f.desk, "shell-1");
	desk_compose(&f.desk);
	CHECK(s->client.asked.len > 0);
	fixture_turn(&f);
	for (int i = 0; i < 20; i++) { /* the other one has changed it back */
		s->client.screen.version++;
		f.desk.all = true;
		desk_compose(&f.desk);
	}
	CHECK_INT(s->client.asked.len, 0);
	fixture_end(&f);
}

static struct session_record starting(const char *id, int64_t created)
{
	struct session_record r = fixture_record(id, "shell", SESSION_STARTING);

	r.ready = 0;
	r.created = created;
	r.steps_of = 2;
	r.n_steps = 1;
	snprintf(r.steps[0].name, sizeof(r.steps[0].name), "guest");
	r.steps[0].ms = -1;
	return r;
}

/* The same when it had come up: what others learn from. */
static struct session_record came_up(const char *id, int64_t created)
{
	struct session_record r = starting(id, created);

	r.state = SESSION_READY;
	r.ready = created + 10;
	r.total_ms = 10000;
	r.n_steps = 2;
	r.steps[0].ms = 8000;
	snprintf(r.steps[1].name, sizeof(r.steps[1].name), "agent");
	r.steps[1].ms = 2000;
	return r;
}

static void a_start_learns_from_others_and_its_bar_stays(void)
{
	struct session_record was = came_up("shell-1", FIXTURE_NOW - 500);
	struct session_record now = starting("shell-2", FIXTURE_NOW - 4);
	struct deck_session *s;
	struct estimate e;
	double share;

	CHECK(begin(NULL));
	CHECK(fixture_session(&f, &was, "$ ") && fixture_session(&f, &now, ""));
	desk_select(&f.desk, "shell-2");
	CHECK_SHOWS(&f, "left 6s");
	s = deck_find(&f.desk.deck, "shell-2");
	share = deck_estimate(s, FIXTURE_NOW).share;
	CHECK(share > 0.39 && share < 0.41);
	/* A clock that is set back, one that teaches and is removed: the bar does not move. */
	CHECK(deck_estimate(s, FIXTURE_NOW - 3).share == share);
	deck_find(&f.desk.deck, "shell-1")->record.total_ms = 0;
	e = deck_estimate(s, FIXTURE_NOW + 1);
	CHECK(e.share == share);
	CHECK_INT(e.left, 0);
	CHECK_NOT_SHOWS(&f, "left ");
	/* Begun again: by its own life before, and from the start of the bar. */
	s->before = came_up("shell-2", FIXTURE_NOW - 300);
	s->record = starting("shell-2", FIXTURE_NOW - 1);
	e = deck_estimate(s, FIXTURE_NOW);
	CHECK_INT(e.left, 9);
	CHECK(e.share > 0.09 && e.share < 0.11);
	fixture_end(&f);
}

static void templates_come_and_go(void)
{
	static const char key[] = "00000000000000000000000000abcdef", other[] = "f0000000000000000000000000000001";
	struct error err;
	AUTO_CLOSE int templates = -1;

	CHECK(begin_four());
	desk_look_templates(&f.desk);
	CHECK_NOT_SHOWS(&f, "template");
	CHECK(fixture_template(&f, key, 512, TEMPLATE_BOOTING, FIXTURE_NOW - 3, 0));
	desk_look_templates(&f.desk);
	CHECK_SHOWS(&f, "template 512M  booting");
	CHECK_INT(f.desk.layout.strip.rows, 1);
	template_build_tell(f.locks[f.n_locks - 1], key, TEMPLATE_WRITING, FIXTURE_NOW - 3);
	CHECK(fixture_template(&f, other, 2048, TEMPLATE_SAVING, FIXTURE_NOW - 61, 0));
	desk_look_templates(&f.desk);
	CHECK_SHOWS(&f, "template 512M  writing");
	CHECK_SHOWS(&f, "template 2.0G  saving");
	CHECK_INT(templates_look(&f.desk.templates, &f.paths), TEMPLATES_SAME); /* nothing to draw */
	close(f.locks[--f.n_locks]);
	desk_look_templates(&f.desk);
	CHECK_NOT_SHOWS(&f, "saving");
	CHECK_SHOWS(&f, "template 512M  writing");
	/* One that fails is told of once, by its reason, and can be read later. */
	templates = template_dir(&f.paths, &err);
	error_set(&err, 0, "the \033[31mguest went");
	template_failed(templates, key, &err);
	close(f.locks[--f.n_locks]);
	desk_look_templates(&f.desk);
	CHECK_SHOWS(&f, "no template was made: the ");
	CHECK_SHOWS(&f, "guest went");
	f.desk.notice.until = 0;
	desk_look_templates(&f.desk);
	CHECK_NOT_SHOWS(&f, "no template was made");
	CHECK_INT(f.desk.layout.strip.rows, 0);
	press(&f, "L Tab Tab Tab");
	CHECK_SHOWS(&f, "template log");
	CHECK_SHOWS(&f, "no template was made: the ");
	fixture_end(&f);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "fuzzy_prefers", fuzzy_prefers },
		{ "prompts_by_their_picture", prompts_by_their_picture },
		{ "one_notice_per_change", one_notice_per_change },
		{ "arrangements_by_set", arrangements_by_set },
		{ "moving_and_marks", moving_and_marks },
		{ "order_is_saved", order_is_saved },
		{ "groups_by_label", groups_by_label },
		{ "filters", filters },
		{ "stays_while_one_types", stays_while_one_types },
		{ "neighbour_is_selected", neighbour_is_selected },
		{ "matches_are_gone_through", matches_are_gone_through },
		{ "themes_are_tried_on", themes_are_tried_on },
		{ "asks_longest_first", asks_longest_first },
		{ "screen_modes_and_arrangements", screen_modes_and_arrangements },
		{ "pages_of_panes", pages_of_panes },
		{ "mouse_selects_and_drags", mouse_selects_and_drags },
		{ "told_once", told_once },
		{ "broadcast_asks_and_holds", broadcast_asks_and_holds },
		{ "copies_lines_and_blocks", copies_lines_and_blocks },
		{ "saves_as_a_recording", saves_as_a_recording },
		{ "jumps_between_prompts", jumps_between_prompts },
		{ "saves_plain_text", saves_plain_text },
		{ "search_lights_all", search_lights_all },
		{ "palette_finds", palette_finds },
		{ "refused_names_are_allowed", refused_names_are_allowed },
		{ "sentences_name_the_bound_key", sentences_name_the_bound_key },
		{ "footer_offers_what_can_be_done", footer_offers_what_can_be_done },
		{ "rebinding", rebinding },
		{ "sizes_are_not_stolen", sizes_are_not_stolen },
		{ "a_start_learns_from_others_and_its_bar_stays", a_start_learns_from_others_and_its_bar_stays },
		{ "templates_come_and_go", templates_come_and_go },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
