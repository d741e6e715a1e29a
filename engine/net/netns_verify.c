#include "engine/net/netns_build.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/netlink.h"
#include "engine/net/redirect.h"
#include "engine/net/sockets.h"

/*
 * What must be there is there, and nothing else is: compared as whole lines
 * with the tables below. What a kernel may add by itself is marked; anything
 * unknown is refused, for whatever it is, it was not meant. So is a link that believes any
 * source address.
 */
struct expected {
	const char *line;
	bool optional; /* depends on the kernel's age or on IPv6 being built in */
};

/* family link address; ::1 stays where the sysctl cannot be written */
static const struct expected addresses[] = {
	{ "lo 127.0.0.1/8", false },
	{ NETNS_TAP " " NETNS_ADDRESS, false },
	{ "lo ::1/128", true },
	{ NULL, false },
};

/* type destination via link table; Linux before 5.14 has the network's own
 * address as a second broadcast */
static const struct expected routes[] = {
	{ "local 127.0.0.0/8 lo 255", false },
	{ "local 127.0.0.1/32 lo 255", false },
	{ "broadcast 127.255.255.255/32 lo 255", false },
	{ "broadcast 127.0.0.0/32 lo 255", true },
	{ "unicast 10.200.0.0/30 " NETNS_TAP " 254", false },
	{ "local 10.200.0.1/32 " NETNS_TAP " 255", false },
	{ "broadcast 10.200.0.3/32 " NETNS_TAP " 255", false },
	{ "broadcast 10.200.0.0/32 " NETNS_TAP " 255", true },
	{ "local " NETNS_ANYIP " lo 255", false },
	/* IPv6 where it cannot be turned off: itself, and groups on a link without address */
	{ "local ::1/128 lo 255", true },
	{ "unicast ::1/128 lo 254", true },
	{ "multicast ff00::/8 " NETNS_TAP " 255", true },
	{ NULL, false },
};

enum { MOST = 32 };
static_assert(sizeof(routes) / sizeof(*routes) <= MOST, "room for each");

struct seen {
	const struct expected *want;
	const char *what;
	bool found[MOST];
	struct error *err;
};

/* Tick the line off; 1 with the error when it is not expected. */
static int tick(struct seen *s, const char *line)
{
	for (int i = 0; s->want[i].line; i++)
		if (!strcmp(s->want[i].line, line)) {
			s->found[i] = true;
			return 0;
		}
	error_set(s->err, 0, "%s that must not be there: %s", s->what, line);
	return 1;
}

static int missing(const struct seen *s)
{
	for (int i = 0; s->want[i].line; i++)
		if (!s->found[i] && !s->want[i].optional)
			return error_set(s->err, 0, "%s missing: %s", s->what, s->want[i].line);
	return 0;
}

/* Other links may exist (a loaded tunnel module puts a dormant one into every
 * namespace) but not be up. */
static int see_link(void *arg, const struct netlink_link *l)
{
	if (!l->up || !strcmp(l->name, "lo") || !strcmp(l->name, NETNS_TAP))
		return 0;
	error_set(arg, 0, "link that must not be up: %s", l->name);
	return 1;
}

static int see_address(void *arg, const struct netlink_address *a)
{
	char line[96];

	snprintf(line, sizeof(line), "%s %s", a->name, a->address);
	return tick(arg, line);
}

static int see_route(void *arg, const struct netlink_route *r)
{
	char line[192];

	snprintf(line, sizeof(line), "%s %s%s%s %s %u", r->type, r->dst, r->via[0] ? " via " : "",
		 r->via, r->dev, r->table);
	return tick(arg, line);
}

/*
 * Sockets. Of TCP's only those that listen count: connections are there when the network
 * is looked at again later, and are the listeners'. The rest is in the tables of
 * /proc/self/net, whose first line is a heading; and so is TCP where the kernel
 * has no better way to ask.
 */
struct listening {
	const struct sockets *want;
	int n, extra;
};

static void see_listener(void *arg, int family, bool any, uint16_t port)
{
	struct listening *l = arg;

	if (family == AF_INET && any && sockets_listens(l->want, port))
		l->n++;
	else
		l->extra++;
}

/* 1 when it could not be asked this way. */
static int check_listeners(const struct sockets *want, struct error *err)
{
	struct listening l = { .want = want };
	int r = netlink_listeners(see_listener, &l, err);

	if (r)
		return r;
	if (l.extra)
		return error_set(err, 0, "%d tcp socket%s that must not be there", l.extra,
				 l.extra > 1 ? "s" : "");
	if (l.n != want->n_ports)
		return error_set(err, 0, "%d tcp sockets, not %d", l.n, want->n_ports);
	return 0;
}

struct table {
	const char *name;
	/* Is this line expected? n counts the lines that were. */
	bool (*expected)(const struct sockets *want, const char *line, int *n);
};

static bool tcp_line(const struct sockets *want, const char *line, int *n)
{
	unsigned address, port, state;

	if (sscanf(line, " %*d: %x:%x %*x:%*x %x", &address, &port, &state) != 3)
		return false;
	if (state != TCP_LISTEN)
		return sockets_listens(want, (uint16_t)port);
	++*n;
	return address == 0 && sockets_listens(want, (uint16_t)port);
}

static bool udp_line(const struct sockets *want, const char *line, int *n)
{
	unsigned address, port;
	struct in_addr dns;

	inet_pton(AF_INET, "10.200.0.1", &dns);
	if (sscanf(line, " %*d: %x:%x", &address, &port) != 2)
		return false;
	++*n;
	return want->dns && address == dns.s_addr && port == 53;
}

static bool packet_line(const struct sockets *want, const char *line, int *n)
{
	unsigned type, protocol, link;

	if (sscanf(line, "%*s %*d %u %x %u", &type, &protocol, &link) != 3)
		return false;
	++*n;
	return want->wall && type == SOCK_DGRAM && protocol == ETH_P_IP &&
	       link == if_nametoindex(NETNS_TAP);
}

static bool none(const struct sockets *want, const char *line, int *n)
{
	(void)want;
	(void)line;
	(void)n;
	return false;
}

static int check_table(const struct table *t, const struct sockets *want, int wanted,
		       struct error *err)
{
	char path[64], line[512];
	int n = 0, extra = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/net/%s", t->name);
	f = fopen(path, "re");
	if (!f && errno == ENOENT && wanted == 0)
		return 0; /* a kernel without that protocol */
	if (!f)
		return error_set(err, errno, "read %s", path);
	for (int i = 0; fgets(line, sizeof(line), f); i++)
		if (i > 0 && !t->expected(want, line, &n))
			extra++;
	fclose(f);
	if (extra)
		return error_set(err, 0, "%d %s socket%s that must not be there", extra, t->name,
				 extra > 1 ? "s" : "");
	if (n != wanted)
		return error_set(err, 0, "%d %s sockets, not %d", n, t->name, wanted);
	return 0;
}

static int check_sockets(const struct sockets *want, struct error *err)
{
	const struct {
		struct table table;
		int wanted;
	} all[] = {
		{ { "udp", udp_line }, want->dns },
		{ { "packet", packet_line }, want->wall },
		{ { "udp6", none }, 0 },
		{ { "raw", none }, 0 },
		{ { "raw6", none }, 0 },
		{ { "icmp", none }, 0 },
		{ { "udplite", none }, 0 },
		{ { "udplite6", none }, 0 },
	};

	static const struct table tcp = { "tcp", tcp_line }, tcp6 = { "tcp6", none };
	int r = check_listeners(want, err);

	if (r < 0 || (r > 0 && (check_table(&tcp, want, want->n_ports, err) < 0 ||
				check_table(&tcp6, want, 0, err) < 0)))
		return -1;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (check_table(&all[i].table, want, all[i].wanted, err) < 0)
			return -1;
	return 0;
}

/* netlink_suspicious() did it: the stricter of the link's and everybody's value counts, and without
 * a default route the loose one is as good. */
static int check_filter(struct error *err)
{
	static const char *const paths[] = { "/proc/sys/net/ipv4/conf/" NETNS_TAP "/rp_filter",
					     "/proc/sys/net/ipv4/conf/all/rp_filter" };

	for (size_t i = 0; i < 2; i++) {
		AUTO_CLOSE int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		char value;

		if (fd >= 0 && read(fd, &value, 1) == 1 && (value == '1' || value == '2'))
			return 0;
	}
	return error_set(err, 0, "source addresses are not checked on " NETNS_TAP);
}

int netns_verify(const struct sockets *expected, struct error *err)
{
	struct seen a = { .want = addresses, .what = "address", .err = err };
	struct seen r = { .want = routes, .what = "route", .err = err };
	AUTO_NETLINK struct netlink *nl = netlink_open(err);

	if (!nl)
		return -1;
	if (netlink_links(nl, see_link, err, err) || netlink_addresses(nl, see_address, &a, err) ||
	    netlink_routes(nl, see_route, &r, err))
		return -1;
	if (missing(&a) < 0 || missing(&r) < 0 || check_filter(err) < 0 || check_sockets(expected, err) < 0)
		return -1;
	return expected->redirect ? redirect_verify(err) : 0;
}
