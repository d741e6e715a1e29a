#include "engine/guest/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/guest/command.h"

enum {
	CHUNK = 16 * 1024,
};

static void on_output(struct watch *w, uint32_t events);
static void on_input(struct watch *w, uint32_t events);

void execs_init(struct execs *x, int epoll, struct port *port, struct system *in)
{
	x->epoll = epoll;
	x->system = in;
	x->port = port;
	for (int i = 0; i < CONTROL_EXECS; i++)
		x->slots[i] = (struct exec){ .all = x, .in.fd = -1, .out.fd = -1, .err.fd = -1 };
}

static struct exec *find(struct execs *x, uint32_t id)
{
	for (int i = 0; i < CONTROL_EXECS; i++)
		if (x->slots[i].id == id)
			return &x->slots[i];
	return NULL;
}

static void child(const struct system *in, struct command *c, const int fds[3], int report)
{
	int code = 0;

	setsid();
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			code = errno;
	if (!code)
		code = system_enter(in);
	if (!code)
		code = command_exec(c, NULL);
	(void)!write(report, &code, sizeof(code));
	_exit(127);
}

/* 0, or an errno. The parent's ends are ours[]. */
static int launch(struct system *in, struct command *c, int ours[3], pid_t *pid)
{
	int pipes[4][2], made = 0, code = 0;

	while (made < 4 && pipe2(pipes[made], O_CLOEXEC) == 0)
		made++;
	if (made < 4) {
		code = errno;
	} else {
		*pid = system_fork(in);
		if (*pid == 0)
			child(in, c, (int[]){ pipes[0][0], pipes[1][1], pipes[2][1] }, pipes[3][1]);
		code = *pid < 0 ? errno : 0;
		close(pipes[3][1]);
		pipes[3][1] = -1;
		if (*pid > 0 && read(pipes[3][0], &code, sizeof(code)) == sizeof(code))
			waitpid(*pid, NULL, 0);
	}
	for (int i = 0; i < made; i++) {
		int keep = i == 3 || code ? -1 : i == 0 ? 1 : 0;
		for (int end = 0; end < 2; end++)
			if (end != keep && pipes[i][end] >= 0)
				close(pipes[i][end]);
		if (keep >= 0)
			ours[i] = pipes[i][keep];
	}
	return code;
}

static void watch_end(struct exec *e, struct watch *w, int fd, watch_fn *fn, uint32_t events)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	*w = (struct watch){ .fn = fn, .arg = e, .fd = fd };
	watch_add(e->all->epoll, w, events);
}

void execs_start(struct execs *x, const struct frame *f)
{
	static struct command c; /* too large for a stack of ours */
	const char *what = "exec: this id";
	int ours[3], code = EBUSY;
	struct exec *e = find(x, 0);

	if (f->id && !find(x, f->id)) {
		what = "exec: too many at once";
		code = e ? command_read(&c, f, &what) : EAGAIN;
		if (!code) {
			what = "exec: no such user";
			code = user_complete(&c.user);
		}
		if (!code) {
			what = c.argv[0];
			code = launch(x->system, &c, ours, &e->pid);
		}
	}
	if (code)
		return port_send_error(x->port, f->id, code, what);
	e->id = f->id;
	e->ended = e->in_close = false;
	e->in_len = 0;
	e->in_buf = malloc(CONTROL_INPUT_WINDOW);
	watch_end(e, &e->in, ours[0], on_input, 0);
	watch_end(e, &e->out, ours[1], on_output, EPOLLIN);
	watch_end(e, &e->err, ours[2], on_output, EPOLLIN);
}

static void input_done(struct exec *e)
{
	watch_close(e->all->epoll, &e->in);
	free(e->in_buf);
	e->in_buf = NULL;
	e->in_len = 0;
}

/* Nothing more can come from it: say so and free the slot. */
static void finish(struct exec *e)
{
	struct control_writer w;
	int signo = WIFSIGNALED(e->status) ? WTERMSIG(e->status) : 0;

	input_done(e);
	watch_close(e->all->epoll, &e->out);
	watch_close(e->all->epoll, &e->err);
	port_begin(e->all->port, &w, CONTROL_EXEC_EXIT, e->id);
	control_u32(&w, signo ? 0 : (uint32_t)WEXITSTATUS(e->status));
	control_u32(&w, (uint32_t)signo);
	port_send(e->all->port, &w);
	e->id = 0;
	e->pid = 0;
}

/* Pass on what the pipe holds. False when the port is full, and there may be
 * more. */
static bool pump(struct exec *e, struct watch *w)
{
	struct control_writer frame;
	uint8_t buf[CHUNK];

	while (w->fd >= 0) {
		if (port_room(e->all->port) < CHUNK) {
			watch_pause(e->all->epoll, w);
			return false;
		}
		ssize_t n = read(w->fd, buf, sizeof(buf));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0) {
			watch_close(e->all->epoll, w);
			break;
		}
		port_begin(e->all->port, &frame, CONTROL_EXEC_OUTPUT, e->id);
		control_flags(&frame, w == &e->err ? CONTROL_STDERR : 0);
		control_bytes(&frame, buf, (size_t)n);
		port_send(e->all->port, &frame);
	}
	watch_want(e->all->epoll, w, EPOLLIN);
	return true;
}

static void pump_both(struct exec *e)
{
	bool out = pump(e, &e->out), err = pump(e, &e->err);

	if (out && err && e->ended)
		finish(e);
}

static void on_output(struct watch *w, uint32_t events)
{
	struct exec *e = w->arg;

	(void)events;
	pump(e, w);
	if (e->ended)
		pump_both(e);
}

void execs_pump(struct execs *x)
{
	for (int i = 0; i < CONTROL_EXECS; i++)
		if (x->slots[i].id)
			pump_both(&x->slots[i]);
}

static void taken(struct exec *e, size_t n)
{
	struct control_writer w;

	port_begin(e->all->port, &w, CONTROL_EXEC_TAKEN, e->id);
	control_u32(&w, (uint32_t)n);
	port_send(e->all->port, &w);
}

static void feed(struct exec *e)
{
	ssize_t n = 0;

	if (e->in_len)
		n = write(e->in.fd, e->in_buf, e->in_len);
	if (n < 0 && errno != EAGAIN)
		return input_done(e); /* it reads no more; that is its affair */
	if (n > 0) {
		e->in_len -= (size_t)n;
		memmove(e->in_buf, e->in_buf + n, e->in_len);
		taken(e, (size_t)n);
	}
	if (!e->in_len && e->in_close)
		return input_done(e);
	watch_want(e->all->epoll, &e->in, e->in_len ? EPOLLOUT : 0);
}

static void on_input(struct watch *w, uint32_t events)
{
	struct exec *e = w->arg;

	if (events & EPOLLERR)
		return input_done(e);
	feed(e);
}

void execs_input(struct execs *x, const struct frame *f)
{
	struct exec *e = f->id ? find(x, f->id) : NULL;

	if (!e || e->in.fd < 0 || e->in_close || !e->in_buf)
		return; /* it has ended, or closed its input */
	if (f->len > CONTROL_INPUT_WINDOW - e->in_len)
		return port_send_error(x->port, f->id, ENOBUFS, "exec: input beyond the window");
	memcpy(e->in_buf + e->in_len, f->payload, f->len);
	e->in_len += f->len;
	feed(e);
}

void execs_close_input(struct execs *x, uint32_t id)
{
	struct exec *e = id ? find(x, id) : NULL;

	if (!e || e->in.fd < 0)
		return;
	e->in_close = true;
	feed(e);
}

void execs_signal(struct execs *x, uint32_t id, int signo)
{
	struct exec *e = id ? find(x, id) : NULL;

	if (e && !e->ended)
		kill(-e->pid, signo);
}

bool execs_reaped(struct execs *x, pid_t pid, int status)
{
	for (int i = 0; i < CONTROL_EXECS; i++) {
		struct exec *e = &x->slots[i];
		if (!e->id || e->ended || e->pid != pid)
			continue;
		e->ended = true;
		e->status = status;
		pump_both(e);
		return true;
	}
	return false;
}
