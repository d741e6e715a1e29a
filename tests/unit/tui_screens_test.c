/*
 * Every view at three sizes: its text, which role each cell has, how it looks
 * with attributes alone, and with ASCII alone; compared with the pictures in
 * tests/screens/desk. UPDATE_SCREENS=1 writes them: look at the diff.
 *
 * Colours are not compared but roles: a theme may change, what is lit may not. For
 * that the desk gets styles in which the foreground is the number of the role.
 */
#include <stdarg.h>

#include "tests/unit/desk_fixture.h"

#include "engine/session/network_status.h"
#include "tui/desk/player_view.h"

static const struct {
	int cols, rows;
} sizes[] = { { 120, 40 }, { 80, 24 }, { 40, 12 } };

static const char agents_json[] =
	"{ \"agents\": {\n"
	"  \"shell\":  { \"backend\": \"demo\", \"script\": \"shell\", \"title\": \"a shell to type into\" },\n"
	"  \"claude\": { \"backend\": \"demo\", \"script\": \"claude\", \"title\": \"an agent at work\", \"label\": \"web\" },\n"
	"  \"codex\":  { \"backend\": \"demo\", \"script\": \"codex\", \"title\": \"an agent that asks\", \"label\": \"web\" },\n"
	"  \"other\":  { \"backend\": \"demo\", \"script\": \"noisy\" }\n"
	"} }\n";

static const char claude[] =
	"\033[1mclaude\033[0m (a demo)\r\n\r\n\033[38;5;208mPondering\033[0m\r\n"
	"\342\225\255\342\224\200\342\224\200\342\225\256\r\n> ";
static const char codex[] = "codex\r\nRun \033[1mrm -rf build\033[0m? \033[32my\033[0m/n ";

static char shell[8192];

static void fill_shell(void)
{
	size_t n = 0;

	n += (size_t)snprintf(shell + n, sizeof(shell) - n,
			      "a demo shell, with a first line that is wider than eighty columns and so goes on in the next\r\n");
	for (int i = 1; i < 60; i++)
		n += (size_t)snprintf(shell + n, sizeof(shell) - n,
				      "\033]133;A\aagent@demo:~$ echo %d\r\nneedle %d of the haystack\r\n", i, i);
	snprintf(shell + n, sizeof(shell) - n, "\033]133;A\aagent@demo:~$ ");
}

/* --- The scenes --- */

static void nothing(struct fixture *f)
{
	struct startcard *c = &f->desk.card; /* what a host has is not in the picture */

	*c = (struct startcard){ .any_backend = true, .any_kernel = false };
	snprintf(c->backends, sizeof(c->backends), "qemu 7.2.22");
	snprintf(c->agents, sizeof(c->agents), "shell, claude, codex");
	f->desk.card_known = true;
}

static void four(struct fixture *f)
{
	struct session_record r = fixture_record("claude-1", "claude", SESSION_WORKING);

	snprintf(r.label, sizeof(r.label), "web");
	fixture_session(f, &r, claude);
	r = fixture_record("codex-1", "codex", SESSION_ASKS);
	snprintf(r.cause, sizeof(r.cause), "Run rm -rf build?");
	snprintf(r.label, sizeof(r.label), "web");
	r.since = FIXTURE_NOW - 245;
	fixture_session(f, &r, codex);
	fill_shell();
	r = fixture_record("shell-1", "shell", SESSION_READY);
	r.ready = FIXTURE_NOW - 180;
	fixture_session(f, &r, shell);
	r = fixture_record("shell-2", "shell", SESSION_STARTING);
	r.ready = 0;
	r.steps_of = 7;
	r.n_steps = 4;
	for (unsigned i = 0; i < 4; i++)
		snprintf(r.steps[i].name, sizeof(r.steps[i].name), "%s",
			 (const char *const[]){ "prepare", "disk", "supervisor", "network" }[i]);
	r.steps[0].ms = 0.6;
	r.steps[1].ms = 1.5;
	r.steps[2].ms = 12.25;
	r.steps[3].ms = -1;
	fixture_session(f, &r, "");
	desk_select(&f->desk, "claude-1");
}

/* shell-2 half way through what shell-1 took. */
static void as_before(struct fixture *f)
{
	static const struct {
		const char *name;
		double ms;
	} steps[] = { { "prepare", 1 }, { "disk", 2 }, { "supervisor", 12 }, { "network", 15 },
		      { "hypervisor", 400 }, { "guest", 9000 }, { "agent", 2500 } };
	struct session_record *r;

	four(f);
	for (size_t i = 0; i < f->desk.deck.n; i++) {
		r = &f->desk.deck.sessions[i]->record;
		if (strcmp(r->agent, "shell") != 0)
			continue;
		r->steps_of = 7;
		r->n_steps = r->state == SESSION_STARTING ? 6 : 7;
		for (unsigned k = 0; k < r->n_steps; k++) {
			snprintf(r->steps[k].name, sizeof(r->steps[k].name), "%s", steps[k].name);
			r->steps[k].ms = steps[k].ms;
		}
		if (r->state == SESSION_STARTING) {
			r->created = FIXTURE_NOW - 5;
			r->steps[5].ms = -1;
		} else {
			r->total_ms = 12000;
		}
	}
	desk_settle(&f->desk);
	desk_changed(&f->desk);
	if (!fixture_template(f, "0123456789abcdef0123456789abcdef", 512, TEMPLATE_BOOTING,
			      FIXTURE_NOW - 12, 40000))
		test_fail(__FILE__, __LINE__, "no template is under way");
	desk_look_templates(&f->desk);
}

/* Beside sessions; the lock is a maker's. */
static void template_under_way(struct fixture *f)
{
	four(f);
	if (!fixture_template(f, "0123456789abcdef0123456789abcdef", 512, TEMPLATE_BOOTING,
			      FIXTURE_NOW - 12, 0))
		test_fail(__FILE__, __LINE__, "no template is under way");
	desk_look_templates(&f->desk);
}

/* `vmdeck image build` half way. */
static void building(struct fixture *f)
{
	struct build *b = &f->desk.build;

	if (f->desk.deck.n == 0)
		four(f);
	if (!fixture_build(f))
		return;
	b->now = (struct progress){ .phase = PROGRESS_DOWNLOAD, .done = 21 << 20, .total = 60 << 20,
				    .rate = 3 << 20, .remaining = 13, .text = "linux-image-cloud-amd64" };
	b->known = true;
	pager_addf(&b->pager, "kernel: download linux-image-cloud-amd64\n");
}

static void building_two(struct fixture *f)
{
	building(f);
	build_start(&f->desk.build, "claude");
	build_start(&f->desk.build, "codex");
	f->desk.notice.until = 0;
	fixture_turn(f);
}

/* Two names refused, of a machine that is up. */
static void refusals(struct fixture *f)
{
	static struct network_status n;

	four(f);
	n = (struct network_status){ .up = true };
	n.policy.mode = POLICY_ALLOWLIST;
	n.events.n = 3;
	n.events.items[0] = (struct event){ .kind = EVENT_REFUSED, .name = "evil.example.com", .port = 443,
					    .why = "not in the policy", .count = 12,
					    .first = FIXTURE_NOW - 90, .last = FIXTURE_NOW - 5 };
	n.events.items[1] = (struct event){ .kind = EVENT_REFUSED, .name = "git.example.com", .port = 22,
					    .why = "not in the policy", .count = 1,
					    .first = FIXTURE_NOW - 20, .last = FIXTURE_NOW - 20 };
	n.events.items[2] = (struct event){ .kind = EVENT_ALLOWED, .name = "api.example.com", .port = 443,
					    .count = 3, .first = FIXTURE_NOW - 600,
					    .last = FIXTURE_NOW - 40 };
	press(f, "!");
	desk_network(desk_selected(&f->desk), &n);
}

/* As the verb `changes` tells it; the verb itself is no part of the picture. */
static void changes(struct fixture *f)
{
	static const char said[] = "M      412  2m  /home/agent/work/main.c\n"
				   "A     1.2K  2m  /home/agent/work/README.md\n"
				   "D           1m  /home/agent/work/old.c\n"
				   "3 changed; vmdeck diff claude-1 PATH shows one\n";
	struct pager *p = &f->desk.output.pager;

	four(f);
	pager_open(p, &f->desk.stage, "claude-1: changed in its machine");
	pager_set(p, said, strlen(said), false);
	desk_push(&f->desk, &p->view);
}

static void notice(struct fixture *f)
{
	four(f);
	desk_notice(&f->desk, true, "session web: disk: create: No space left on device",
		    "free 2 GiB in ~/.local/state/vmdeck");
}

static void ended(struct fixture *f)
{
	struct session_record r = fixture_record("shell-1", "shell", SESSION_ENDED);

	r.ended = FIXTURE_NOW - 60;
	snprintf(r.cause, sizeof(r.cause), "the agent ended with status 3");
	fixture_session(f, &r, "$ exit 3\r\n");
	r = fixture_record("shell-2", "shell", SESSION_FAILED);
	r.ready = 0;
	r.ended = FIXTURE_NOW - 30;
	r.n_steps = 1;
	r.steps_of = 7;
	snprintf(r.steps[0].name, sizeof(r.steps[0].name), "prepare");
	r.steps[0].ms = 3;
	snprintf(r.cause, sizeof(r.cause), "no kernel is prepared");
	snprintf(r.hint, sizeof(r.hint), "vmdeck image build fetches one");
	fixture_session(f, &r, "");
	desk_select(&f->desk, "shell-2");
}

static void many(struct fixture *f)
{
	static const char *const labels[] = { "backend", "frontend", "" };

	for (int i = 0; i < 24; i++) {
		char id[24];
		struct session_record r;

		snprintf(id, sizeof(id), "agent-%d", i + 1);
		r = fixture_record(id, "agent", i % 7 == 3 ? SESSION_ASKS :
						i % 5 == 2 ? SESSION_IDLE : SESSION_WORKING);
		snprintf(r.label, sizeof(r.label), "%s", labels[i % 3]);
		r.cpu = 0.01 * (i * 37 % 101);
		r.since = FIXTURE_NOW - 17 * i;
		r.mem_used_kib = (unsigned)(40 + i * 11 % 300) << 10;
		fixture_session(f, &r, "> ");
	}
	desk_select(&f->desk, "agent-1");
}

struct scene {
	const char *name;
	void (*make)(struct fixture *f);
	const char *keys, *text, *then;
};

static const struct scene scenes[] = {
	{ "start-card", nothing, "", "", "" },
	{ "four", four, "", "", "" },
	{ "asking", four, "a", "", "" },
	{ "starting", four, "4", "", "" },
	{ "starting-left", as_before, "4", "", "" },
	{ "ended", ended, "z", "", "" },
	{ "template", template_under_way, "", "", "" },
	{ "zoom", four, "3 z", "", "" },
	{ "panes", four, "+", "", "" },
	{ "columns", four, "|", "", "" },
	{ "rows", four, "-", "", "" },
	{ "dragged", four, "> > > > } }", "", "" },
	{ "list-alone", four, "_", "", "" },
	{ "marks", four, "Space j Space", "", "" },
	{ "many", many, "", "", "" },
	{ "many-page-2", many, ".", "", "" },
	{ "many-grouped", many, "O", "", "" },
	{ "many-alone", many, "_ o o o o", "", "" },
	{ "filter", many, "/", "state:asks !front", "" },
	{ "filtered", many, "/", "state:asks", "Enter n" },
	{ "filter-none", four, "/", "zzz", "Enter" },
	{ "typing", four, "3 Enter", "", "" },
	{ "leader", four, "3 Enter C-]", "", "" },
	{ "look-back", four, "3 [", "", "" },
	{ "search", four, "3 z [ /", "needle 4", "Enter n" },
	{ "select-block", four, "3 z [ k k k 0 C-v k k l l l l l l", "", "" },
	{ "select-lines", four, "3 z [ g V j", "", "" },
	{ "prompts", four, "3 z [ p p p p", "", "" },
	{ "save", four, "3 z [ w", "", "" },
	{ "picker", four, "n j Space j Space Tab", "", "" },
	{ "picker-filter", four, "n /", "co", "" },
	{ "palette", four, ":", "", "" },
	{ "palette-typed", four, ":", "sl1", "" },
	{ "question", four, "S", "", "" },
	{ "broadcast-asks", four, "Space Space Space B", "", "" },
	{ "broadcast", four, "Space Space Space B y", "", "" },
	{ "help", four, "?", "", "" },
	{ "log", four, "L", "", "" },
	{ "refused", refusals, "j", "", "" },
	{ "events", refusals, "Tab", "", "" },
	{ "changes", changes, "", "", "" },
	{ "building", building, "", "", "" },
	{ "building-more", building_two, "", "", "" },
	{ "build", building, "b", "", "" },
	{ "themes", four, "t Down Down", "", "" },
	{ "notice", notice, "", "", "" },
	{ "help-typing", four, "3 Enter C-] ?", "", "" },
};
enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

/* --- Pictures --- */

struct out {
	char *text;
	size_t len, cap;
};

static void put(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct out *o, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (o->len + (size_t)n + 1 > o->cap) {
		o->cap = (o->len + (size_t)n + 1) * 2;
		o->text = realloc(o->text, o->cap);
	}
	o->len += (size_t)vsnprintf(o->text + o->len, o->cap - o->len, fmt, again);
	va_end(ap);
	va_end(again);
}

static const char *const role_names[ROLE_COUNT] = {
#define X(id, name, help) [ROLE_##id] = name,
	THEME_ROLES(X)
#undef X
};

static const char *role_of(const struct vt_glyph *g)
{
	uint32_t n = g->fg & 0xff;

	if ((g->fg & VT_COLOR_KIND) != VT_COLOR_RGB)
		return "guest";
	return n < ROLE_COUNT ? role_names[n] : "?";
}

static const char *attrs_of(const struct vt_glyph *g)
{
	static char out[8];
	int n = 0;

	if (g->attr & VT_BOLD)
		out[n++] = 'b';
	if (g->attr & VT_DIM)
		out[n++] = 'd';
	if (g->attr & VT_UNDERLINE)
		out[n++] = 'u';
	if (g->attr & VT_REVERSE)
		out[n++] = 'r';
	if (!n)
		out[n++] = '-';
	out[n] = '\0';
	return out;
}

/* A row as runs: "3 text, 20 border"; a row like the one above is `"`. */
static void put_styles(struct out *o, const struct surface *s,
		       const char *(*name)(const struct vt_glyph *))
{
	char before[4096] = "", row[4096];

	for (int r = 0; r < s->rows; r++) {
		size_t n = 0;

		for (int c = 0; c < s->cols;) {
			const struct vt_glyph *g = &s->cells[r * s->cols + c];
			char is[32];
			int k = c;

			snprintf(is, sizeof(is), "%s", name(g));
			while (k < s->cols && strcmp(name(&s->cells[r * s->cols + k]), is) == 0)
				k++;
			n += (size_t)snprintf(row + n, sizeof(row) - n, "%s%d %s", c ? ", " : "", k - c, is);
			c = k;
		}
		put(o, "%s\n", strcmp(row, before) == 0 ? "\"" : row);
		snprintf(before, sizeof(before), "%s", row);
	}
	put(o, "cursor %d %d\n", s->cursor_row, s->cursor_col);
}

static void put_text(struct out *o, struct fixture *f)
{
	char *text = picture(f);

	put(o, "%s", text);
	free(text);
}

static bool in_a_pane(const struct desk *d, int row, int col)
{
	for (int i = 0; i < d->n_tiles; i++) {
		struct rect in = d->tiles[i].rect;

		in = (struct rect){ in.row + 1, in.col + 1, in.rows - 2, in.cols - 2 };
		if (rect_has(&in, row, col))
			return true;
	}
	return false;
}

/* What is ours is ASCII; what is a guest's is made so on the way out (draw.c). */
static void put_ascii(struct out *o, struct fixture *f)
{
	struct surface *s = &f->desk.surface;

	free(picture(f));
	for (int i = 0; i < s->rows * s->cols; i++) {
		struct vt_glyph *g = &s->cells[i];

		if (!g->n || g->cp[0] <= 0x7e)
			continue;
		if (!in_a_pane(&f->desk, i / s->cols, i % s->cols))
			CHECK_FAIL("U+%04X at %d,%d", g->cp[0], i / s->cols, i % s->cols);
		g->cp[0] = '?';
		g->n = 1;
	}
	char *text = surface_text(s);

	put(o, "%s", text);
	free(text);
}

static bool play(struct fixture *f, const struct scene *s, int rows, int cols)
{
	if (!fixture_begin(f, rows, cols, NULL, agents_json))
		return false;
	s->make(f);
	desk_compose(&f->desk);
	press(f, s->keys);
	type_text(f, s->text);
	press(f, s->then);
	return true;
}

static void draw_scene(struct out *o, const struct scene *s, int rows, int cols)
{
	static struct theme_style roles[ROLE_COUNT];
	struct theme mono;
	struct error err;
	struct fixture *f = calloc(1, sizeof(*f));

	for (uint32_t i = 0; i < ROLE_COUNT; i++)
		roles[i].fg = VT_COLOR_RGB | i;
	CHECK(theme_load(&mono, "monochrome", &f->paths, &err) == 0);
	CHECK(play(f, s, rows, cols));
	f->desk.surface.styles = roles;
	put(o, "=== %dx%d\n", cols, rows);
	put_text(o, f);
	put(o, "--- roles\n");
	put_styles(o, &f->desk.surface, role_of);
	f->desk.surface.styles = mono.mono;
	put(o, "--- monochrome\n");
	free(picture(f));
	put_styles(o, &f->desk.surface, attrs_of);
	f->desk.surface.ascii = true;
	put(o, "--- ascii\n");
	put_ascii(o, f);
	fixture_end(f);
	free(f);
}

static void compare(const char *name, const char *text, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "tests/screens/desk/%s.txt", name);
	if (getenv("UPDATE_SCREENS")) {
		mkdir("tests/screens/desk", 0755);
		file = fopen(path, "w");
		CHECK(file);
		fwrite(text, 1, len, file);
		fclose(file);
		return;
	}
	struct error err;
	size_t n;
	char *want = file_read(AT_FDCWD, path, 1 << 20, &n, &err);

	if (!want)
		CHECK_FAIL("%s", err.msg);
	if (n != len || memcmp(want, text, n) != 0) {
		size_t at = 0, line = 1, from = 0;

		while (at < n && at < len && want[at] == text[at]) {
			if (want[at++] == '\n') {
				line++;
				from = at;
			}
		}
		fprintf(stderr, "# want: %.*s\n# is:   %.*s\n", (int)strcspn(want + from, "\n"),
			want + from, (int)strcspn(text + from, "\n"), text + from);
		free(want);
		CHECK_FAIL("%s: line %zu differs", path, line);
	}
	free(want);
}

static void one(const struct scene *s)
{
	struct out o = { 0 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		draw_scene(&o, s, sizes[i].rows, sizes[i].cols);
	compare(s->name, o.text, o.len);
	free(o.text);
}

/* --- The player, which is no part of the desk --- */

static const char cast[] =
	"{\"version\":2,\"width\":60,\"height\":12,\"title\":\"codex-1\"}\n"
	"[0.5,\"o\",\"\\u001b[1mcodex\\u001b[0m\\r\\n\"]\n"
	"[1.5,\"o\",\"Run \\u001b[32mmake\\u001b[0m? y/n \"]\n"
	"[2,\"m\",\"asks\"]\n"
	"[9,\"o\",\"y\"]\n";

static void draw_player(struct out *o, const struct tape *t, int rows, int cols)
{
	static struct theme_style roles[ROLE_COUNT];
	struct player_look look = { .title = t->header.title, .paused = rows == 24, .speed = 2 };
	struct playback play = { 0 };
	struct surface s = { .styles = roles };
	struct theme mono;
	struct error err;

	for (uint32_t i = 0; i < ROLE_COUNT; i++)
		roles[i].fg = VT_COLOR_RGB | i;
	CHECK(theme_load(&mono, "monochrome", NULL, &err) == 0);
	CHECK(surface_resize(&s, rows, cols, &err) == 0);
	CHECK(playback_begin(&play, (struct tape *)t, &err) == 0);
	CHECK(playback_go(&play, rows == 12 ? 100 : 3, &err) == 0);
	put(o, "=== %dx%d\n", cols, rows);
	for (int mode = 0; mode < 4; mode++) {
		char *text;

		s.styles = mode == 2 ? mono.mono : roles;
		s.ascii = mode == 3;
		player_view_draw(&s, &play, &look);
		text = surface_text(&s);
		if (mode == 1 || mode == 2)
			put(o, "--- %s\n", mode == 1 ? "roles" : "monochrome");
		else
			put(o, "%s%s", mode ? "--- ascii\n" : "", text);
		if (mode == 1 || mode == 2)
			put_styles(o, &s, mode == 1 ? role_of : attrs_of);
		free(text);
	}
	playback_done(&play);
	surface_done(&s);
}

static void player(void)
{
	char path[] = "/tmp/vmdeck-cast-XXXXXX";
	int fd = mkstemp(path);
	struct tape t = { 0 };
	struct out o = { 0 };
	struct error err;

	CHECK(fd >= 0 && write(fd, cast, strlen(cast)) == (ssize_t)strlen(cast));
	close(fd);
	CHECK(tape_open(&t, path, 0, &err) == 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		draw_player(&o, &t, sizes[i].rows, sizes[i].cols);
	tape_close(&t);
	unlink(path);
	compare("player", o.text, o.len);
	free(o.text);
}

/* --- Where there is no room at all --- */

static void too_small(void)
{
	static const int small[][2] = { { 7, 40 }, { 12, 29 }, { 3, 10 }, { 1, 1 } };
	struct out o = { 0 };

	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		struct fixture *f = calloc(1, sizeof(*f));

		CHECK(f && fixture_begin(f, small[i][0], small[i][1], NULL, agents_json));
		four(f);
		put(&o, "=== %dx%d\n", small[i][1], small[i][0]);
		put_text(&o, f);
		fixture_end(f);
		free(f);
	}
	compare("too-small", o.text, o.len);
	free(o.text);
}

/* A test is a function without arguments: this one is every scene's. */
static const struct scene *now;
static void scene(void)
{
	one(now);
}

int main(int argc, char **argv)
{
	int failed = 0;

	setenv("TZ", "UTC", 1);
	unsetenv("VMDECK_THEME");
	for (int i = 0; i < SCENES; i++) {
		struct test tests[] = { { scenes[i].name, scene }, { NULL, NULL } };

		now = &scenes[i];
		failed |= test_main(tests, argc, argv);
	}
	{
		struct test tests[] = { { "player", player }, { "too_small", too_small }, { NULL, NULL } };

		failed |= test_main(tests, argc, argv);
	}
	return failed;
}
