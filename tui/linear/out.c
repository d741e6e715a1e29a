/* What a command does to the terminal: a sentence, a failure, a verb that has it to
 * itself, the end. */
#include "tui/linear/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/process.h"
#include "tui/talk.h"

void linear_say(void *arg, const char *text)
{
	struct linear *l = arg;

	line_break(&l->line);
	say("%s\n", text);
}

void linear_fail(struct linear *l, int code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	line_break(&l->line);
	fflush(stdout);
	talk("%s", text);
	l->code = code;
}

void linear_leave(struct linear *l)
{
	loop_stop(&l->loop, l->code);
}

void linear_soon(struct linear *l)
{
	loop_later(&l->loop, &l->turn);
}

static void on_verb_end(struct child *c, int status)
{
	struct linear *l = LIST_ITEM(c, struct linear, verb);
	struct error err;

	l->running = false;
	l->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (line_resume(&l->line, &err) < 0) {
		talk_error(&err);
		linear_leave(l);
		return;
	}
	deck_scan(&l->deck); /* it may have made or removed a session */
	linear_soon(l);
}

void linear_verb(struct linear *l, char *const argv[])
{
	char *args[WORDS_MAX + 2] = { (char *)"vmdeck" };
	struct process p = { .argv = args, .fds = { l->line.terminal ? STDIN_FILENO : -1, 1, 2 },
			     .n_fds = 3 };
	struct error err;
	pid_t pid;

	for (int i = 0; i < WORDS_MAX && argv[i]; i++)
		args[i + 1] = argv[i];
	line_break(&l->line);
	fflush(stdout);
	line_pause(&l->line);
	pid = process_start(&p, &err);
	l->verb.fn = on_verb_end;
	if (pid >= 0 && child_watch(&l->loop, &l->verb, pid, &err) == 0) {
		l->running = true;
		return;
	}
	l->code = talk_error(&err);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (line_resume(&l->line, &err) < 0)
		linear_leave(l);
}
