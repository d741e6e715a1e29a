/* Relays from inside a session's namespace: bytes in bulk by pipe and without one, and
 * connections that wait for ever. In the decoy world. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/pipes.h"
#include "engine/net/upstream.h"
#include "tests/world/rig.h"

static const char *const usual[] = { "ok.example:9000", "ok.example:80", "hosts.example", NULL };

enum { BIG = 48 << 20, PIECE = 64 << 10, MARKS = 4 << 20 /* between two urgent bytes */ };

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
		close(in[1]); /* so that it ends when we do */
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
	uint64_t sent = 0, got = 0, mark[BIG / MARKS + 1], n_marks = 0, passed = 0;
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
			if (urgent && sent / MARKS > n_marks && send(fd, "!", 1, MSG_OOB | MSG_NOSIGNAL) == 1)
				mark[n_marks++] = sent;
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
		for (ssize_t i = 0; i < n; i++) {
			bool is_mark = passed < n_marks && mark[passed] == got;

			if (down[i] != (is_mark ? '!' : byte_at(got, stream))) {
				dprintf(out, "another byte at %llu", (unsigned long long)got);
				return;
			}
			passed += is_mark;
			got += !is_mark;
		}
	}
	dprintf(out, got == BIG && passed == n_marks ? "good" : "only %llu", (unsigned long long)got);
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

/* Urgent bytes go where they were said, and nothing behind one waits or is lost. */
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

static bool none_left(struct rig *r, const void *arg)
{
	(void)arg;
	return r->totals.open == 0;
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

/* Many that do not read: what they cost is known. */
enum { MANY = 300 };

static void ask_many_and_wait(int in, int out)
{
	char address[16], c;

	if (look_up("ok.example", address) < 0)
		return;
	for (int i = 0; i < MANY; i++)
		dprintf(guest_connect(address, 80, RIG_DEADLINE_MS), "GET /big/%d HTTP/1.1\r\nHost: ok.example\r\n\r\n", BIG);
	dprintf(out, read(in, &c, 1) == 1 ? "gone" : "");
}

static long rss_kib(pid_t pid)
{
	char path[64], line[128];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static bool many_stuck(struct rig *r, const void *arg)
{
	uint64_t *last = (uint64_t *)(uintptr_t)arg;

	last[1] = r->totals.in && r->totals.in == last[0] ? last[1] + 1 : 0;
	last[0] = r->totals.in;
	return r->totals.open == MANY && last[1] > 25;
}

static void many(struct rig *r)
{
	uint64_t last[2] = { 0, 0 };
	long before = rss_kib(r->gateway.child.pid), after;
	struct beside b;
	char text[128];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, ask_many_and_wait);
	WANT(rig_until(r, many_stuck, last));
	after = rss_kib(r->gateway.child.pid);
	printf("  %d of them cost %ld KiB\n", MANY, after - before);
	fflush(stdout);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
	WANT(after - before < MANY * 140);
#endif
	WANT(write(b.to, "x", 1) == 1);
	end_beside(&b, text);
	WANT(rig_until(r, none_open, NULL));
	begin_beside(r, &b, echo_plain);
	end_beside(&b, text);
	WANT(!strcmp(text, "good"));
}

static void many_that_do_not_read_cost_little(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max < 4096)
		SKIP("a limit of 4096 descriptors");
	rig_run(false, RIG_WORLD | RIG_SESSION, many);
}

/* Where a connection may go, as the kernel of this host knows its own addresses. */
static void addresses(struct rig *r)
{
	static const struct { const char *text; bool may; } cases[] = {
		{ "93.184.216.80", true },
		{ "93.184.216.2", false },             /* the host's */
		{ "93.184.217.3", false },             /* its second */
		{ "2606:2800:221::1", true },
		{ "2606:2800:220::2", false },         /* the host's */
		{ "64:ff9b::93.184.216.80", true },    /* NAT64 */
		{ "64:ff9b::93.184.216.2", false },    /* the host by NAT64 */
		{ "64:ff9b::169.254.169.254", false },
		{ "64:ff9b::127.0.0.1", false },
		{ "64:ff9b:1::8.8.8.8", false },       /* local-use NAT64 */
		{ "::ffff:93.184.216.80", false },     /* mapped, whatever is in it */
		{ "::ffff:0:93.184.216.80", false },   /* translated (SIIT) */
		{ "::93.184.216.80", false },          /* compatible */
		{ "2002:5db8:d802::1", false },        /* 6to4 */
		{ "2001:0:5db8:d802::1", false },      /* Teredo */
		{ "fe80::5efe:10.0.0.1", false },      /* ISATAP */
		{ "fc00::1", false },
		{ "fec0::1", false },
		{ "ff02::1", false },
		{ "::1", false },
		{ "::", false },
		{ "5f00::1", false },                  /* segment routing */
		{ "100::1", false },                   /* discard */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool may;

		if (inet_pton(AF_INET, cases[i].text, &v4.sin_addr) == 1)
			may = upstream_may((struct sockaddr *)&v4, sizeof(v4));
		else if (inet_pton(AF_INET6, cases[i].text, &v6.sin6_addr) == 1)
			may = upstream_may((struct sockaddr *)&v6, sizeof(v6));
		else
			may = !cases[i].may;
		if (may != cases[i].may)
			rig_note(r, "%s: %d", cases[i].text, may);
	}
}

static void a_host_is_known_by_all_its_addresses(void)
{
	rig_run(false, RIG_WORLD, addresses);
}

/* Time: another gateway for the same session, with less patience. */
static void start_timed(struct rig *r, const struct gateway_times *times)
{
	const struct gateway_hooks *hooks = r->gateway.hooks;
	struct error err = { 0 };

	gateway_stop(&r->gateway);
	netns_done(&r->net);
	if (netns_make(&r->net, &err) < 0 ||
	    gateway_start_timed(&r->gateway, &r->loop, r->net.ns_fd, hooks, times, &err) < 0)
		rig_note(r, "%.300s", err.msg);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
}

static const char *said; /* by the next one, to `said_to` */
static uint16_t said_to;
static bool said_ends;

/* Say it, hear what comes, tell how it ends. */
static void say_and_wait(int in, int out)
{
	char address[16], text[256];
	const char *to = said_to == 53 || said_to == 3128 ? strcpy(address, "10.200.0.1") : NULL;
	int fd = to || look_up("ok.example", address) == 0 ? guest_connect(address, said_to, RIG_DEADLINE_MS) : -1;
	size_t heard = 0;
	ssize_t n;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	(void)in;
	fcntl(fd, F_SETFL, 0);
	if (fd < 0 || send(fd, said, strlen(said), MSG_NOSIGNAL) < 0) {
		dprintf(out, "connect");
		return;
	}
	if (said_ends) {
		shutdown(fd, SHUT_WR);
		p.events = 0; /* its end, without taking what is before it */
	}
	dprintf(out, ".");
	do {
		if (poll(&p, 1, RIG_DEADLINE_MS) <= 0) {
			dprintf(out, "kept");
			return;
		}
		n = said_ends ? -1 : recv(fd, text, sizeof(text), 0);
		heard += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	dprintf(out, "%s %zu", n ? "reset" : "end", heard);
}

/* What hangs is ended by the time that is for it, and by no other: the rest is an hour. */
static void hangs(struct rig *r)
{
	enum { HOUR = 3600 * 1000, SOON = 150 };
	static const struct {
		const char *what, *text;
		uint16_t port;
		bool ends;
		unsigned offset; /* of the time that is short */
		const char *how;
	} cases[] = {
		{ "an idle connection", "hello\n", 9000, false, offsetof(struct gateway_times, idle), "reset 6" },
		{ "a client that says nothing", "", 9000, false, offsetof(struct gateway_times, idle), "reset 0" },
		{ "half a hello", "\x16\x03\x01\x01", 80, false, offsetof(struct gateway_times, begun), "reset 0" },
		{ "half a head", "GET / HTTP/1.1\r\nHost: ok", 80, false, offsetof(struct gateway_times, begun), "reset 0" },
		{ "half a line", "GET /aaaaaaaaaaaaaa", 80, false, offsetof(struct gateway_times, begun), "reset 0" },
		{ "half a body", "POST / HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 9\r\n\r\nx", 80, false,
		  offsetof(struct gateway_times, idle), "reset 0" },
		{ "half a request to the proxy", "CONNECT ok.exa", 3128, false, offsetof(struct gateway_times, begun), "reset 0" },
		{ "nothing to the proxy", "", 3128, false, offsetof(struct gateway_times, begun), "reset 0" },
		{ "half a question", "\x7f", 53, false, offsetof(struct gateway_times, begun), "end 0" },
		{ "one that has ended and takes no answer", "GET /big/999999999 HTTP/1.1\r\nHost: ok.example\r\n\r\n",
		  80, true, offsetof(struct gateway_times, half), "reset" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases) && !r->failed; i++) {
		struct gateway_times times = gateway_times_usual;
		struct beside b;
		char text[128];

		times.begun = times.half = times.idle = HOUR;
		times.sweep = 20;
		*(unsigned *)(void *)((char *)&times + cases[i].offset) = SOON;
		start_timed(r, &times);
		said = cases[i].text;
		said_to = cases[i].port;
		said_ends = cases[i].ends;
		begin_beside(r, &b, say_and_wait);
		end_beside(&b, text);
		if (text[0] != '.' || strncmp(text + 1, cases[i].how, strlen(cases[i].how)) != 0)
			rig_note(r, "%s: %s, not %s", cases[i].what, text + 1, cases[i].how);
		WANT(rig_until(r, none_left, NULL));
	}
}

static void what_hangs_is_ended_in_its_time(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, hangs);
}

/* Is the gateway there? */

static bool is_silent(struct rig *r, const void *arg)
{
	return r->silent == *(const bool *)arg;
}

static void stopped(struct rig *r)
{
	struct beside b;
	char text[128];
	uint64_t from;

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	kill(r->gateway.child.pid, SIGSTOP);
	from = now_ms();
	WANT(rig_until(r, is_silent, &(bool){ true }));
	printf("  told within %d ms\n", (int)(now_ms() - from));
	fflush(stdout);
	WANT(!r->gone[0]);
	kill(r->gateway.child.pid, SIGCONT);
	WANT(rig_until(r, is_silent, &(bool){ false }));
	begin_beside(r, &b, echo_plain);
	end_beside(&b, text); /* and it goes on as it was */
	if (strcmp(text, "good") != 0)
		rig_note(r, "%s", text);
	WANT_INT(r->n_silent, 1);
}

static void a_stopped_gateway_is_told(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, stopped);
}

static void busy(struct rig *r)
{
	struct beside b;
	char text[128];
	struct error err;

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	begin_beside(r, &b, echo_plain);
	for (int i = 0; i < 100; i++)
		loop_turn(&r->loop, 20, &err);
	end_beside(&b, text);
	WANT_INT(r->n_silent, 0);
	WANT(r->gateway.ping.source.loop);
}

static void one_that_is_busy_is_not(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, busy);
}

/* A host that gives no mount namespaces: it runs, and that is known. */
static void unconfined(struct rig *r)
{
	const char *const limit = "/proc/sys/user/max_mnt_namespaces";
	struct gateway_times times = gateway_times_usual;
	AUTO_CLOSE int fd = open(limit, O_WRONLY | O_CLOEXEC);

	WANT(r->gateway.confined);
	WANT(fd >= 0 && write(fd, "0", 1) == 1);
	start_timed(r, &times);
	WANT(!r->gateway.confined);
}

static void a_gateway_without_its_own_root_is_known(void)
{
	rig_run(true, RIG_WORLD | RIG_SESSION, unconfined);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "much passes unharmed, as root", much_as_root },
		{ "much passes unharmed, as an ordinary user", much_as_user },
		{ "urgent data holds nothing up", urgent_data_holds_nothing_up },
		{ "where there are no pipes it copies", where_there_are_no_pipes_it_copies },
		{ "who does not read takes no one's pipe", who_does_not_read_takes_no_ones_pipe },
		{ "many that do not read cost little", many_that_do_not_read_cost_little },
		{ "a host is known by all its addresses", a_host_is_known_by_all_its_addresses },
		{ "what hangs is ended in its time", what_hangs_is_ended_in_its_time },
		{ "a stopped gateway is told", a_stopped_gateway_is_told },
		{ "one that is busy is not", one_that_is_busy_is_not },
		{ "a gateway without its own root is known", a_gateway_without_its_own_root_is_known },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
