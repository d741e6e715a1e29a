/* Relays from inside a session's namespace: bytes in bulk by pipe and without one, and
 * connections that wait for ever. In the decoy world. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/pipes.h"
#include "tests/world/rig.h"

static const char *const usual[] = { "ok.example:9000", "ok.example:80", "hosts.example", NULL };

enum { BIG = 48 << 20, PIECE = 64 << 10 };

/* The byte at that place of a stream that is like no other. */
static uint8_t byte_at(uint64_t at, unsigned stream)
{
	return (uint8_t)((at * 2654435761U + stream * 40503U) >> 13);
}

/* The address that a name has here, for programs in the session's own namespace. */
static int look_up(const char *name, char address[16])
{
	return guest_ask(NULL, name, 1, 0, address) == 0 && address[0] ? 0 : -1;
}

/* Run it in the session's namespace, where packets are large, beside us. */
struct beside {
	pid_t pid;
	int from, to; /* its output; and what it waits for */
};

static void begin_beside(struct rig *r, struct beside *b, void (*fn)(int in, int out))
{
	int out[2], in[2];

	WANT(pipe2(out, O_CLOEXEC) == 0 && pipe2(in, O_CLOEXEC) == 0);
	b->pid = fork();
	if (b->pid == 0) {
		if (setns(r->net.ns_fd, CLONE_NEWNET) == 0)
			fn(in[0], out[1]);
		_exit(0);
	}
	close(out[1]);
	close(in[0]);
	b->from = out[0];
	b->to = in[1];
}

static const char *end_beside(struct beside *b, char text[128])
{
	int n = 0;
	ssize_t k;

	while (n < 127 && (k = read(b->from, text + n, (size_t)(127 - n))) > 0)
		n += (int)k;
	text[n] = '\0';
	close(b->from);
	close(b->to);
	waitpid(b->pid, NULL, 0);
	return text;
}

/* Descriptors of the gateway that are pipes; -1 when that cannot be seen. */
static int pipes_of(struct rig *r)
{
	char path[64], link[64];
	struct dirent *e;
	DIR *d;
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)r->gateway.child.pid);
	d = opendir(path);
	if (!d)
		return -1;
	while ((e = readdir(d))) {
		ssize_t k = readlinkat(dirfd(d), e->d_name, link, sizeof(link));

		n += k > 5 && !memcmp(link, "pipe:", 5);
	}
	closedir(d);
	return n;
}

static bool has_pipes(struct rig *r, const void *arg)
{
	return pipes_of(r) >= *(const int *)arg;
}

/*
 * Up and down at the same time, BIG bytes each way through the echo, each compared; then
 * our side ends, and theirs must end behind the last byte.
 */
static void echo_much(int in, int out, unsigned stream, bool urgent)
{
	static uint8_t up[PIECE], down[PIECE];
	uint64_t sent = 0, got = 0, marks = 0;
	char address[16];
	int fd = look_up("ok.example", address) == 0 ? guest_connect(address, 9000, RIG_DEADLINE_MS) : -1;

	(void)in;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (;;) {
		struct pollfd p = { .fd = fd, .events = (short)(POLLIN | (sent < BIG ? POLLOUT : 0)) };
		ssize_t n;

		if (fd < 0 || poll(&p, 1, RIG_DEADLINE_MS) <= 0) {
			dprintf(out, "stuck: %llu sent, %llu back", (unsigned long long)sent, (unsigned long long)got);
			return;
		}
		if (p.revents & POLLOUT) {
			size_t len = BIG - sent < PIECE ? BIG - sent : PIECE;

			for (size_t i = 0; i < len; i++)
				up[i] = byte_at(sent + i, stream);
			n = send(fd, up, len, MSG_NOSIGNAL);
			sent += n > 0 ? (size_t)n : 0;
			if (urgent && sent / (4 << 20) > marks && send(fd, "!", 1, MSG_OOB | MSG_NOSIGNAL) == 1)
				marks++;
			if (sent == BIG)
				shutdown(fd, SHUT_WR);
		}
		if (!(p.revents & (POLLIN | POLLHUP)))
			continue;
		n = recv(fd, down, sizeof(down), 0);
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++, got++)
			if (down[i] != byte_at(got, stream)) {
				dprintf(out, "another byte at %llu", (unsigned long long)got);
				return;
			}
	}
	dprintf(out, got == BIG ? "good" : "only %llu", (unsigned long long)got);
}

static void echo_plain(int in, int out)
{
	echo_much(in, out, 1, false);
}

static void echo_urgent(int in, int out)
{
	echo_much(in, out, 2, true);
}

static bool moved(struct rig *r, const void *arg)
{
	return r->totals.in >= *(const uint64_t *)arg && r->totals.out >= *(const uint64_t *)arg;
}

static void much(struct rig *r)
{
	struct beside b;
	char text[128];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, echo_plain);
	if (pipes_of(r) >= 0)
		WANT(rig_until(r, has_pipes, &(int){ 2 }));
	end_beside(&b, text);
	if (strcmp(text, "good") != 0)
		rig_note(r, "%s", text);
	WANT(rig_until(r, moved, &(uint64_t){ BIG }));
	WANT_INT(r->totals.in, BIG);
	WANT_INT(r->totals.out, BIG);
}

static void much_as_root(void)
{
	if (getuid() != 0)
		SKIP("root");
	rig_run(false, RIG_WORLD | RIG_SESSION, much);
}

static void much_as_user(void)
{
	rig_run(true, RIG_WORLD | RIG_SESSION, much);
}

/* The marks are not passed on, but nothing behind one waits. */
static void with_marks(struct rig *r)
{
	struct beside b;
	char text[128];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, echo_urgent);
	end_beside(&b, text);
	if (strcmp(text, "good") != 0)
		rig_note(r, "%s", text);
}

static void urgent_data_holds_nothing_up(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, with_marks);
}

/* A user whose pipes have all pages that they may: new ones are small, and not used. */
static void without_pipes(struct rig *r)
{
	struct rlimit many;
	struct beside b;
	char text[128];
	int n = 0, p[2];

	getrlimit(RLIMIT_NOFILE, &many);
	many.rlim_cur = many.rlim_max;
	setrlimit(RLIMIT_NOFILE, &many);
	while (n < 20000 && pipe2(p, O_CLOEXEC) == 0 && fcntl(p[0], F_GETPIPE_SZ) >= PIPE_LEAST)
		n++;
	WANT(n < 20000 && fcntl(p[0], F_GETPIPE_SZ) < PIPE_LEAST);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, echo_plain);
	end_beside(&b, text);
	if (strcmp(text, "good") != 0)
		rig_note(r, "%s", text);
	WANT(pipes_of(r) <= 0);
	close_range((unsigned)p[1] - 2 * (unsigned)n, (unsigned)p[1], 0);
}

static void where_there_are_no_pipes_it_copies(void)
{
	struct rlimit l;

	if (getuid() != 0)
		SKIP("root, to be a user that nobody else is");
	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max < 3000)
		SKIP("a limit of 3000 descriptors");
	rig_run(true, RIG_WORLD | RIG_SESSION, without_pipes);
}

/* Ask for much, never read; more of them than there are pipes. Then one that does. */
enum { STUCK = PIPES_MAX + 4 };

static void ask_and_wait(int in, int out)
{
	char address[16], c;
	int fd[STUCK];

	if (look_up("ok.example", address) < 0)
		return;
	for (int i = 0; i < STUCK; i++) {
		fd[i] = guest_connect(address, 80, RIG_DEADLINE_MS);
		dprintf(fd[i], "GET /big/%d HTTP/1.1\r\nHost: ok.example\r\n\r\n", BIG);
	}
	dprintf(out, ".");
	if (read(in, &c, 1) == 1) /* then they are all gone at once */
		dprintf(out, "gone");
}

static bool rest_came(struct rig *r, const void *arg)
{
	uint64_t *last = (uint64_t *)(uintptr_t)arg;

	last[1] = r->totals.in && r->totals.in == last[0] ? last[1] + 1 : 0;
	last[0] = r->totals.in;
	return r->totals.open == STUCK && last[1] > 25;
}

static bool none_open(struct rig *r, const void *arg)
{
	(void)arg;
	return r->totals.open == 0 && r->totals.connections;
}

static void stuck(struct rig *r)
{
	uint64_t last[2] = { 0, 0 };
	struct beside b, other;
	char text[128];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, ask_and_wait);
	WANT(rig_until(r, rest_came, last)); /* the far sides are held up */
	WANT(r->totals.in < (uint64_t)BIG * STUCK / 2);
	if (pipes_of(r) >= 0)
		WANT_INT(pipes_of(r), 2 * PIPES_MAX);
	begin_beside(r, &other, echo_plain); /* no pipe is left for it */
	end_beside(&other, text);
	if (strcmp(text, "good") != 0)
		rig_note(r, "beside those that hold all pipes: %s", text);
	WANT(write(b.to, "x", 1) == 1);
	end_beside(&b, text);
	WANT(rig_until(r, none_open, NULL));
	/* What was left in their pipes is nobody else's. */
	begin_beside(r, &other, echo_plain);
	end_beside(&other, text);
	if (strcmp(text, "good") != 0)
		rig_note(r, "after them: %s", text);
}

static void who_does_not_read_takes_no_ones_pipe(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, stuck);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "much passes unharmed, as root", much_as_root },
		{ "much passes unharmed, as an ordinary user", much_as_user },
		{ "urgent data holds nothing up", urgent_data_holds_nothing_up },
		{ "where there are no pipes it copies", where_there_are_no_pipes_it_copies },
		{ "who does not read takes no one's pipe", who_does_not_read_takes_no_ones_pipe },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
