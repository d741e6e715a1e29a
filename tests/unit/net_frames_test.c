/* Frames as a hostile driver writes them to the TAP: none leaves the namespace, none
 * arrives at another session, and a flood of them costs the others nothing. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/net/netns_build.h"
#include "tests/world/frames.h"
#include "tests/world/rig.h"

/* Somebody inside the session's namespace who counts what arrived over the TAP (received,
 * dropped, in error), and what was forwarded. */
struct counter {
	int ask, answer;
	pid_t pid;
};

struct counts {
	unsigned long arrived, forwarded, neighbours;
};

static unsigned long arrived(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "/proc/self/net/dev", 65536, NULL, &err);
	const char *at = text ? strstr(text, NETNS_TAP ":") : NULL;
	unsigned long packets = 0, errors = 0, drops = 0, frame = 0;

	if (at)
		sscanf(at + strlen(NETNS_TAP ":"), " %*u %lu %lu %lu %*u %lu", &packets, &errors,
		       &drops, &frame);
	return packets + errors + drops + frame;
}

static unsigned long forwarded(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "/proc/self/net/snmp", 65536, NULL, &err);
	const char *at = text ? strstr(text, "Ip: ") : NULL;
	unsigned long n = 999;

	at = at ? strstr(at + 1, "Ip: ") : NULL; /* behind the line of names */
	if (at)
		sscanf(at, "Ip: %*u %*u %*u %*u %*u %lu", &n);
	return n;
}

/* That this namespace has in the kernel's table, which is one for all of them. */
static unsigned long neighbours(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "/proc/self/net/arp", 4 << 20, NULL, &err);
	unsigned long n = 0;

	for (const char *at = text; at && (at = strchr(at, '\n')); at++)
		n++;
	return n ? n - 1 : 999999; /* without the line of names */
}

static void count_inside(struct counter *c, int ns_fd)
{
	int ask[2], answer[2];

	if (pipe2(ask, O_CLOEXEC) < 0 || pipe2(answer, O_CLOEXEC) < 0)
		return;
	c->pid = fork();
	if (c->pid == 0) {
		char q;

		close(ask[1]);
		if (setns(ns_fd, CLONE_NEWNET) < 0)
			_exit(1);
		while (read(ask[0], &q, 1) == 1) {
			struct counts n = { arrived(), forwarded(), neighbours() };

			if (write(answer[1], &n, sizeof(n)) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(ask[0]);
	close(answer[1]);
	c->ask = ask[1];
	c->answer = answer[0];
}

static struct counts count(struct counter *c)
{
	struct counts n = { .forwarded = 999, .neighbours = 999 };

	if (write(c->ask, "", 1) != 1 || read(c->answer, &n, sizeof(n)) != sizeof(n))
		n.forwarded = 999;
	return n;
}

static const char *const usual[] = { "ok.example", NULL };

/* Throw away what came; does any of it satisfy? */
static bool drain(int tap, bool (*is)(const uint8_t *p, size_t n))
{
	uint8_t p[2048];
	bool found = false;
	size_t n;

	while ((n = frame_take(tap, p, sizeof(p))))
		found |= is && is(p, n);
	return found;
}

static bool wait_frame(int tap, bool (*is)(const uint8_t *p, size_t n))
{
	uint64_t end = now_ms() + RIG_DEADLINE_MS;

	while (now_ms() < end) {
		struct pollfd p = { .fd = tap, .events = POLLIN };

		poll(&p, 1, 100);
		if (drain(tap, is))
			return true;
	}
	return false;
}

static bool is_arp_reply(const uint8_t *p, size_t n)
{
	return n >= 42 && p[12] == 8 && p[13] == 6 && p[21] == 2;
}

static bool is_syn_ack(const uint8_t *p, size_t n)
{
	return n >= 54 && p[12] == 8 && p[13] == 0 && p[23] == 6 && (p[47] & 0x12) == 0x12;
}

static bool is_echo_reply(const uint8_t *p, size_t n)
{
	return n >= 42 && p[12] == 8 && p[13] == 0 && p[23] == 1 && p[34] == 0;
}

static bool is_unreachable(const uint8_t *p, size_t n)
{
	return n >= 42 && p[12] == 8 && p[13] == 0 && p[23] == 1 && p[34] == 3;
}

/* Answers to good frames: the way there is open. */
static bool controls(struct rig *r, struct frame *f)
{
	frame_arp(f, "10.200.0.1");
	frame_send(r->net.tap_fd, f);
	if (!wait_frame(r->net.tap_fd, is_arp_reply))
		return false;
	frame_arp(f, "10.200.0.2"); /* nothing: it is ours */
	frame_probe(f, "10.200.0.1", 6, 4001, 53);
	frame_send(r->net.tap_fd, f);
	return wait_frame(r->net.tap_fd, is_syn_ack);
}

/* The kernel would ask who 10.200.0.2 is before it answers. */
static void introduce(int tap, struct frame *f)
{
	frame_arp(f, "10.200.0.1");
	frame_send(tap, f);
}

static void crafted(struct rig *r)
{
	struct frame *f = malloc(sizeof(*f));
	struct netns other;
	struct counter c = { .pid = -1 };
	struct error err;
	char line[256];
	int n = 0, refused = 0;

	WANT(f && netns_make(&other, &err) == 0);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	count_inside(&c, r->net.ns_fd);
	WANT(controls(r, f));
	for (; frame_crafted(f, n) == 0; n++) {
		unsigned long before = count(&c).arrived;
		struct counts after;

		bool sent = frame_send(r->net.tap_fd, f) == 0;

		refused += !sent; /* by the TAP itself */
		after = count(&c);
		if (sent && after.arrived == before) /* the control of each: it was there */
			rig_note(r, "%s: not counted", f->what);
		if (after.forwarded != 0)
			rig_note(r, "%s: forwarded", f->what);
		drain(r->net.tap_fd, NULL);
		if (drain(other.tap_fd, NULL) || frame_take(other.tap_fd, f->data, 64))
			rig_note(r, "%s: seen by another session", f->what);
		if (r->failed)
			return;
	}
	WANT(n >= 120);
	introduce(r->net.tap_fd, f);
	WANT(controls(r, f)); /* still */
	WANT(rig_told(r, "8.8.8.8", 53, GATEWAY_WHY_NO_NAME, 1));
	if (rig_reached(r, line)[0])
		rig_note(r, "reached: %s", line);
	printf("  %d frames, %d refused by the TAP, 0 seen elsewhere\n", n, refused);
	fflush(stdout);
	kill(c.pid, SIGKILL);
	netns_done(&other);
	free(f);
}

static void frames_as_root(void)
{
	if (getuid())
		SKIP("root");
	rig_run(false, RIG_WORLD | RIG_SESSION, crafted);
}

static void frames_as_user(void)
{
	rig_run(true, RIG_WORLD | RIG_SESSION, crafted);
}

/* Eight sessions, each with each: TCP, UDP, ICMP and ARP to all that the other has. */
enum { SESSIONS = 8 };

static const struct gateway_hooks no_hooks = { 0 };

static void pairs(struct rig *r)
{
	static struct netns net[SESSIONS];
	static struct gateway gateway[SESSIONS];
	struct frame *f = malloc(sizeof(*f));
	struct policy p;
	struct error err = { 0 };
	int checked = 0;

	rig_policy(&p, POLICY_ALLOWLIST, usual, &err);
	for (int i = 0; i < SESSIONS; i++) {
		WANT(netns_make(&net[i], &err) == 0);
		WANT(gateway_start(&gateway[i], &r->loop, net[i].ns_fd, &no_hooks, &err) == 0);
		WANT(gateway_set_policy(&gateway[i], &p, &err) == 0);
	}
	for (int i = 0; i < SESSIONS; i++) {
		static const int protocols[] = { 6, 17, 1, 0 };
		static bool (*const answers[])(const uint8_t *, size_t) = { is_syn_ack, is_unreachable,
									     is_echo_reply, is_arp_reply };

		introduce(net[i].tap_fd, f);
		wait_frame(net[i].tap_fd, is_arp_reply);
		for (int k = 0; k < 4; k++) {
			/* the guest's address of every session, and its gateway's */
			for (int to = 2; to >= 1; to--) {
				char address[16];

				snprintf(address, sizeof(address), "10.200.0.%d", to);
				if (protocols[k])
					frame_probe(f, address, protocols[k], (uint16_t)(5000 + i),
						    k ? 4444 : 53);
				else
					frame_arp(f, address);
				WANT(frame_send(net[i].tap_fd, f) == 0);
			}
			/* the control: the sender's own gateway answers */
			if (!wait_frame(net[i].tap_fd, answers[k]))
				rig_note(r, "session %d, protocol %d: no answer of its own", i,
					 protocols[k]);
			for (int j = 0; j < SESSIONS; j++) {
				if (j == i)
					continue;
				if (frame_take(net[j].tap_fd, f->data, 64))
					rig_note(r, "%d to %d: protocol %d arrived", i, j,
						 protocols[k]);
				checked++;
			}
		}
		if (r->failed)
			return;
		drain(net[i].tap_fd, NULL);
	}
	for (int i = 0; i < SESSIONS; i++) {
		gateway_stop(&gateway[i]);
		netns_done(&net[i]);
	}
	WANT_INT(checked, 56 * 4);
	free(f);
}

static void sessions_do_not_see_each_other(void)
{
	rig_run(false, RIG_WORLD, pairs);
}

/* A guest that says to be everybody, in questions, in answers and unasked. */
enum { EVERYBODY = 3000, SENDER = 10 + 14 + 14 };

static void everybody(struct rig *r)
{
	struct frame *f = malloc(sizeof(*f));
	struct counter c = { .pid = -1 };

	count_inside(&c, r->net.ns_fd);
	introduce(r->net.tap_fd, f);
	WANT(wait_frame(r->net.tap_fd, is_arp_reply));
	for (int i = 0; i < 3 * EVERYBODY; i++) {
		uint32_t who = htonl(0x01000000u + (uint32_t)i * 7919);

		frame_arp(f, "10.200.0.1");
		memcpy(f->data + SENDER, &who, 4);
		if (i % 3) /* an answer; to us, or to itself */
			f->data[10 + 14 + 7] = 2;
		if (i % 3 == 2)
			memcpy(f->data + SENDER + 10, &who, 4);
		while (frame_send(r->net.tap_fd, f) < 0 && errno == EAGAIN)
			drain(r->net.tap_fd, NULL);
		drain(r->net.tap_fd, NULL);
	}
	WANT(count(&c).neighbours <= 4); /* as many as a /30 has addresses */
	introduce(r->net.tap_fd, f);
	WANT(wait_frame(r->net.tap_fd, is_arp_reply)); /* it looked, all the time */
	kill(c.pid, SIGKILL);
	free(f);
}

static void a_guest_does_not_fill_the_hosts_table_of_neighbours(void)
{
	rig_run(false, RIG_SESSION, everybody);
}

/* 100000 flows of one guest, while another connects. */
enum { FLOWS = 100000, CONNECTS = 50 };

static long conntrack(void)
{
	struct error err;
	AUTO_FREE char *text = file_read(AT_FDCWD, "/proc/sys/net/netfilter/nf_conntrack_count", 64, NULL,
					 &err);

	return text ? atol(text) : -1;
}

static pid_t flood(int tap)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct frame *f = malloc(sizeof(*f));

		introduce(tap, f);
		for (int i = 0; i < FLOWS; i++) {
			char to[32];

			snprintf(to, sizeof(to), "198.18.%d.%d", 1 + i % 200, i / 200 % 250);
			frame_probe(f, to, 6, (uint16_t)(1024 + i % 60000), (uint16_t)(1 + i / 7 % 60000));
			while (frame_send(tap, f) < 0 && errno == EAGAIN)
				;
			drain(tap, NULL);
		}
		_exit(0);
	}
	return pid;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int connect_while(void *arg, int out)
{
	int took[CONNECTS], good = 0;

	(void)arg;
	for (int i = 0; i < CONNECTS; i++) {
		uint64_t from = now_us();
		int fd = guest_reach("hosts.example", 443);
		char got[8];

		if (fd >= 0 && send(fd, "\n\n", 2, MSG_NOSIGNAL) == 2 && shutdown(fd, SHUT_WR) == 0 &&
		    guest_talk(fd, NULL, got, sizeof(got)) == 2)
			good++;
		close(fd);
		took[i] = (int)(now_us() - from);
	}
	qsort(took, CONNECTS, sizeof(*took), by_number);
	dprintf(out, "%d %d %d", good, took[CONNECTS / 2], took[CONNECTS - 1]);
	return 0;
}

static void exhaustion(struct rig *r)
{
	static const char *const rules[] = { "hosts.example", NULL };
	struct netns net = { -1, -1 };
	struct gateway gateway;
	struct policy p = { .mode = POLICY_OPEN }; /* the one that has conntrack inside */
	struct error err = { 0 };
	long before = conntrack();
	int good = 0, median = 0, most = 0, status;
	char out[64];
	pid_t pid;

	rig_set_policy(r, POLICY_ALLOWLIST, rules);
	WANT(netns_make(&net, &err) == 0);
	WANT(gateway_start(&gateway, &r->loop, net.ns_fd, &no_hooks, &err) == 0);
	WANT(gateway_set_policy(&gateway, &p, &err) == 0);
	pid = flood(net.tap_fd);
	guest_run(&r->guest, connect_while, NULL, out, sizeof(out));
	WANT(sscanf(out, "%d %d %d", &good, &median, &most) == 3);
	WANT_INT(good, CONNECTS);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	WANT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	WANT_INT(conntrack(), before);
	WANT(gateway.running);
	printf("  %d flows beside; connect, say and hear: median %d us, longest of %d %d us\n", FLOWS,
	       median, CONNECTS, most);
	fflush(stdout);
	gateway_stop(&gateway);
	netns_done(&net);
}

static void floods_stay_in_their_session(void)
{
	rig_run(false, RIG_ALL, exhaustion);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "crafted frames go nowhere, as root", frames_as_root },
		{ "crafted frames go nowhere, as an ordinary user", frames_as_user },
		{ "eight sessions do not see each other", sessions_do_not_see_each_other },
		{ "a guest does not fill the host's table of neighbours",
		  a_guest_does_not_fill_the_hosts_table_of_neighbours },
		{ "floods stay in their session", floods_stay_in_their_session },
		{ NULL, NULL },
	};

	signal(SIGPIPE, SIG_IGN);
	return test_main(tests, argc, argv);
}
