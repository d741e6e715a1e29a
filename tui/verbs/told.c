#include "tui/verbs/told.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/text.h"
#include "tui/talk.h"

static void interrupts(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

void told_begin(struct told *t, const char *what, int records)
{
	const char *term = getenv("TERM");
	sigset_t set;

	*t = (struct told){ .what = what, .records = records, .began = now_ms() };
	t->terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
	interrupts(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	t->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool interrupted(const struct told *t)
{
	struct signalfd_siginfo s;

	return t->signals >= 0 && read(t->signals, &s, sizeof(s)) == sizeof(s);
}

static void amount(const struct progress *p, char *out, size_t cap)
{
	char done[16], total[16], rate[16], left[24];
	size_t n;

	text_size(done, sizeof(done), p->done);
	text_size(total, sizeof(total), p->total);
	text_size(rate, sizeof(rate), p->rate);
	out[0] = '\0';
	if (p->total)
		snprintf(out, cap, " %s of %s, %u%%", done, total,
			 (unsigned)(p->done >= p->total ? 100 : p->done * 100 / p->total));
	else if (p->done)
		snprintf(out, cap, " %s", done);
	n = strlen(out);
	if (p->rate && n < cap)
		snprintf(out + n, cap - n, ", %s/s", rate);
	n = strlen(out);
	if (p->total && p->remaining > 0 && n < cap) {
		text_duration(left, sizeof(left), (uint64_t)p->remaining);
		snprintf(out + n, cap - n, ", %s left", left);
	}
}

static void wipe(struct told *t)
{
	if (t->drawn)
		talk_part("\r%79s\r", "");
	t->drawn = false;
}

static void draw(struct told *t, const struct progress *p)
{
	char much[80], line[256];

	amount(p, much, sizeof(much));
	snprintf(line, sizeof(line), "%s: %s%s%s%s", t->what, progress_names[p->phase],
		 p->text[0] ? " " : "", p->text, much);
	talk_part("\r%-79.79s", line);
	t->drawn = true;
}

int told_record(void *arg, const struct progress *p)
{
	struct told *t = arg;
	char line[PROGRESS_LINE];
	struct error ignored;

	if (t->records >= 0 && fd_write_all(t->records, line, progress_line(p, line), &ignored) < 0)
		t->records = -1;
	if (t->terminal)
		draw(t, p);
	else if (!t->begun || t->phase != p->phase || strcmp(t->text, p->text) != 0)
		talk("%s: %s%s%s", t->what, progress_names[p->phase], p->text[0] ? " " : "", p->text);
	t->begun = true;
	t->phase = p->phase;
	memcpy(t->text, p->text, sizeof(t->text));
	if (p->phase == PROGRESS_WRITE)
		t->bytes = p->total;
	return interrupted(t);
}

void told_end(struct told *t)
{
	sigset_t set;

	wipe(t);
	if (t->signals >= 0)
		close(t->signals);
	interrupts(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
