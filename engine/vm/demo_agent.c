#include "engine/vm/demo_console.h"

#include <string.h>

/*
 * Two agents that think, work, ask and wait. "claude" draws as inline programs
 * do: finished lines scroll away, and a live part below them (spinner and
 * input box) is erased and drawn again. "codex" owns the whole alternate
 * screen and redraws it in synchronized updates. Both go through the same
 * phases:
 *
 *	IDLE --Enter--> THINK --> WORK --> ASK --1/Enter--> WORK ... --> IDLE
 *	                                    \--2/Esc------> IDLE
 *
 * They begin in THINK, so that something moves; while they ask they ring once
 * and wait for ever, as the real ones do.
 */
enum { IDLE, THINK, WORK, ASK };

enum { TICK_MS = 100 };

static const char *const spinner[] = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏" };
static const char *const verbs[] = { "Pondering", "Reading", "Untangling", "Measuring",
				     "Comparing" };
static const char *const steps[] = {
	"Read(engine/base/loop.c)",	  "Grep(\"source_forget\")",
	"Edit(engine/vm/qemu.c)",	  "Bash(make -j2)",
	"Bash(make check)",		  "Read(tests/unit/loop_test.c)",
	"Write(tests/unit/silent_test.c)", "Bash(git diff --stat)",
};
static const char *const results[] = {
	"312 lines",	       "7 matches in 4 files", "+18 -6",	"ok, 2.1 s",
	"41 passed, 0 failed", "120 lines",	       "+64 -0",	"3 files changed",
};
static const char *const questions[] = { "git push --force-with-lease", "rm -rf .build",
					 "npm install left-pad", "curl https://example.org/i.sh" };

static void enter_phase(struct demo *d, int phase)
{
	d->phase = phase;
	d->choice = 0;
	d->wait = 10 + (int)demo_random(d, phase == WORK ? 15 : 40);
	if (phase == ASK)
		demo_print(d, "\a");
}

/* Draws one finished line; each agent in its own way. */
typedef void say_fn(struct demo *d, const char *mark, const char *text);

static void advance(struct demo *d, say_fn *say)
{
	uint32_t i;

	if (d->phase == IDLE || d->phase == ASK || --d->wait > 0)
		return;
	if (d->phase == THINK) {
		say(d, "\033[35m●\033[0m ", "I'll look at how that is done now, then change it.");
		enter_phase(d, WORK);
		return;
	}
	i = demo_random(d, sizeof(steps) / sizeof(*steps));
	say(d, "\033[32m●\033[0m ", steps[i]);
	say(d, "  ⎿  ", results[i]);
	i = demo_random(d, 6);
	if (i == 0) {
		say(d, "\033[35m●\033[0m ", "Done. The tests pass.");
		enter_phase(d, IDLE);
	} else {
		enter_phase(d, i == 1 ? ASK : WORK);
	}
}

static void answer(struct demo *d, say_fn *say, bool yes)
{
	say(d, "\033[33m●\033[0m ", yes ? "Allowed by you." : "Refused by you; what now?");
	enter_phase(d, yes ? WORK : IDLE);
}

static void submit(struct demo *d, say_fn *say)
{
	d->line[d->len] = '\0';
	d->len = 0;
	if (!strcmp(d->line, "/exit")) {
		demo_print(d, "\033[?25h");
		demo_exit(d, 0);
		return;
	}
	say(d, "\033[2m> ", d->line);
	if (d->line[0])
		enter_phase(d, THINK);
}

static void agent_key(struct demo *d, int c, say_fn *say)
{
	if (c == 3) {
		if (d->phase == IDLE && !d->len)
			demo_exit(d, 0);
		d->len = 0;
		enter_phase(d, IDLE);
	} else if (d->phase == ASK) {
		if (c == DEMO_UP || c == DEMO_DOWN)
			d->choice = !d->choice;
		else if (c == '\r')
			answer(d, say, d->choice == 0);
		else if (c == '1' || c == 'y' || c == '2' || c == 'n' || c == 27)
			answer(d, say, c == '1' || c == 'y');
	} else if (c == 27) {
		enter_phase(d, IDLE);
	} else if (c == '\r') {
		submit(d, say);
	} else if ((c == 127 || c == 8) && d->len) {
		while (--d->len && (d->line[d->len] & 0xc0) == 0x80)
			;
	} else if (c >= 32 && c < 256 && c != 127 && d->len + 1 < sizeof(d->line)) {
		d->line[d->len++] = (char)c;
	}
	d->line[d->len] = '\0';
}

static void rule(struct demo *d, const char *left, const char *right)
{
	demo_print(d, "\033[2m%s", left);
	for (int i = 2; i < d->cols; i++)
		demo_print(d, "─");
	demo_print(d, "%s\033[0m\033[K", right);
}

/* claude: inline. live_rows is how far the live part reaches above the cursor. */

static void claude_erase(struct demo *d)
{
	demo_print(d, "\r");
	if (d->live_rows)
		demo_print(d, "\033[%dA", d->live_rows);
	demo_print(d, "\033[J");
	d->live_rows = 0;
}

static void claude_ask(struct demo *d)
{
	rule(d, "╭", "╮");
	demo_print(d, "\r\n  Do you want to proceed?  \033[1m%s\033[0m\r\n",
		   questions[d->random % (sizeof(questions) / sizeof(*questions))]);
	demo_print(d, "%s1. Yes\033[0m\r\n", d->choice == 0 ? "\033[36m❯ " : "  ");
	demo_print(d, "%s2. No\033[0m\r\n", d->choice == 1 ? "\033[36m❯ " : "  ");
	rule(d, "╰", "╯");
	d->live_rows = 4;
}

static void claude_live(struct demo *d)
{
	int room = d->cols > 6 ? d->cols - 6 : 0;
	const char *tail = d->len > (size_t)room ? d->line + d->len - room : d->line;

	demo_print(d, "\033[?25l");
	if (d->phase == ASK) {
		claude_ask(d);
		return;
	}
	if (d->phase == IDLE)
		demo_print(d, "\033[2m✻ waiting for you\033[0m\r\n");
	else
		demo_print(d, "\033[35m%s %s…\033[0m \033[2m(%llus · esc to interrupt)\033[0m\r\n",
			   spinner[d->ticks % 10], verbs[(d->ticks / 40) % 5],
			   (unsigned long long)d->ticks * TICK_MS / 1000);
	rule(d, "╭", "╮");
	demo_print(d, "\r\n\033[2m│\033[0m > %s\0337\033[%dG\033[2m│\033[0m\r\n", tail, d->cols);
	rule(d, "╰", "╯");
	demo_print(d, "\033[1A\033[%dG\033[?25h", (int)strlen(tail) + 5);
	d->live_rows = 2;
}

static void claude_say(struct demo *d, const char *mark, const char *text)
{
	claude_erase(d);
	demo_print(d, "%s%.*s\033[0m\r\n", mark, d->cols > 8 ? d->cols - 8 : 1, text);
}

static void claude_redraw(struct demo *d)
{
	claude_erase(d);
	claude_live(d);
}

static void claude_start(struct demo *d)
{
	demo_print(d, "\033]0;tidy up the event loop\007\033[38;5;173m ▐▛███▜▌\033[0m  \033[1mclaude\033[0m (a demo, no model "
		      "behind it)\r\n\033[38;5;173m▝▜█████▛▘\033[0m  type, Enter, Esc; /exit "
		      "ends\r\n\033[38;5;173m  ▘▘ ▝▝\033[0m    ~/work\r\n\r\n");
	enter_phase(d, THINK);
	claude_live(d);
}

static void claude_tick(struct demo *d)
{
	int before = d->phase;

	advance(d, claude_say);
	if (before != IDLE && before != ASK)
		claude_redraw(d);
}

static void claude_key(struct demo *d, int c)
{
	agent_key(d, c, claude_say);
	claude_redraw(d);
}

const struct demo_script demo_claude = {
	.name = "claude",
	.help = "an agent that draws inline, works and asks",
	.tick_ms = TICK_MS,
	.start = claude_start,
	.tick = claude_tick,
	.key = claude_key,
	.resized = claude_redraw,
};

/* codex: the alternate screen. Its history is what scrolls in the region above
 * the composer, so that scroll regions are exercised too. */

static void codex_say(struct demo *d, const char *mark, const char *text)
{
	int bottom = d->rows > 6 ? d->rows - 5 : 1;

	demo_print(d, "\033[2;%dr\033[%d;1H\r\n%s%.*s\033[0m\033[r", bottom, bottom, mark,
		   d->cols > 8 ? d->cols - 8 : 1, text);
}

static void codex_frame(struct demo *d)
{
	int base = d->rows > 6 ? d->rows - 4 : 2;

	demo_print(d, "\033[?2026h\033[?25l\033[1;1H\033[7m codex (a demo)  %ux%u\033[K\033[0m",
		   d->cols, d->rows);
	demo_print(d, "\033[%d;1H\033[K", base);
	if (d->phase == ASK)
		demo_print(d, "Allow \033[1m%s\033[0m ?  %s1. Yes\033[0m  %s2. No\033[0m",
			   questions[d->random % (sizeof(questions) / sizeof(*questions))],
			   d->choice == 0 ? "\033[7m" : "", d->choice == 1 ? "\033[7m" : "");
	else if (d->phase != IDLE)
		demo_print(d, "\033[36m%s\033[0m working \033[2m%llus, esc interrupts\033[0m",
			   spinner[d->ticks % 10], (unsigned long long)d->ticks * TICK_MS / 1000);
	demo_print(d, "\033[%d;1H", base + 1);
	rule(d, "╭", "╮");
	demo_print(d, "\033[%d;1H│ \033[1m›\033[0m %s\0337\033[K\033[%d;%dH│", base + 2, d->line,
		   base + 2, d->cols);
	demo_print(d, "\033[%d;1H", base + 3);
	rule(d, "╰", "╯");
	demo_print(d, "\0338\033[?25h\033[?2026l");
}
static void codex_resized(struct demo *d)
{
	demo_print(d, "\033[r\033[2J");
	codex_frame(d);
}

static void codex_start(struct demo *d)
{
	demo_print(d, "\033]0;the tests of silent peers\007\033[?1049h\033[2J");
	enter_phase(d, THINK);
	codex_frame(d);
}

static void codex_tick(struct demo *d)
{
	if (d->phase == IDLE || d->phase == ASK)
		return;
	advance(d, codex_say);
	codex_frame(d);
}

static void codex_key(struct demo *d, int c)
{
	agent_key(d, c, codex_say);
	codex_frame(d);
	if (d->loop.stop)
		demo_print(d, "\033[r\033[?1049l");
}

const struct demo_script demo_codex = {
	.name = "codex",
	.help = "an agent that owns the screen, works and asks",
	.tick_ms = TICK_MS,
	.start = codex_start,
	.tick = codex_tick,
	.key = codex_key,
	.resized = codex_resized,
};
