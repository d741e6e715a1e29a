#include "tui/build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "engine/base/own.h"
#include "engine/base/process.h"

void build_init(struct build *b, struct loop *l, struct stage *stage,
		void (*ended)(struct build *b), void *owner)
{
	*b = (struct build){ .loop = l, .stage = stage, .ended = ended, .owner = owner, .fd = -1 };
}

static void close_output(struct build *b)
{
	source_forget(&b->output);
	drop_fd(&b->fd);
}

static void on_output(struct source *s, uint32_t events)
{
	struct build *b = LIST_ITEM(s, struct build, output);
	char buf[4096];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close_output(b);
		return;
	}
	pager_append(&b->pager, buf, (size_t)n);
	b->stage->ops->changed(b->stage);
}

static void on_exit_of(struct child *c, int status)
{
	struct build *b = LIST_ITEM(c, struct build, child);

	b->failed = !WIFEXITED(status) || WEXITSTATUS(status);
	pager_addf(&b->pager, "%s\n", b->failed ? "It failed." : "Done.");
	b->ended(b);
}

static int start(struct build *b, struct error *err)
{
	char name[] = "vmdeck", image[] = "image", verb[] = "build";
	char *const argv[] = { name, image, verb, NULL };
	AUTO_CLOSE int in = -1;
	AUTO_CLOSE int out = -1;
	struct process p = { .argv = argv, .n_fds = 3 };
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "build: pipe");
	in = ends[0];
	out = ends[1];
	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = out;
	pid = process_start(&p, err);
	if (pid < 0 || child_watch(b->loop, &b->child, pid, err) < 0)
		return error_wrap(err, "build");
	b->child.fn = on_exit_of;
	b->output.fn = on_output;
	fcntl(in, F_SETFL, O_NONBLOCK);
	if (loop_watch(b->loop, &b->output, in, EPOLLIN, err) < 0)
		return error_wrap(err, "build");
	b->fd = take_fd(&in);
	return 0;
}

void build_start(struct build *b)
{
	struct error err;

	if (b->child.pid) {
		b->stage->ops->push(b->stage, &b->pager.view);
		return;
	}
	close_output(b);
	pager_open(&b->pager, b->stage, "kernel and image");
	if (start(b, &err) < 0) {
		b->stage->ops->notice(b->stage, true, err.msg, err.hint);
		return;
	}
	pager_addf(&b->pager, "vmdeck image build\n");
	b->stage->ops->push(b->stage, &b->pager.view);
}

void build_done(struct build *b)
{
	if (!b->loop)
		return;
	if (b->child.pid) {
		child_signal(&b->child, SIGTERM);
		child_forget(&b->child);
	}
	close_output(b);
	pager_done(&b->pager);
}
