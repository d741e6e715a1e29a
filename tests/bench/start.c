/*
 * start TEXT SESSION COMMAND...: run a command that launches SESSION, and print the
 * milliseconds from its exec until a client of that session has seen TEXT on its
 * console: what a dashboard that is open would show. VMDECK_HOME says where.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/bytes.h"
#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/client.h"
#include "engine/session/sessions.h"

enum { LIMIT_MS = 120000 };

struct look {
	struct loop loop;
	struct paths paths;
	struct client client;
	struct source moves;
	struct timer limit;
	struct bytes text;
	const char *wanted, *session;
	uint32_t request;
	bool open, found;
};

static void on_frame(struct client *c)
{
	struct look *l = c->owner;

	bytes_clear(&l->text);
	l->request = client_text(c, 0);
}

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct look *l = c->owner;

	if (request != l->request)
		return;
	bytes_add(&l->text, text, len);
	if (last && memmem(bytes_front(&l->text), l->text.len, l->wanted, strlen(l->wanted))) {
		l->found = true;
		loop_stop(&l->loop, 0);
	}
}

static const struct client_events events = { .frame = on_frame, .text = on_text };

static void connect_to(struct look *l)
{
	struct error ignored;

	if (l->open)
		return;
	l->open = client_open(&l->client, &l->loop, &l->paths, l->session, &events, l, &ignored) == 0;
	if (l->open)
		client_watch(&l->client, true);
	else
		client_close(&l->client);
}

static void on_moves(struct source *s, uint32_t e)
{
	struct look *l = SOURCE_OWNER(s, struct look, moves);
	char buf[4096];

	(void)e;
	while (read(s->fd, buf, sizeof(buf)) > 0)
		;
	connect_to(l);
}

static void on_limit(struct timer *t)
{
	loop_stop(&SOURCE_OWNER(t, struct look, limit)->loop, 1);
}

int main(int argc, char **argv)
{
	struct look l = { .moves.fn = on_moves, .limit.fn = on_limit };
	struct error err = { 0 };
	char dir[64];
	uint64_t from, end;
	int all, fd, status;
	pid_t pid;

	if (argc < 4)
		return 2;
	l.wanted = argv[1];
	l.session = argv[2];
	bytes_init(&l.text, 1 << 20);
	if (paths_init(&l.paths, &err) < 0 || loop_init(&l.loop, &err) < 0 ||
	    (all = sessions_dir(&l.paths, true, &err)) < 0)
		goto failed;
	snprintf(dir, sizeof(dir), "/proc/self/fd/%d", all);
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fd < 0 || inotify_add_watch(fd, dir, IN_MOVED_TO) < 0 ||
	    loop_watch(&l.loop, &l.moves, fd, EPOLLIN, &err) < 0 ||
	    timer_start(&l.loop, &l.limit, LIMIT_MS, 0, &err) < 0)
		goto failed;
	from = now_us();
	pid = fork();
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	loop_run(&l.loop, &err);
	end = now_us();
	waitpid(pid, &status, 0);
	printf("%.1f\n", l.found ? (double)(end - from) / 1000 : -1.0);
	return l.found ? 0 : 1;
failed:
	fprintf(stderr, "bench: %s\n", err.msg);
	return 1;
}
