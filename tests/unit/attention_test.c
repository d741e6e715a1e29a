/*
 * What an agent does, told from scripted screens and from recordings of real
 * agents (tests/vt/streams), with a clock that the test turns.
 */
#include "engine/session/attention.h"

#include <ctype.h>

#include "engine/session/manifest.h"
#include "engine/vt/vt.h"
#include "tests/test.h"

struct world {
	struct attention a;
	struct attention_patterns p;
	struct vt *vt;
	uint64_t now;
	int changes;
};

static void told(void *owner, const struct vt_agent *words)
{
	struct world *w = owner;

	attention_told(&w->a, words, w->now);
}

static void noted(void *owner, const char *title, const char *body)
{
	struct world *w = owner;

	attention_note(&w->a, *body ? body : title, w->now);
}

static void rang(void *owner)
{
	struct world *w = owner;

	attention_bell(&w->a, w->now);
}

static void marked(void *owner, char mark)
{
	struct world *w = owner;

	attention_mark(&w->a, mark, w->now);
}

static const struct vt_events hooks = { .agent_state = told, .notify = noted, .bell = rang, .prompt = marked };

static void world_init(struct world *w, const char *agent)
{
	struct paths paths = { .config = "/nonexistent" };
	struct manifest m;
	struct error err;

	*w = (struct world){ .now = 1000, .vt = vt_new(120, 40, 1 << 16) };
	if (agent && manifest_load(&m, &paths, &err) == 0) {
		const struct agent *a = manifest_find(&m, agent, &err);

		if (a)
			w->p = a->patterns;
		manifest_done(&m);
	}
	attention_init(&w->a, &w->p, w->now);
	vt_set_events(w->vt, &hooks, w);
}

/* Time passes, and the machine is asked whenever it wants to be. */
static void pass(struct world *w, uint64_t ms)
{
	uint64_t end = w->now + ms, due;

	for (int i = 0; i < 10000; i++) {
		w->changes += attention_step(&w->a, w->vt, w->now);
		due = attention_due(&w->a);
		if (!due || due > end)
			break;
		w->now = due > w->now ? due : w->now + 1;
	}
	w->now = end;
}

static void put(struct world *w, const char *bytes, size_t n)
{
	vt_write(w->vt, bytes, n, w->now);
	attention_output(&w->a, w->now);
	w->changes += attention_step(&w->a, w->vt, w->now);
}

static void say(struct world *w, const char *text)
{
	put(w, text, strlen(text));
}

static const char *const names[] = { "starting", "ready", "working", "asks", "idle", "exited" };

#define CHECK_STATE(w, want) CHECK_STR(names[(w)->a.state], want)

static void patterns_are_found_where_they_say(void)
{
	CHECK(pattern_match("esc to interrupt", "  (12s · esc to interrupt)"));
	CHECK(!pattern_match("esc to interrupt", "  esc to  interrupt"));
	CHECK(pattern_match("^❯", "│ ❯ hello"));
	CHECK(pattern_match("^❯", "❯"));
	CHECK(!pattern_match("^❯", "a ❯"));
	CHECK(pattern_match("^> $", "> "));
	CHECK(!pattern_match("^> $", "> x"));
	CHECK(pattern_match("Working*esc", "• Working (3s • esc"));
	CHECK(!pattern_match("Working*esc", "esc Working"));
	CHECK(pattern_match("a*b*c$", "xxaxxbxxbxxc"));
	CHECK(!pattern_match("a*b*c$", "xxaxxbxxcx"));
	CHECK(!pattern_match("x", ""));
	CHECK(pattern_flaw("*") && pattern_flaw("^ $") && pattern_flaw(""));
	CHECK(pattern_flaw("a\x1b") && !pattern_flaw("^>"));
}

/* Of a hostile row and pattern, the worst: no more than their product. */
static void a_match_takes_its_time_from_nobody(void)
{
	char row[1024];

	memset(row, 'a', sizeof(row) - 1);
	row[sizeof(row) - 1] = '\0';
	for (int i = 0; i < 200; i++)
		CHECK(!pattern_match("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", row));
}

static void a_shell_is_ready_when_it_has_said_something(void)
{
	struct world w;

	world_init(&w, "shell");
	pass(&w, 60000);
	CHECK_STATE(&w, "starting");
	attention_started(&w.a, w.now);
	pass(&w, 100);
	CHECK_STATE(&w, "starting");
	say(&w, "/ # ");
	CHECK_STATE(&w, "ready");
	CHECK_INT(w.changes, 1);
	pass(&w, 3600 * 1000);
	CHECK_INT(w.changes, 1);
	vt_free(w.vt);
}

static void one_that_says_nothing_is_ready_after_a_while(void)
{
	struct world w;

	world_init(&w, NULL);
	attention_started(&w.a, w.now);
	pass(&w, 1999);
	CHECK_STATE(&w, "starting");
	pass(&w, 2);
	CHECK_STATE(&w, "ready");
	vt_free(w.vt);
}

static void a_bell_asks_until_the_person_types(void)
{
	struct world w;

	world_init(&w, "shell");
	attention_started(&w.a, w.now);
	say(&w, "$ ");
	say(&w, "\a");
	CHECK_STATE(&w, "ready");
	pass(&w, 400);
	CHECK_STATE(&w, "asks");
	CHECK_STR(w.a.why, "rang the bell");
	say(&w, "\a\a\a");
	pass(&w, 5000);
	CHECK_INT(w.changes, 2);
	attention_typed(&w.a, w.now);
	pass(&w, 400);
	CHECK_STATE(&w, "ready");
	say(&w, "\a"); /* of what was just typed: completion, say */
	pass(&w, 5000);
	CHECK_STATE(&w, "ready");
	say(&w, "\a");
	pass(&w, 400);
	CHECK_STATE(&w, "asks");
	attention_looked(&w.a, w.now);
	pass(&w, 400);
	CHECK_STATE(&w, "ready");
	vt_free(w.vt);
}

static void what_was_answered_at_once_was_no_question(void)
{
	struct world w;

	world_init(&w, "shell");
	attention_started(&w.a, w.now);
	say(&w, "$ \033]9;look\a");
	pass(&w, 100);
	say(&w, "\033]9;look\a");
	pass(&w, 200);
	attention_typed(&w.a, w.now);
	pass(&w, 5000);
	CHECK_STATE(&w, "ready");
	CHECK_INT(w.changes, 1);
	say(&w, "\033]777;notify;build;it is done\a");
	pass(&w, 400);
	CHECK_STATE(&w, "asks");
	CHECK_STR(w.a.why, "it is done");
	vt_free(w.vt);
}

static void a_shell_that_marks_its_prompts_works_and_idles(void)
{
	struct world w;

	world_init(&w, "shell");
	attention_started(&w.a, w.now);
	say(&w, "\033]133;A\a$ \033]133;B\a");
	pass(&w, 1000);
	CHECK_STATE(&w, "ready");
	say(&w, "\033]133;C\a");
	pass(&w, 50);
	say(&w, "\033]133;D;0\a\033]133;A\a$ ");
	pass(&w, 2000);
	CHECK_INT(w.changes, 1); /* a short command is none */
	say(&w, "\033]133;C\a");
	pass(&w, 1000);
	CHECK_STATE(&w, "working");
	say(&w, "\033]133;D;0\a\033]133;A\a$ ");
	pass(&w, 1000);
	CHECK_STATE(&w, "idle");
	vt_free(w.vt);
}

/* A screen as claude draws it, by its parts. */
static void claude_screen(struct world *w, const char *body, const char *foot)
{
	char text[1000];

	snprintf(text, sizeof(text), "\033[2J\033[H Claude Code v2\033[28;1H%s\033[37;1H──────\r\n❯ \r\n──────\r\n  %s",
		 body, foot);
	say(w, text);
}

static void an_agent_is_ready_at_its_prompt_not_before(void)
{
	struct world w;

	world_init(&w, "claude");
	attention_started(&w.a, w.now);
	say(&w, "\033[2J\033[H Claude Code");
	pass(&w, 10000);
	CHECK_STATE(&w, "starting");
	claude_screen(&w, "", "? for shortcuts");
	pass(&w, 100);
	CHECK_STATE(&w, "ready");
	claude_screen(&w, "● First\r\n", "esc to interrupt");
	pass(&w, 1000);
	CHECK_STATE(&w, "working");
	/* Between two steps of its work it looks idle for a moment. */
	for (int i = 0; i < 20; i++) {
		claude_screen(&w, "● First\r\n", "? for shortcuts");
		pass(&w, 500);
		claude_screen(&w, "● First\r\n", "esc to interrupt");
		pass(&w, 500);
	}
	CHECK_STATE(&w, "working");
	CHECK_INT(w.changes, 2);
	claude_screen(&w, "● First\r\n", "? for shortcuts");
	pass(&w, 1000);
	CHECK_STATE(&w, "idle");
	claude_screen(&w, "● Bash\r\n Do you want to proceed?\r\n ❯ 1. Yes\r\n", "Esc to cancel");
	pass(&w, 1000);
	CHECK_STATE(&w, "asks");
	CHECK_STR(w.a.why, "Do you want to proceed?");
	attention_typed(&w.a, w.now); /* typing alone does not answer a dialog */
	pass(&w, 1000);
	CHECK_STATE(&w, "asks");
	claude_screen(&w, "", "esc to interrupt");
	pass(&w, 1000);
	CHECK_STATE(&w, "working");
	CHECK_INT(w.changes, 5);
	vt_free(w.vt);
}

/* claude says that it asks first, draws what for later, and drops keys until that has
 * stood there for a moment; a sign that it blinks meanwhile is no new question. */
static void a_question_can_be_answered_once_it_stands_there(void)
{
	struct world w;
	uint64_t drawn;

	world_init(&w, "claude");
	attention_started(&w.a, w.now);
	say(&w, "\033]7501;state=idle:app=claude-code\a");
	claude_screen(&w, "", "? for shortcuts");
	pass(&w, 1000);
	CHECK_INT((int)attention_readable(&w.a), 0);
	say(&w, "\033]7501;state=blocked:app=claude-code:kind=permission\a");
	pass(&w, 3000);
	CHECK_STATE(&w, "asks");
	CHECK(attention_readable(&w.a) > w.now); /* it is not there yet */
	claude_screen(&w, "● Bash\r\n Do you want to proceed?\r\n ❯ 1. Yes\r\n", "Esc to cancel");
	pass(&w, 100);
	drawn = attention_readable(&w.a);
	CHECK(drawn > w.now && drawn < w.now + 2000);
	for (int i = 0; i < 10; i++) {
		say(&w, i % 2 ? "\033[28;1H●" : "\033[28;1H ");
		pass(&w, 300);
	}
	CHECK_INT((int)attention_readable(&w.a), (int)drawn);
	/* The next one, at once. */
	claude_screen(&w, "● Edit\r\n Do you want to make this edit?\r\n ❯ 1. Yes\r\n", "Esc to cancel");
	pass(&w, 100);
	CHECK(attention_readable(&w.a) > w.now);
	say(&w, "\033]7501;state=working:app=claude-code\a");
	CHECK_INT((int)attention_readable(&w.a), 0);
	/* One that never shows is not waited for without end. */
	claude_screen(&w, "", "esc to interrupt");
	say(&w, "\033]7501;state=blocked:app=claude-code\a");
	pass(&w, 20000);
	CHECK(attention_readable(&w.a) < w.now);
	/* By the screen alone. */
	say(&w, "\033]7501;state=clear\a");
	claude_screen(&w, "", "? for shortcuts");
	pass(&w, 1000);
	CHECK_INT((int)attention_readable(&w.a), 0);
	claude_screen(&w, "● Bash\r\n Do you want to proceed?\r\n ❯ 1. Yes\r\n", "Esc to cancel");
	pass(&w, 100);
	CHECK(attention_readable(&w.a) > w.now);
	vt_free(w.vt);
}

/* A spinner's frames change, the state does not: not with ten frames a second,
 * not when the frames stop. */
static void a_spinner_says_nothing(void)
{
	static const char *const frames[] = { "✶", "✻", "✽", "·", "✢", "*" };
	struct world w;
	char text[64];

	world_init(&w, "claude");
	attention_started(&w.a, w.now);
	claude_screen(&w, "", "? for shortcuts");
	pass(&w, 1000);
	for (int i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "\033[10;1H%s Brewing\033]0;%s x\a", frames[i % 6], frames[i % 6]);
		say(&w, text);
		pass(&w, 100);
	}
	CHECK_STATE(&w, "ready");
	claude_screen(&w, "✶ Brewing\r\n", "esc to interrupt");
	pass(&w, 3600 * 1000);
	CHECK_STATE(&w, "working");
	CHECK_INT(w.changes, 2);
	vt_free(w.vt);
}

static void one_that_stands_still_before_its_prompt_wants_the_person(void)
{
	struct world w;

	world_init(&w, "codex");
	attention_started(&w.a, w.now);
	say(&w, "please log in at once, with your mother's maiden name:");
	pass(&w, 29000);
	CHECK_STATE(&w, "starting");
	pass(&w, 2000);
	CHECK_STATE(&w, "asks");
	CHECK(w.a.why[0]);
	/* Neither a look nor what moves on its screen is an answer. */
	attention_looked(&w.a, w.now);
	pass(&w, 5000);
	say(&w, "\033[1;70H12:01");
	pass(&w, 60000);
	CHECK_STATE(&w, "asks");
	CHECK(!attention_at_prompt(&w.a));
	attention_typed(&w.a, w.now);
	pass(&w, 1000);
	CHECK_STATE(&w, "ready"); /* or so it seems: nothing typed for it goes there */
	CHECK(!attention_at_prompt(&w.a));
	say(&w, "\033[2J\033[20;1H\xe2\x80\xba Ask Codex");
	pass(&w, 1000);
	CHECK_STATE(&w, "ready");
	CHECK(attention_at_prompt(&w.a));
	vt_free(w.vt);
}

static void one_that_shows_nothing_yet_is_still_starting(void)
{
	struct world w;

	world_init(&w, "opencode");
	attention_started(&w.a, w.now);
	say(&w, "\033[?1049h\033[2J\033[?25l");
	pass(&w, 9 * 60 * 1000);
	CHECK_STATE(&w, "starting");
	say(&w, "  \xe2\x94\x83  Ask anything\xe2\x80\xa6 \"Fix broken tests\"");
	pass(&w, 400);
	CHECK_STATE(&w, "ready");
	vt_free(w.vt);
}

static void words_of_a_part_are_not_the_whole(void)
{
	struct world w;

	world_init(&w, "claude");
	attention_started(&w.a, w.now);
	say(&w, "\033]7501;state=idle:app=claude-code\a");
	pass(&w, 1000);
	CHECK_STATE(&w, "ready");
	say(&w, "\033]7501;state=blocked:id=t1:app=claude-code\a");
	pass(&w, 1000);
	CHECK_STATE(&w, "ready");
	say(&w, "\033]7501;state=nonsense\a");
	pass(&w, 1000);
	CHECK_STATE(&w, "ready");
	say(&w, "\033]7501;state=clear\a"); /* the screen tells again */
	claude_screen(&w, "", "esc to interrupt");
	pass(&w, 1000);
	CHECK_STATE(&w, "working");
	vt_free(w.vt);
}

static void an_end_is_an_end_until_it_begins_again(void)
{
	struct world w;

	world_init(&w, "shell");
	attention_started(&w.a, w.now);
	say(&w, "$ ");
	attention_exited(&w.a, "agent ended with exit code 3", w.now);
	say(&w, "\a more");
	pass(&w, 100000);
	CHECK_STATE(&w, "exited");
	CHECK_STR(w.a.why, "agent ended with exit code 3");
	attention_restarted(&w.a, w.now);
	say(&w, "$ ");
	CHECK_STATE(&w, "ready");
	vt_free(w.vt);
}

/* Recordings. */

static char *whole(const char *name, const char *suffix, size_t *n)
{
	char path[200];
	FILE *f;
	char *text;

	snprintf(path, sizeof(path), "tests/vt/streams/%s.%s", name, suffix);
	f = fopen(path, "r");
	*n = 0;
	if (!f)
		return NULL;
	text = calloc(1, 1 << 20);
	if (text)
		*n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

/* Without what the agent says about itself, so that its screen has to do. */
static size_t without_words(const char *in, size_t n, char *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n;) {
		if (n - i > 7 && !memcmp(in + i, "\033]7501;", 7)) {
			while (i < n && in[i] != '\a' && in[i] != '\\')
				i++;
			i++;
			continue;
		}
		out[k++] = in[i++];
	}
	return k;
}

/* `unseen`: a state that the screen does not show. */
static void replay(const char *agent, const char *name, bool with_words, const char *unseen)
{
	size_t n, states_n, at = 0, offset;
	char *raw = whole(name, "raw", &n), *states = whole(name, "states", &states_n);
	char want[16], *plain = malloc(1 << 20);
	struct world w;
	int used, seen = 0;

	if (!raw || !states || !plain)
		CHECK_FAIL("no recording of %s (run from the root of the tree)", name);
	world_init(&w, agent);
	attention_started(&w.a, w.now);
	for (char *p = states; sscanf(p, "%zu %15s%n", &offset, want, &used) == 2; p += used) {
		if (!strcmp(want, "exited") || offset > n)
			break;
		/* As it comes from a pipe: in pieces, with time in between. */
		for (; at < offset; at += 512) {
			size_t piece = offset - at < 512 ? offset - at : 512;

			if (with_words) {
				put(&w, raw + at, piece);
			} else {
				put(&w, plain, without_words(raw + at, piece, plain));
			}
			pass(&w, 20);
		}
		at = offset;
		pass(&w, 1500);
		if (*unseen && !strcmp(want, "idle") && w.a.state == ATTENTION_READY)
			strcpy(want, "ready"); /* after work that nobody saw */
		if (strcmp(want, unseen) != 0 && strcmp(names[w.a.state], want) != 0)
			CHECK_FAIL("%s at %zu is %s, not %s", name, offset, names[w.a.state], want);
		seen++;
	}
	CHECK_INT(seen, 5);
	/* One change for each state that holds, and for the work in between. */
	if (w.changes < 2 || w.changes > 8)
		CHECK_FAIL("%s changed %d times", name, w.changes);
	vt_free(w.vt);
	free(raw);
	free(states);
	free(plain);
}

static void claude_by_its_words(void) { replay("claude", "claude", true, ""); }
static void claude_by_its_screen(void) { replay("claude", "claude", false, ""); }
/* Whether it trusts where it is, asked before its first prompt; then its menus. */
static void claude_asks_for_trust_by_its_words(void) { replay("claude", "claude-trust", true, ""); }
static void claude_asks_for_trust_by_its_screen(void) { replay("claude", "claude-trust", false, ""); }
static void codex_by_its_words(void) { replay("codex", "codex", true, ""); }
/* Where an answer streams in, this version shows nothing that says so. */
static void codex_by_its_screen(void) { replay("codex", "codex", false, "working"); }

int main(int argc, char **argv)
{
	static const struct test tests[] = {
#define T(fn) { "attention: " #fn, fn }
		T(patterns_are_found_where_they_say),
		T(a_match_takes_its_time_from_nobody),
		T(a_shell_is_ready_when_it_has_said_something),
		T(one_that_says_nothing_is_ready_after_a_while),
		T(a_bell_asks_until_the_person_types),
		T(what_was_answered_at_once_was_no_question),
		T(a_shell_that_marks_its_prompts_works_and_idles),
		T(an_agent_is_ready_at_its_prompt_not_before),
		T(a_question_can_be_answered_once_it_stands_there),
		T(a_spinner_says_nothing),
		T(one_that_stands_still_before_its_prompt_wants_the_person),
		T(one_that_shows_nothing_yet_is_still_starting),
		T(words_of_a_part_are_not_the_whole),
		T(an_end_is_an_end_until_it_begins_again),
		T(claude_by_its_words),
		T(claude_by_its_screen),
		T(claude_asks_for_trust_by_its_words),
		T(claude_asks_for_trust_by_its_screen),
		T(codex_by_its_words),
		T(codex_by_its_screen),
		{ NULL, NULL },
#undef T
	};

	return test_main(tests, argc, argv);
}
