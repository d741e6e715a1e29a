/*
 * The preflight modal, drawn in process: each broken host's own record, as its
 * probe gives it, in the midst of checks that are well. Compared with
 * tests/screens/preflight-NAME.txt (UPDATE_SCREENS=1 writes them: look at the
 * difference). And its keys.
 */
#include "tests/unit/check_scenes.h"

#include "engine/base/text.h"
#include "engine/check/manual.h"
#include "engine/check/report.h"
#include "tui/disguise.h"
#include "tui/view/preflight.h"

/* --- A stage that remembers --- */

struct scene {
	struct stage stage;
	struct bindings bindings;
	struct report report;
	struct preflight p;
	struct paths paths;
	char root[64];
	char said[512], copied[2048], ran[2048];
	struct view *top;
	void (*back)(void *arg, int code);
	void *back_arg;
};

static struct scene *scene_of(struct stage *s)
{
	return LIST_ITEM(s, struct scene, stage);
}

static void on_close(struct stage *s, struct view *v)
{
	if (scene_of(s)->top == v)
		scene_of(s)->top = NULL;
}

static void on_push(struct stage *s, struct view *v)
{
	scene_of(s)->top = v;
}

static void on_changed(struct stage *s)
{
	(void)s;
}

static void on_notice(struct stage *s, bool bad, const char *text, const char *hint)
{
	(void)bad;
	snprintf(scene_of(s)->said, sizeof(scene_of(s)->said), "%s (%s)", text, hint);
}

static void on_copy(struct stage *s, const char *text, size_t n, const char *what)
{
	(void)what;
	snprintf(scene_of(s)->copied, sizeof(scene_of(s)->copied), "%.*s", (int)n, text);
}

static void on_run(struct stage *s, char *const argv[], void (*ran)(void *arg, int code), void *arg)
{
	struct scene *c = scene_of(s);

	c->ran[0] = '\0';
	for (; *argv; argv++) {
		strcat(c->ran, *argv);
		strcat(c->ran, "|");
	}
	c->back = ran;
	c->back_arg = arg;
}

static const struct stage_ops stage_ops = { .close = on_close, .push = on_push, .changed = on_changed,
					    .notice = on_notice, .copy = on_copy, .run = on_run };

static void nothing_changed(struct preflight *p)
{
	(void)p;
}

static void scene_init(struct scene *c)
{
	struct error err;

	memset(c, 0, sizeof(*c));
	strcpy(c->root, "/tmp/vmdeck-modal-XXXXXX");
	if (!mkdtemp(c->root) || report_init(&c->report, &err) < 0)
		abort();
	for (size_t i = 0; i < c->report.n; i++) {
		c->report.records[i].done = true;
		record_say(&c->report.records[i], CHECK_OK, "as it should be");
	}
	snprintf(c->paths.state, sizeof(c->paths.state), "%s/state", c->root);
	c->stage.ops = &stage_ops;
	bindings_init(&c->bindings);
	c->stage.bindings = &c->bindings;
	c->p.report = &c->report;
	c->p.paths = &c->paths;
	c->p.changed = nothing_changed;
}

static void scene_done(struct scene *c)
{
	struct error err;

	pager_done(&c->p.pager);
	report_done(&c->report);
	dir_remove(AT_FDCWD, c->root, &err);
}

/* Ask a check of a broken host, and put its record among the others. False: this
 * machine cannot make the scene. */
static bool broken(struct scene *c, const char *id, void (*arrange)(struct fixture *))
{
	struct fixture f;
	char *at;
	bool good;

	fixture_init(&f);
	arrange(&f);
	good = !f.lacks;
	if (good)
		*report_find(&c->report, id) = *fixture_ask(&f, id);
	fixture_done(&f);
	/* The fixture's place is random, and of one length. */
	for (int i = 0; i < report_find(&c->report, id)->n_fixes; i++)
		for (int k = 0; k < CHECK_ARG_MAX; k++)
			if ((at = strstr(report_find(&c->report, id)->fixes[i].argv[k], f.root)))
				memcpy(at, "/home/alice/vmdeck-state-", strlen(f.root));
	for (int i = 0; i < report_find(&c->report, id)->n_seen; i++)
		if ((at = strstr(report_find(&c->report, id)->seen[i].value, f.root)))
			memcpy(at, "/home/alice/vmdeck-state-", strlen(f.root));
	if ((at = strstr(report_find(&c->report, id)->summary, f.root)))
		memcpy(at, "/home/alice/vmdeck-state-", strlen(f.root));
	return good;
}

/* --- Pictures --- */

struct look {
	int rows, cols;
	bool ascii, mono, marks; /* marks: a line of attributes below each row */
};

static void mark_row(const struct surface *s, int row, char *out)
{
	size_t n = 0;

	for (int i = 0; i < s->cols; i++) {
		uint16_t a = s->cells[row * s->cols + i].attr;

		out[n++] = a & VT_REVERSE ? 'r' : a & VT_BOLD ? 'b' : a & VT_UNDERLINE ? 'u' :
			   a & VT_DIM ? 'd' : ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static char *with_marks(const struct surface *s, const char *text)
{
	char *out = calloc(1, strlen(text) + (size_t)s->rows * ((size_t)s->cols + 4) + 1), marks[512];

	for (int row = 0; row < s->rows; row++) {
		size_t n = strcspn(text, "\n");

		strncat(out, text, n + 1);
		text += n + (text[n] == '\n');
		mark_row(s, row, marks);
		strcat(strcat(strcat(out, ":"), marks), "\n");
	}
	return out;
}

/* As an ordinary user sees it: with sudo before what needs it. */
static char *draw_picture(struct scene *c, struct look look)
{
	static struct theme theme;
	struct surface s = { .ascii = look.ascii };
	struct error err;
	uid_t me = geteuid();
	char *text, *marked;

	if (theme_load(&theme, look.mono ? "monochrome" : THEME_DEFAULT, &c->paths, &err) < 0 ||
	    surface_resize(&s, look.rows, look.cols, &err) < 0)
		abort();
	s.styles = look.mono ? theme.mono : theme.full;
	paint_clear(paint_all(&s));
	if (me == 0 && seteuid(65534) < 0)
		abort();
	c->p.view.ops->draw(&c->p.view, paint_all(&s));
	if (c->top && c->top != &c->p.view)
		c->top->ops->draw(c->top, paint_all(&s));
	if (me == 0 && seteuid(me) < 0)
		abort();
	text = surface_text(&s);
	if (look.marks) {
		marked = with_marks(&s, text);
		free(text);
		text = marked;
	}
	surface_done(&s);
	return text;
}

static void compare(struct scene *c, const char *name, struct look look)
{
	AUTO_FREE char *got = draw_picture(c, look);
	AUTO_FREE char *want = NULL;
	struct error err;
	char path[128];

	snprintf(path, sizeof(path), "tests/screens/preflight-%s.txt", name);
	if (getenv("UPDATE_SCREENS")) {
		if (file_write(AT_FDCWD, path, got, strlen(got), 0644, &err) < 0)
			CHECK_FAIL("%s", err.msg);
		return;
	}
	want = file_read(AT_FDCWD, path, 1 << 20, NULL, &err);
	if (!want)
		CHECK_FAIL("%s", err.msg);
	if (strcmp(got, want) != 0) {
		printf("%s", got);
		CHECK_FAIL("the screen is not %s", path);
	}
}

static const struct look wide = { .rows = 40, .cols = 120 };

struct picture {
	const char *name;
	struct {
		const char *id;
		void (*arrange)(struct fixture *);
	} broken[5];
	const char *words[3]; /* must be on it */
	struct look look;
};

static const struct picture pictures[] = {
	{ "all-well", { { NULL, NULL } }, { "all passed; a shows them", "preflight ok" }, { .rows = 40, .cols = 120 } },
	{ "no-kvm", { { "K02", intel } }, { "no /dev/kvm", "sudo modprobe kvm_intel" }, { .rows = 40, .cols = 120 } },
	{ "emulated-kvm", { { "K09", pvm } }, { "1.6 million", "nothing has to be done" }, { .rows = 40, .cols = 120 } },
	{ "stale-group", { { "K03", eacces }, { "K04", stale_group } }, { "login is older", "newgrp kvm" }, { .rows = 40, .cols = 120 } },
	{ "no-userns", { { "N00", apparmor } }, { "blocked", "profile vmdeck", "apparmor_parser" }, { .rows = 40, .cols = 120 } },
	{ "dead-dns", { { "D04", servers_dead } }, { "all name servers are dead", "your network blocks 192.0.2.1" }, { .rows = 40, .cols = 120 } },
	{ "no-ca", { { "C02", guest_ca_dangling } }, { "has no CA bundle", "vmdeck image fix-ca work" }, { .rows = 40, .cols = 120 } },
	{ "intercepted", { { "C04", api_corporate }, { "C03", api_corporate } }, { "Acme Corp Inspection", "NODE_EXTRA_CA_CERTS" }, { .rows = 40, .cols = 120 } },
	{ "full-disk", { { "S01", full_disk } }, { "need 32M, have 3.0M", "vmdeck gc" }, { .rows = 40, .cols = 120 } },
	{ "several", { { "N00", debian_clone }, { "K09", pvm }, { "D04", server_blocked }, { "S01", big_clones }, { "C06", proxy_local } }, { "! 4 preflight: blocked", "keeps user namespaces" }, { .rows = 40, .cols = 120 } },
	{ "80x24", { { "N00", apparmor }, { "K09", pvm } }, { "AppArmor", "Enter shows more" }, { .rows = 24, .cols = 80 } },
	{ "40x12", { { "N00", apparmor }, { "K09", pvm } }, { "Network", "N00" }, { .rows = 12, .cols = 40 } },
	{ "mono", { { "N00", debian_clone }, { "K09", pvm } }, { "keeps user namespaces" }, { .rows = 24, .cols = 80, .mono = true, .marks = true } },
	{ "ascii", { { "N00", debian_clone }, { "K09", pvm } }, { "keeps user namespaces" }, { .rows = 24, .cols = 80, .ascii = true } },
};

static void every_state_has_its_picture(void)
{
	unsigned lacks = 0;

	for (size_t i = 0; i < sizeof(pictures) / sizeof(*pictures) && !test_now.failed; i++) {
		const struct picture *p = &pictures[i];
		AUTO_FREE char *text = NULL;
		struct scene c;
		bool good = true;

		scene_init(&c);
		for (int k = 0; k < 5 && p->broken[k].id; k++)
			good &= broken(&c, p->broken[k].id, p->broken[k].arrange);
		if (!good) { /* mknod needs root */
			lacks++;
			scene_done(&c);
			continue;
		}
		preflight_open(&c.p, &c.stage);
		text = draw_picture(&c, p->look);
		for (int k = 0; k < 3 && p->words[k]; k++)
			if (!strstr(text, p->words[k])) {
				printf("%s", text);
				test_fail(__FILE__, __LINE__, "%s: the picture lacks \"%s\"", p->name,
					  p->words[k]);
			}
		if (p->look.ascii)
			for (const char *t = text; *t; t++)
				if ((unsigned char)*t > 126)
					test_fail(__FILE__, __LINE__, "%s: not ASCII", p->name);
		if (!test_now.failed)
			compare(&c, p->name, p->look);
		scene_done(&c);
	}
	if (lacks && !test_now.failed)
		SKIP("%u pictures need root (mknod); the others hold", lacks);
}

/* --- Keys --- */

static bool press(struct scene *c, enum action a)
{
	struct view *v = c->top ? c->top : &c->p.view;

	return v->ops->act(v, a);
}

static void the_fix_is_shown_asked_and_run(void)
{
	struct scene c;
	AUTO_FREE char *text = NULL;

	scene_init(&c);
	broken(&c, "N00", debian_clone);
	preflight_open(&c.p, &c.stage);
	CHECK_STR(preflight_current(&c.p)->id, "N00");
	press(&c, ACTION_CHECK_APPLY);
	CHECK(c.top == &c.p.question.view); /* it asks first */
	text = draw_picture(&c, wide);
	CHECK(strstr(text, "$ sysctl -w kernel.unprivileged_userns_clone=1") ||
	      strstr(text, "$ sudo sysctl -w kernel.unprivileged_userns_clone=1"));
	press(&c, ACTION_ANSWER_NO);
	CHECK_STR(c.ran, "");
	press(&c, ACTION_CHECK_APPLY);
	press(&c, ACTION_ANSWER_YES);
	CHECK_STR(c.ran, geteuid() ? "sudo|sysctl|-w|kernel.unprivileged_userns_clone=1|" :
				     "sysctl|-w|kernel.unprivileged_userns_clone=1|");
	press(&c, ACTION_CHECK_NEXT_FIX);
	press(&c, ACTION_CHECK_COPY);
	CHECK(strstr(c.copied, "/etc/sysctl.d/60-vmdeck.conf"));
	scene_done(&c);
}

static void what_has_no_command_says_so(void)
{
	struct scene c;

	scene_init(&c);
	broken(&c, "K09", pvm);
	preflight_open(&c.p, &c.stage);
	press(&c, ACTION_CHECK_APPLY);
	CHECK(!c.top);
	CHECK(strstr(c.said, "no command") && strstr(c.said, "nothing has to be done"));
	c.said[0] = '\0';
	press(&c, ACTION_CHECK_COPY);
	CHECK(strstr(c.said, "no command"));
	scene_done(&c);
}

static void advice_is_ignored_and_remembered(void)
{
	struct scene c, again;
	struct error err;
	char word[48];

	scene_init(&c);
	if (dir_make(c.paths.state, 0700, &err) < 0)
		abort();
	broken(&c, "K09", pvm);
	preflight_open(&c.p, &c.stage);
	preflight_word(&c.p, word, sizeof(word));
	CHECK_STR(word, "! 1 preflight");
	press(&c, ACTION_CHECK_IGNORE);
	CHECK(strstr(c.said, "K09 is ignored"));
	preflight_word(&c.p, word, sizeof(word));
	CHECK_STR(word, "preflight ok");
	scene_init(&again);
	ignored_load(&again.p.ignored, &c.paths);
	CHECK(ignored_has(&again.p.ignored, report_find(&c.report, "K09")));
	scene_done(&again);
	/* What blocks cannot be ignored, not even when it was ignored as advice. */
	report_find(&c.report, "K09")->status = CHECK_FAILED;
	report_find(&c.report, "K09")->severity = CHECK_BLOCKER;
	preflight_word(&c.p, word, sizeof(word));
	CHECK_STR(word, "! 1 preflight: blocked");
	press(&c, ACTION_CHECK_IGNORE);
	CHECK(strstr(c.said, "cannot be ignored"));
	scene_done(&c);
}

static void the_manual_explains_each(void)
{
	struct scene c;
	AUTO_FREE char *text = NULL;

	for (size_t i = 0; i < checks_count; i++) {
		size_t n = 0;
		const char *s = manual_section(checks[i].id, &n);

		if (!s || n < 40 || strstr(s, "### ") == s)
			CHECK_FAIL("%s is not explained", checks[i].id);
	}
	scene_init(&c);
	broken(&c, "C02", guest_ca_dangling);
	preflight_open_at(&c.p, &c.stage, "c02");
	press(&c, ACTION_CHECK_EXPLAIN);
	CHECK(c.top == &c.p.pager.view);
	text = draw_picture(&c, wide);
	CHECK(strstr(text, "the bundle inside the image"));
	scene_done(&c);
}

static void a_report_for_others_names_nobody(void)
{
	struct disguise r = { .n = 0 };
	char out[512];

	disguise_add(&r, "/home/alice/.local/state/vmdeck", "STATE");
	disguise_add(&r, "/home/alice", "~");
	disguise_add(&r, "alice", "USER");
	disguise_add(&r, "lovelace", "HOST");
	CHECK_STR(disguise_text(&r, "/home/alice/x of alice (malice, alice-2) on lovelace", out, sizeof(out)),
		  "~/x of USER (malice, alice-2) on HOST");
	CHECK_STR(disguise_text(&r, "/home/alice/.local/state/vmdeck/sessions", out, sizeof(out)),
		  "STATE/sessions");
	CHECK_STR(disguise_text(&r, "10.1.2.3, 127.0.0.53, 2001:db8::5, QEMU 7.2.22, 12:30", out, sizeof(out)),
		  "10.x.x.x, 127.0.0.53, 2001:x::x, QEMU 7.2.22, 12:30");
	CHECK_STR(disguise_text(&r, "alice", out, 4), "USE");
}

static const struct test tests[] = {
	{ "modal: every state has its picture", every_state_has_its_picture },
	{ "modal: the fix is shown, asked about and run", the_fix_is_shown_asked_and_run },
	{ "modal: what has no command says so", what_has_no_command_says_so },
	{ "modal: advice is ignored and remembered", advice_is_ignored_and_remembered },
	{ "modal: the manual explains each", the_manual_explains_each },
	{ "modal: a report for others names nobody", a_report_for_others_names_nobody },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
