#include "tui/desk/build.h"

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
	*b = (struct build){ .loop = l, .stage = stage, .ended = ended, .owner = owner, .fd = -1,
			     .records_fd = -1 };
}

static void close_output(struct build *b)
{
	source_forget(&b->output);
	drop_fd(&b->fd);
	source_forget(&b->records);
	drop_fd(&b->records_fd);
}

static void take_line(struct build *b)
{
	struct progress p;

	b->line[b->line_len] = '\0';
	b->line_len = 0;
	if (progress_parse(b->line, &p) < 0)
		return;
	b->now = p;
	b->known = true;
	b->stage->ops->changed(b->stage);
}

static void on_records(struct source *s, uint32_t events)
{
	struct build *b = LIST_ITEM(s, struct build, records);
	char buf[4096];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		source_forget(&b->records);
		drop_fd(&b->records_fd);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			take_line(b);
		else if (b->line_len + 1 < sizeof(b->line))
			b->line[b->line_len++] = buf[i];
	}
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
	b->known = false;
	pager_addf(&b->pager, "%s\n", b->cancelled ? "Cancelled; nothing half made was left." :
				       b->failed    ? "It failed." : "Done.");
	b->ended(b);
}

static int watch(struct build *b, struct source *s, int *fd, int *in, struct error *err)
{
	fcntl(*in, F_SETFL, O_NONBLOCK);
	if (loop_watch(b->loop, s, *in, EPOLLIN, err) < 0)
		return error_wrap(err, "build");
	*fd = take_fd(in);
	return 0;
}

static int start(struct build *b, struct error *err)
{
	char name[] = "vmdeck", image[] = "image", verb[] = "build", how[] = "--progress", three[] = "3";
	char *const argv[] = { name, image, verb, how, three, NULL };
	AUTO_CLOSE int in = -1;
	AUTO_CLOSE int out = -1;
	AUTO_CLOSE int records_in = -1;
	AUTO_CLOSE int records_out = -1;
	struct process p = { .argv = argv, .n_fds = 4 };
	int ends[2], more[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "build: pipe");
	in = ends[0];
	out = ends[1];
	if (pipe2(more, O_CLOEXEC) < 0)
		return error_set(err, errno, "build: pipe");
	records_in = more[0];
	records_out = more[1];
	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = out;
	p.fds[3] = records_out;
	pid = process_start(&p, err);
	if (pid < 0 || child_watch(b->loop, &b->child, pid, err) < 0)
		return error_wrap(err, "build");
	b->child.fn = on_exit_of;
	b->output.fn = on_output;
	b->records.fn = on_records;
	b->known = b->cancelled = false;
	b->line_len = 0;
	b->begun = now_ms();
	if (watch(b, &b->output, &b->fd, &in, err) < 0)
		return -1;
	return watch(b, &b->records, &b->records_fd, &records_in, err);
}

void build_cancel(struct build *b)
{
	if (!b->child.pid)
		return;
	b->cancelled = true;
	child_signal(&b->child, SIGTERM);
}

bool build_row(const struct build *b, struct progress_row *r)
{
	if (!b->child.pid)
		return false;
	*r = (struct progress_row){ .what = "kernel and image", .now = b->known ? &b->now : NULL,
				    .seconds = (now_ms() - b->begun) / 1000 };
	return true;
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
