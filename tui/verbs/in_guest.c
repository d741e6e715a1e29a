#include "tui/verbs/in_guest.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/text.h"

enum { PART = 16 << 10 };

/* Keep what may be the beginning of a code point for the next time. */
static size_t whole(const struct exec_out *o)
{
	size_t n = o->held_n, back = 0;

	while (back < 3 && back < n && ((uint8_t)o->held[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < n) {
		uint8_t lead = (uint8_t)o->held[n - 1 - back];
		size_t needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

		if (needs > back + 1)
			return n - back - 1;
	}
	return n;
}

static int write_clean(struct exec_out *o, const char *data, size_t n, struct error *err)
{
	while (n) {
		char clean[3 * sizeof(o->held) + 1];
		size_t part = sizeof(o->held) - o->held_n, ready, len = 0;

		if (part > n)
			part = n;
		for (size_t i = 0; i < part; i++) {
			if (data[i] != '\r') /* line ends of a terminal: ours makes them itself */
				o->held[o->held_n + len++] = data[i];
		}
		o->held_n += len;
		ready = whole(o);
		len = text_clean(clean, sizeof(clean), o->held, ready, true);
		if (fd_write_all(o->fd, clean, len, err) < 0)
			return -1;
		memmove(o->held, o->held + ready, o->held_n - ready);
		o->held_n -= ready;
		data += part;
		n -= part;
	}
	return 0;
}

void exec_out_init(struct exec_out *o, int fd)
{
	*o = (struct exec_out){.fd = fd, .clean = isatty(fd)};
}

static void output(struct client *c, uint32_t request, int stream, const void *data, size_t n)
{
	struct exec *x = peer_of(c)->owner;
	struct exec_out *o = &x->out[stream == 2];

	if (request != x->request || x->failed)
		return;
	if ((o->clean ? write_clean(o, data, n, &x->error) : fd_write_all(o->fd, data, n, &x->error)) < 0) {
		x->failed = true;
		client_exec_signal(c, x->request, SIGPIPE);
	}
}

static void exited(struct client *c, uint32_t request, int code)
{
	struct exec *x = peer_of(c)->owner;

	if (request != x->request)
		return;
	x->code = code;
	x->over = true;
}

static void failed(struct client *c, uint32_t request, const struct error *err)
{
	struct exec *x = peer_of(c)->owner;

	if (request != x->request)
		return;
	x->error = *err;
	x->failed = x->over = true;
}

static bool room(const struct exec *x)
{
	return !x->input_ended && x->under_way + PART <= CLIENT_EXEC_WINDOW;
}

/* One read and its send. */
static void pass_input(struct exec *x)
{
	char buf[PART];
	ssize_t n = read(x->in, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) { /* a stdin that cannot be read is one that has ended */
		x->input_ended = true;
		n = 0;
	}
	x->under_way += (size_t)n;
	client_exec_input(&x->peer.client, x->request, buf, (size_t)n);
}

static void on_input(struct source *s, uint32_t events)
{
	struct exec *x = SOURCE_OWNER(s, struct exec, source);

	(void)events;
	pass_input(x);
	if (!room(x))
		source_forget(s); /* not only unwanted: a hang-up cannot be masked */
}

/* Take up stdin, now or again. */
static int feed(struct exec *x, struct error *err)
{
	if (x->in < 0 || x->source.loop || !room(x))
		return 0;
	if (!x->always_ready) {
		if (loop_watch(x->peer.client.loop, &x->source, x->in, EPOLLIN, err) == 0)
			return 0;
		if (err->code != EPERM)
			return -1;
		x->always_ready = true; /* a regular file, /dev/null: epoll refuses those */
	}
	while (room(x))
		pass_input(x);
	return 0;
}

static void taken(struct client *c, uint32_t request, size_t n)
{
	struct exec *x = peer_of(c)->owner;

	if (request != x->request)
		return;
	x->under_way = n < x->under_way ? x->under_way - n : 0;
	if (feed(x, &x->error) < 0)
		x->failed = x->over = true;
}

static bool signalled(struct remote *r, int signo)
{
	struct exec *x = r->owner;

	/* The first is the command's; whoever insists gets out. */
	if (signo != SIGINT || x->signals++ > 0 || !x->request)
		return false;
	client_exec_signal(&x->peer.client, x->request, signo);
	return true;
}

static bool over(void *arg)
{
	const struct exec *x = arg;

	return x->over || peer_over(&x->peer);
}

int exec_run(struct exec *x, struct remote *r, const struct paths *paths, const char *id,
	     char *const argv[], int in)
{
	static const struct client_events events = {
		.output = output, .exited = exited, .failed = failed, .taken = taken,
	};
	struct error err = {0};
	enum remote_end end;
	int code = peer_meet(&x->peer, r, paths, id, &events, x, true);

	if (code)
		return code;
	r->signalled = signalled;
	r->owner = x;
	x->in = in;
	x->source.fn = on_input;
	x->request = client_exec(&x->peer.client, argv);
	if (!x->request) {
		error_set(&err, E2BIG, "the command");
		error_hint(&err, "it may take 60 KiB in all; copy longer input with vmdeck cp");
		return talk_error(&err);
	}
	if (feed(x, &err) < 0)
		return talk_error(&err);
	end = remote_until(r, over, x, -1, &err);
	source_forget(&x->source);
	if (end == REMOTE_SIGNAL)
		return EXIT_INTERRUPTED;
	if (end != REMOTE_DONE)
		return remote_tell(end, "the command", &err);
	if (x->failed && x->error.code == EPIPE)
		return EXIT_DONE;
	if (x->failed)
		return talk_error(&x->error);
	if (!x->over) {
		talk("vmdeck: session %s ended under the command", id);
		return EXIT_FAILED;
	}
	return x->code;
}

int exec_in(const struct paths *paths, const char *id, char *const argv[], int in, int out)
{
	struct exec x = {0};
	struct remote remote;
	struct error err;
	int code;

	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	exec_out_init(&x.out[0], out);
	exec_out_init(&x.out[1], STDERR_FILENO);
	code = exec_run(&x, &remote, paths, id, argv, in);
	peer_close(&x.peer);
	remote_done(&remote);
	return code;
}
