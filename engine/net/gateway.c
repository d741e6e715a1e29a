#include "engine/net/gateway.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/passing.h"
#include "engine/net/gate.h"
#include "engine/net/gateway_wire.h"

enum { READY_MS = 5000, REPORTS = 64 /* of one turn */, PINGS = 2 /* looks in vain */ };

const struct gateway_times gateway_times_usual = {
	.word = 1000,
	.begun = 10 * 1000,
	.half = 5 * 60 * 1000,
	.idle = 2 * 3600 * 1000,
	.sweep = 1000,
	.ping = 900,
	.broker = {
		.idle_ms = 120 * 1000,
		.stuck_ms = 15 * 60 * 1000,
		.sweep_ms = 10 * 1000,
		.provider_s = 15 * 60,
		.minute_ms = 60 * 1000,
	},
};

/* Its end, however it was noticed. */
static void over(struct gateway *g, const char *why)
{
	if (!g->running)
		return;
	gateway_stop(g);
	if (g->hooks && g->hooks->gone)
		g->hooks->gone(g, why);
}

static void child_over(struct child *c, int status)
{
	struct gateway *g = LIST_ITEM(c, struct gateway, child);
	char why[80];

	if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "the gateway was ended by signal %d", WTERMSIG(status));
	else
		snprintf(why, sizeof(why), "the gateway ended with status %d", WEXITSTATUS(status));
	over(g, why);
}

/* Is it there? */

static void set_silent(struct gateway *g, bool silent)
{
	if (g->silent == silent)
		return;
	g->silent = silent;
	if (g->hooks && g->hooks->silent)
		g->hooks->silent(g, silent);
}

/* One question at a time. Turns are counted, not time: a supervisor that was itself held
 * up has an answer that it did not read yet. */
static void ping_due(struct timer *t)
{
	struct gateway *g = SOURCE_OWNER(t, struct gateway, ping);
	const uint32_t o[] = { ORDER_PING, 0 }; /* the head of an order, which is all of it */

	if (g->unanswered++)
		set_silent(g, g->unanswered > PINGS || g->silent);
	else if (send(g->source.fd, o, sizeof(o), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		g->unanswered = 0; /* its queue is full of orders: asked again */
}

static void pong(struct gateway *g)
{
	g->unanswered = 0;
	set_silent(g, false);
}

static void tell(struct gateway *g, const struct gateway_report *r)
{
	const struct gateway_hooks *h = g->hooks;

	if (r->type == REPORT_PONG)
		pong(g);
	if (!h)
		return;
	if (r->type == REPORT_REFUSED && h->refused)
		h->refused(g, &r->refusal);
	else if (r->type == REPORT_COUNTED && h->counted)
		h->counted(g, &r->counter);
	else if (r->type == REPORT_TOTALS && h->totals)
		h->totals(g, &r->totals);
	else if (r->type == REPORT_BROKER && h->broker)
		h->broker(g, r->broker, r->n);
}

static void reports(struct source *s, uint32_t events)
{
	struct gateway *g = SOURCE_OWNER(s, struct gateway, source);
	struct gateway_report in, r;

	(void)events;
	for (int i = 0; i < REPORTS && g->running; i++) {
		ssize_t n = recv(s->fd, &in, sizeof(in), MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			source_want(s, 0); /* its end is told by the process's end */
			return;
		}
		if (gateway_report_read(&r, &in, (size_t)n) < 0) {
			over(g, "the gateway sent what it must not; it was ended");
			return;
		}
		tell(g, &r);
	}
}

/* Its first word, in time. */
static int wait_ready(struct gateway *g, int sock, struct error *err)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	uint64_t end = now_ms() + READY_MS, now;
	struct gateway_report in, r;
	ssize_t n;
	int got;

	do {
		now = now_ms();
		got = poll(&p, 1, now < end ? (int)(end - now) : 0);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return error_set(err, ETIMEDOUT, "network: the gateway does not start");
	n = recv(sock, &in, sizeof(in), MSG_DONTWAIT);
	if (n <= 0 || gateway_report_read(&r, &in, (size_t)n) < 0 || r.type != REPORT_READY)
		return error_set(err, 0, "network: the gateway died at its start");
	g->confined = r.n == 0;
	return 0;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int gateway_start(struct gateway *g, struct loop *l, int ns_fd, const struct gateway_hooks *hooks,
		  struct error *err)
{
	return gateway_start_timed(g, l, ns_fd, hooks, &gateway_times_usual, err);
}

int gateway_start_timed(struct gateway *g, struct loop *l, int ns_fd, const struct gateway_hooks *hooks,
			const struct gateway_times *times, struct error *err)
{
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;
	int pair[2];
	pid_t pid;

	*g = (struct gateway){ .hooks = hooks, .loop = l, .ns_fd = ns_fd,
			       .policy.mode = POLICY_NONE };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "network: gateway");
	ours = pair[0];
	theirs = pair[1];
	pid = fork();
	if (pid < 0)
		return error_set(err, errno, "network: gateway");
	if (pid == 0)
		gate_main(theirs, times);
	drop_fd(&theirs);
	g->child.fn = child_over;
	g->source.fn = reports;
	g->ping.fn = ping_due;
	if (wait_ready(g, ours, err) < 0 || child_watch(l, &g->child, pid, err) < 0) {
		end_child(pid);
		return -1;
	}
	if (loop_watch(l, &g->source, ours, EPOLLIN, err) < 0) {
		child_forget(&g->child);
		end_child(pid);
		return -1;
	}
	take_fd(&ours);
	g->running = true;
	if (timer_start(l, &g->ping, times->ping, times->ping, err) < 0) {
		gateway_stop(g);
		return -1;
	}
	return 0;
}

void gateway_stop(struct gateway *g)
{
	pid_t pid = g->child.pid;

	if (!g->running)
		return;
	g->running = false;
	timer_stop(&g->ping);
	source_forget(&g->source);
	close(g->source.fd);
	child_forget(&g->child);
	if (pid)
		end_child(pid);
}

static int send_order(struct gateway *g, const struct gateway_order *o, const struct inside_fds *f,
		      struct error *err)
{
	size_t len = gateway_order_size(o);

	if (passing_send(g->source.fd, o, len, f->fd, (size_t)f->n, MSG_DONTWAIT) != (ssize_t)len)
		return error_set(err, errno, "network: the gateway does not take its orders");
	return 0;
}

/* What the policy needs, beside what there is. */
static int wanted(const struct gateway *g, const struct policy *p, struct sockets *want,
		  struct error *err)
{
	uint16_t ports[POLICY_PORTS];
	int n = p->mode == POLICY_ALLOWLIST ? policy_ports(p, ports) : 0, room;

	*want = g->sockets;
	want->wall = true;
	if (p->mode == POLICY_NONE)
		return 0;
	want->dns = true;
	room = sockets_want(want, GATEWAY_DNS) | sockets_want(want, GATEWAY_BROKER) |
	       sockets_want(want, GATEWAY_PROXY);
	for (int i = 0; i < n; i++)
		room |= sockets_want(want, ports[i]);
	if (p->mode == POLICY_OPEN) {
		want->redirect = true;
		room |= sockets_want(want, SOCKETS_ANY);
	}
	if (room == 0)
		return 0;
	error_set(err, 0, "more than %d different ports since the session began", SOCKETS_PORTS);
	error_hint(err, "with that many, \"network\": \"open\" is what is meant");
	return -1;
}

/* What is in `want` beyond `have`. */
static struct sockets difference(const struct sockets *want, const struct sockets *have)
{
	struct sockets d = { .dns = want->dns && !have->dns,
			     .wall = want->wall && !have->wall,
			     .redirect = want->redirect && !have->redirect };

	for (int i = 0; i < want->n_ports; i++)
		if (!sockets_listens(have, want->ports[i]))
			d.ports[d.n_ports++] = want->ports[i];
	return d;
}

int gateway_set_policy(struct gateway *g, const struct policy *p, struct error *err)
{
	AUTO_FREE struct gateway_order *o = calloc(1, sizeof(*o));
	struct inside_fds fds = { .n = 0 };
	struct sockets want;
	int r;

	if (!o)
		return error_set(err, ENOMEM, "network policy");
	if (!g->running)
		return error_set(err, 0, "network: the gateway is not running");
	if (wanted(g, p, &want, err) < 0 ||
	    sockets_make(g->ns_fd, &g->sockets, &want, &fds, err) < 0)
		return -1;
	o->type = ORDER_POLICY;
	o->policy.policy = *p;
	o->policy.added = difference(&want, &g->sockets);
	r = send_order(g, o, &fds, err);
	inside_close(&fds); /* the gateway's only */
	if (r < 0)
		return -1;
	g->sockets = want;
	g->policy = *p;
	return 0;
}

int gateway_allow(struct gateway *g, const struct policy_rule *rule, struct error *err)
{
	struct policy p = g->policy;

	return policy_add(&p, rule, err) < 0 ? -1 : gateway_set_policy(g, &p, err);
}

int gateway_deny(struct gateway *g, const struct policy_rule *rule, struct error *err)
{
	struct policy p = g->policy;

	return policy_remove(&p, rule, err) < 0 ? -1 : gateway_set_policy(g, &p, err);
}

int gateway_configure_broker(struct gateway *g, const void *config, size_t n, struct error *err)
{
	AUTO_FREE struct gateway_order *o = calloc(1, sizeof(*o));
	int r;

	if (!o || n > GATEWAY_CONFIG_MAX)
		return error_set(err, o ? E2BIG : ENOMEM, "the broker's providers");
	if (!g->running)
		return error_set(err, 0, "network: the gateway is not running");
	o->type = ORDER_BROKER;
	o->n = (uint32_t)n;
	memcpy(o->config, config, n);
	r = send_order(g, o, &(struct inside_fds){ .n = 0 }, err);
	explicit_bzero(o, sizeof(*o));
	return r;
}
