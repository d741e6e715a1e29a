#include "tui/desk/build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
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

/* What there is to read; false: no more will come. */
static bool read_records(struct build *b)
{
	char buf[4096];
	ssize_t n = read(b->records_fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			take_line(b);
		else if (b->line_len + 1 < sizeof(b->line))
			b->line[b->line_len++] = buf[i];
	}
	return n > 0;
}

static void on_records(struct source *s, uint32_t events)
{
	struct build *b = LIST_ITEM(s, struct build, records);

	(void)events;
	if (read_records(b))
		return;
	source_forget(&b->records);
	drop_fd(&b->records_fd);
}

/* 1 something came, 0 nothing now, -1 no more will. */
static int read_output(struct build *b)
{
	char buf[4096];
	ssize_t n = read(b->fd, buf, sizeof(buf));

	if (n <= 0)
		return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
	pager_append(&b->pager, buf, (size_t)n);
	b->stage->ops->changed(b->stage);
	return 1;
}

static void on_output(struct source *s, uint32_t events)
{
	struct build *b = LIST_ITEM(s, struct build, output);

	(void)events;
	if (read_output(b) < 0)
		close_output(b);
}

static void set_label(struct build *b)
{
	char name[BUILD_TITLE], more[40] = "";

	if (b->n_waiting)
		snprintf(more, sizeof(more), ", %zu more wait%s", b->n_waiting, b->n_waiting == 1 ? "s" : "");
	snprintf(b->label, sizeof(b->label), "%s%s", build_name(b->image, name), more);
}

static void begin(struct build *b);

static void next(struct build *b)
{
	if (!b->n_waiting)
		return;
	memcpy(b->image, b->waiting[0], sizeof(b->image));
	memmove(b->waiting[0], b->waiting[1], --b->n_waiting * sizeof(b->waiting[0]));
	begin(b);
}

static void on_exit_of(struct child *c, int status)
{
	struct build *b = LIST_ITEM(c, struct build, child);

	/* Its last words come before ours, and before the next one's. */
	while (b->fd >= 0 && read_output(b) > 0)
		;
	close_output(b);
	b->failed = !WIFEXITED(status) || WEXITSTATUS(status);
	b->unread = b->failed && !b->cancelled;
	b->known = false;
	pager_addf(&b->pager, "%s\n", b->cancelled ? "Cancelled; nothing half made was left." :
				       b->failed    ? "It failed." : "Done.");
	b->ended(b);
	next(b);
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
	char *const argv[] = { name, image, how, three, verb, b->image[0] ? b->image : NULL, NULL };
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
	*r = (struct progress_row){ .what = b->label, .now = b->known ? &b->now : NULL,
				    .seconds = (now_ms() - b->begun) / 1000 };
	return true;
}

const char *build_name(const char *image, char out[BUILD_TITLE])
{
	snprintf(out, BUILD_TITLE, "%s%s", image[0] ? "image " : "kernel and image", image);
	return out;
}

bool build_has(const struct build *b, const char *image)
{
	if (b->child.pid && strcmp(b->image, image) == 0)
		return true;
	for (size_t i = 0; i < b->n_waiting; i++)
		if (strcmp(b->waiting[i], image) == 0)
			return true;
	return false;
}

bool build_show(struct build *b)
{
	if (!b->child.pid && !b->unread)
		return false;
	b->unread = false;
	b->stage->ops->push(b->stage, &b->pager.view);
	return true;
}

/* What those before it said stays above, while one follows the other. */
static void begin(struct build *b)
{
	struct error err;

	build_name(b->image, b->pager.title);
	set_label(b);
	if (start(b, &err) < 0) {
		b->stage->ops->notice(b->stage, true, err.msg, err.hint);
		next(b);
		return;
	}
	pager_addf(&b->pager, "vmdeck image build%s%s\n", b->image[0] ? " " : "", b->image);
	b->stage->ops->changed(b->stage);
}

static void wait_for_turn(struct build *b, const char *image)
{
	char name[BUILD_TITLE], before[BUILD_TITLE], text[280];

	build_name(image, name);
	if (build_has(b, image)) {
		snprintf(text, sizeof(text), "%s: asked for already, one is made after the other", name);
	} else if (b->n_waiting == BUILD_WAITING) {
		snprintf(text, sizeof(text), "%s: no, %d wait already", name, BUILD_WAITING);
	} else {
		build_name(b->n_waiting ? b->waiting[b->n_waiting - 1] : b->image, before);
		snprintf(text, sizeof(text), "%s is built after %s", name, before);
		snprintf(b->waiting[b->n_waiting++], BUILD_NAME, "%s", image);
		set_label(b);
	}
	b->stage->ops->notice(b->stage, false, text, "");
}

void build_start(struct build *b, const char *image)
{
	if (b->child.pid) {
		wait_for_turn(b, image);
		return;
	}
	close_output(b);
	pager_open(&b->pager, b->stage, "");
	b->unread = false;
	snprintf(b->image, sizeof(b->image), "%s", image);
	begin(b);
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
