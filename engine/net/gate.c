#include "engine/net/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/passing.h"
#include "engine/net/resolve.h"
#include "engine/net/upstream.h"

enum { ORDERS_FD = 3, RESERVE_FDS = 128 };

static void broker_reports(void *arg, const void *report, size_t n)
{
	struct gate *g = arg;

	if (n > GATEWAY_REPORT_MAX)
		return;
	g->report = (struct gateway_report){ .type = REPORT_BROKER, .n = (uint32_t)n };
	memcpy(g->report.broker, report, n);
	gate_report(g); /* the next one has newer figures */
}

static void sweep(struct timer *t)
{
	struct gate *g = SOURCE_OWNER(t, struct gate, sweep);
	uint64_t now = now_ms();

	relay_sweep(g, now);
	gate_dns_sweep(g, now);
	pipes_sweep(&g->pipes, now);
	for (int i = 0; i < g->sockets.n_ports; i++)
		source_want(&g->listeners[i].source, EPOLLIN);
	if (list_empty(&g->relays) && list_empty(&g->dns_conns) && !g->pipes.n_spare)
		timer_stop(&g->sweep);
}

/* Orders. */

static int take_policy(struct gate *g, const struct gateway_order *o, int *fds, int n)
{
	const struct sockets *added = &o->policy.added;
	struct error err;
	int at = 0;

	if (added->n_ports > SOCKETS_PORTS || n != added->n_ports + added->dns + added->wall)
		return -1;
	g->policy = o->policy.policy;
	for (; at < added->n_ports; at++) {
		struct gate_listener *l = &g->listeners[g->sockets.n_ports];

		if (sockets_want(&g->sockets, added->ports[at]) < 0)
			return -1;
		*l = (struct gate_listener){ .gate = g, .port = added->ports[at] };
		l->source.fn = gate_accept;
		if (loop_watch(&g->loop, &l->source, fds[at], EPOLLIN, &err) < 0)
			return -1;
	}
	if (added->dns)
		gate_dns_start(g, fds[at++]);
	if (added->wall)
		gate_wall_start(g, fds[at++]);
	g->sockets.redirect |= added->redirect;
	relay_recheck(g);
	return 0;
}

/* Not taken now: the next one is. */
static int pong(struct gate *g)
{
	g->report = (struct gateway_report){ .type = REPORT_PONG };
	gate_report(g);
	return 0;
}

/* An order that is not one means that the two differ: the end. */
static void take_order(struct source *s, uint32_t events)
{
	struct gate *g = SOURCE_OWNER(s, struct gate, orders);
	struct gateway_order *o = &g->order;
	int fds[INSIDE_FDS], r;
	size_t n_fds;
	ssize_t n = passing_receive(s->fd, o, sizeof(*o), fds, INSIDE_FDS, &n_fds, MSG_DONTWAIT);
	struct error err;

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || (size_t)n < offsetof(struct gateway_order, policy) ||
	    (size_t)n != gateway_order_size(o)) {
		loop_stop(&g->loop, n != 0);
		return;
	}
	if (o->type == ORDER_PING)
		r = pong(g);
	else if (o->type == ORDER_POLICY)
		r = take_policy(g, o, fds, (int)n_fds);
	else
		r = broker_configure(g->broker, o->config, o->n, &err);
	explicit_bzero(o, sizeof(*o)); /* it may have had secrets */
	if (r < 0)
		loop_stop(&g->loop, 1);
}

/* The process. */

/* Only its socket, its signals, its limits. */
static void become(int fd)
{
	/* The supervisor has nothing there; a sanitizer that has is to tell of ours, too. */
	static const char faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, 0 };
	sigset_t all;
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "vmdeck-gateway", 0, 0, 0);
	for (int i = 1; i < 32; i++)
		if (!strchr(faults, i))
			signal(i, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	dup2(fd, ORDERS_FD);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	syscall(SYS_close_range, ORDERS_FD + 1, ~0U, 0);
	fcntl(ORDERS_FD, F_SETFD, FD_CLOEXEC);
}

/* As many connections as there are descriptors for: two each, some more while a
 * name is being resolved. */
static int room_for_relays(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return 64;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
	getrlimit(RLIMIT_NOFILE, &l);
	if (l.rlim_cur < RESERVE_FDS + 6 * 16)
		return 16;
	return l.rlim_cur - RESERVE_FDS > 6 * GATE_RELAYS ? GATE_RELAYS :
							    (int)(l.rlim_cur - RESERVE_FDS) / 6;
}

static bool is_public(void *arg, const struct sockaddr *a, socklen_t len)
{
	(void)arg;
	return upstream_may(a, len);
}

static int set_up(struct gate *g, struct error *err)
{
	struct broker_host host = { .report = broker_reports, .is_public = is_public, .arg = g,
				    .times = &g->times->broker };

	list_init(&g->relays);
	list_init(&g->dns_conns);
	g->flush.fn = gate_flush;
	g->sweep.fn = sweep;
	g->orders.fn = take_order;
	g->max_relays = room_for_relays();
	g->scratch = malloc(GATE_SCRATCH);
	if (!g->scratch || aliases_init(&g->aliases) < 0)
		return error_set(err, ENOMEM, "gateway");
	if (loop_init(&g->loop, err) < 0 || resolve_init(err) < 0 ||
	    loop_watch(&g->loop, &g->orders, ORDERS_FD, EPOLLIN, err) < 0)
		return -1;
	if (gate_report(g) < 0) /* "ready" */
		return -1;
	/* After that word: libcurl takes its time to load, a machine may start meanwhile, and
	 * orders wait in their socket. Without a broker this ends, and nothing is reached. */
	g->broker = broker_new(&g->loop, &host, err);
	return g->broker ? 0 : -1;
}

void gate_main(int fd, const struct gateway_times *times)
{
	struct gate *g = calloc(1, sizeof(*g));
	struct error err;

	become(fd);
	if (!g)
		_exit(2);
	g->times = times;
	g->sockstat_fd = open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
	g->report = (struct gateway_report){ .type = REPORT_READY, .n = gateway_confine() < 0 };
	if (set_up(g, &err) < 0)
		_exit(2);
	_exit(loop_run(&g->loop, &err) != 0);
}
