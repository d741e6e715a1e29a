/* See relay.sh. The two take turns in one run; medians of each. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/net/gateway.h"
#include "engine/net/netns.h"
#include "tests/world/guest.h"
#include "tests/world/world.h"

enum { RUNS = 5, PINGS = 2000, CONNECTS = 200, BIG = 1 << 30 };

static int open_to(const char *address, uint16_t port)
{
	int fd = guest_connect(address, port, 10000), on = 1;

	if (fd < 0)
		exit(1);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(fd, F_SETFL, 0);
	return fd;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_number);
	return v[n / 2];
}

/* MB/s of one download, or upload. */
static double bulk(const char *address, bool up)
{
	static char buf[1 << 18];
	int fd = open_to(address, 80);
	uint64_t from = now_us();
	size_t left = BIG;
	ssize_t n;

	if (up) {
		dprintf(fd, "POST / HTTP/1.1\r\nHost: ok.example\r\nContent-Length: %zu\r\n\r\n", left);
		while (left && (n = send(fd, buf, left < sizeof(buf) ? left : sizeof(buf), 0)) > 0)
			left -= (size_t)n;
	} else
		dprintf(fd, "GET /big/%zu HTTP/1.1\r\nHost: ok.example\r\n\r\n", left);
	shutdown(fd, SHUT_WR);
	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
	close(fd);
	return BIG / (double)(now_us() - from);
}

static double ping(const char *address)
{
	double took[PINGS];
	int fd = open_to(address, 9000);

	for (int i = 0; i < PINGS; i++) {
		uint64_t from = now_us();
		char c = '\x01';

		if (send(fd, &c, 1, 0) != 1 || recv(fd, &c, 1, 0) != 1)
			exit(1);
		took[i] = (double)(now_us() - from);
	}
	close(fd);
	return median(took, PINGS);
}

static double connects(const char *address)
{
	double took[CONNECTS];

	for (int i = 0; i < CONNECTS; i++) {
		uint64_t from = now_us();
		int fd = open_to(address, 9000);
		char c = '\x01';

		if (send(fd, &c, 1, 0) != 1 || recv(fd, &c, 1, 0) != 1)
			exit(1);
		took[i] = (double)(now_us() - from);
		close(fd);
	}
	return median(took, CONNECTS);
}

struct figures {
	double down, up, ping, connect, down_cpu, up_cpu;
};

/* Milliseconds of processor that it took so far: utime and stime of proc(5), in 1/100 s. */
static double cpu_ms(pid_t pid)
{
	char path[32], text[512];
	unsigned long user = 0, kernel = 0;
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = pid ? fopen(path, "re") : NULL;
	if (f && fgets(text, sizeof(text), f) && (at = strrchr(text, ')')))
		sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
	if (f)
		fclose(f);
	return (double)(user + kernel) * 10;
}

/* In the namespace, in a child. */
static struct figures measure(int ns_fd, const char *address, pid_t gateway)
{
	struct figures f = { 0 };
	int p[2];

	if (pipe(p) < 0 || fork() == 0) {
		if (ns_fd >= 0 && setns(ns_fd, CLONE_NEWNET) < 0)
			_exit(1);
		f.down_cpu = -cpu_ms(gateway);
		f.down = bulk(address, false);
		f.up_cpu = -cpu_ms(gateway);
		f.down_cpu -= f.up_cpu;
		f.up = bulk(address, true);
		f.up_cpu += cpu_ms(gateway);
		f.ping = ping(address);
		f.connect = connects(address);
		_exit(write(p[1], &f, sizeof(f)) < 0);
	}
	close(p[1]);
	if (read(p[0], &f, sizeof(f)) != sizeof(f))
		fprintf(stderr, "a run failed\n");
	close(p[0]);
	wait(NULL);
	return f;
}

static void line(const char *what, const struct figures *f, int n)
{
	double v[6][RUNS];

	for (int i = 0; i < n; i++) {
		v[0][i] = f[i].down;
		v[1][i] = f[i].up;
		v[2][i] = f[i].ping;
		v[3][i] = f[i].connect;
		v[4][i] = f[i].down_cpu;
		v[5][i] = f[i].up_cpu;
	}
	printf("%-8s %8.0f MB/s down %8.0f MB/s up %8.0f us round trip %8.0f us connect and hear\n", what,
	       median(v[0], n), median(v[1], n), median(v[2], n), median(v[3], n));
	if (median(v[4], n) > 0)
		printf("%-8s %8.0f ms/GiB down %5.0f ms/GiB up of the gateway's processor time\n", "",
		       median(v[4], n), median(v[5], n));
}

static int ask(void *arg, int out)
{
	char address[16];

	(void)arg;
	if (guest_ask(NULL, "ok.example", 1, 0, address) == 0)
		dprintf(out, "%s", address);
	return 0;
}

int main(void)
{
	static const struct gateway_hooks none = { 0 };
	struct figures direct[RUNS], relayed[RUNS];
	struct policy p = { .mode = POLICY_ALLOWLIST };
	struct policy_rule rule;
	struct gateway g;
	struct netns net;
	struct guest inside = { .cable = -1 };
	struct loop loop;
	struct error err = { 0 };
	char address[16];
	int log = open("/dev/null", O_WRONLY | O_CLOEXEC);

	signal(SIGPIPE, SIG_IGN);
	if ((geteuid() != 0 && world_user(&err) < 0) || world_enter(log, &err) < 0 ||
	    loop_init(&loop, &err) < 0 || netns_make(&net, &err) < 0 ||
	    gateway_start(&g, &loop, net.ns_fd, &none, &err) < 0)
		goto failed;
	policy_rule_read(&rule, "ok.example:80", &err);
	policy_add(&p, &rule, &err);
	policy_rule_read(&rule, "ok.example:9000", &err);
	policy_add(&p, &rule, &err);
	if (gateway_set_policy(&g, &p, &err) < 0)
		goto failed;
	inside.ns_fd = net.ns_fd;
	guest_run(&inside, ask, NULL, address, sizeof(address));
	for (int i = 0; i < RUNS; i++) {
		direct[i] = measure(-1, WORLD_OK, 0);
		relayed[i] = measure(net.ns_fd, address, g.child.pid);
	}
	line("direct", direct, RUNS);
	line("relayed", relayed, RUNS);
	return 0;
failed:
	fprintf(stderr, "relay: %s\n", err.msg);
	return 1;
}
