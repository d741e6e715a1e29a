#include "engine/net/netns_build.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/net/netlink.h"

/*
 * What must be there is there, and nothing else is: compared as whole lines
 * with the tables below. What a kernel may add by itself is marked; anything
 * unknown is refused, for whatever it is, it was not meant.
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

/* One line is the heading; each further one is a socket. */
static int nobody_listens(const char *table, struct error *err)
{
	char path[64], line[512];
	int lines = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/net/%s", table);
	f = fopen(path, "re");
	if (!f && errno == ENOENT)
		return 0; /* a kernel without that protocol */
	if (!f)
		return error_set(err, errno, "read %s", path);
	while (fgets(line, sizeof(line), f))
		lines++;
	fclose(f);
	if (lines > 1)
		return error_set(err, 0, "%d %s socket%s that must not be there", lines - 1, table,
				 lines > 2 ? "s" : "");
	return 0;
}

int netns_verify(struct error *err)
{
	static const char *const sockets[] = { "tcp",  "tcp6", "udp",	  "udp6",     "raw",
					       "raw6", "icmp", "udplite", "udplite6", NULL };
	struct seen a = { .want = addresses, .what = "address", .err = err };
	struct seen r = { .want = routes, .what = "route", .err = err };
	AUTO_NETLINK struct netlink *nl = netlink_open(err);

	if (!nl)
		return -1;
	if (netlink_links(nl, see_link, err, err) || netlink_addresses(nl, see_address, &a, err) ||
	    netlink_routes(nl, see_route, &r, err))
		return -1;
	if (missing(&a) < 0 || missing(&r) < 0)
		return -1;
	for (const char *const *s = sockets; *s; s++)
		if (nobody_listens(*s, err) < 0)
			return -1;
	return 0;
}
