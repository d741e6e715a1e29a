#include "tui/desk/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/process.h"

void output_init(struct output *o, struct loop *l)
{
	*o = (struct output){ .loop = l, .fd = -1 };
}

static void close_pipe(struct output *o)
{
	source_forget(&o->source);
	drop_fd(&o->fd);
}

static void on_bytes(struct source *s, uint32_t events)
{
	struct output *o = LIST_ITEM(s, struct output, source);
	char buf[8192];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		if (!o->any)
			pager_addf(&o->pager, "Nothing.\n");
		close_pipe(o);
	} else {
		if (!o->any) /* "asking ..." goes */
			pager_set(&o->pager, "", 0, false);
		o->any = true;
		pager_append(&o->pager, buf, (size_t)n);
		o->pager.top = 0;
	}
	o->pager.view.stage->ops->changed(o->pager.view.stage);
}

static void on_exit_of(struct child *c, int status)
{
	(void)c; /* what it said is what matters */
	(void)status;
}

static void stop(struct output *o)
{
	if (o->child.pid) {
		child_signal(&o->child, SIGTERM);
		child_forget(&o->child);
	}
	close_pipe(o);
}

static void on_closed(struct pager *p)
{
	stop(LIST_ITEM(p, struct output, pager));
}

int output_start(struct output *o, struct stage *stage, const char *title, char *const argv[],
		 struct error *err)
{
	struct process p = { .argv = argv, .n_fds = 3 };
	AUTO_CLOSE int in = -1;
	AUTO_CLOSE int out = -1;
	int ends[2];
	pid_t pid;

	stop(o);
	o->any = false;
	pager_open(&o->pager, stage, title);
	o->pager.closed = on_closed;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "%s: pipe", argv[1]);
	in = ends[0];
	out = ends[1];
	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = out;
	pid = process_start(&p, err);
	if (pid < 0 || child_watch(o->loop, &o->child, pid, err) < 0)
		return error_wrap(err, "%s", argv[1]);
	o->child.fn = on_exit_of;
	o->source.fn = on_bytes;
	fcntl(in, F_SETFL, O_NONBLOCK);
	if (loop_watch(o->loop, &o->source, in, EPOLLIN, err) < 0)
		return error_wrap(err, "%s", argv[1]);
	o->fd = take_fd(&in);
	pager_addf(&o->pager, "asking ...\n");
	return 0;
}

void output_done(struct output *o)
{
	if (o->loop)
		stop(o);
	pager_done(&o->pager);
}
