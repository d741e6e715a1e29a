#include "engine/net/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/ip.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/route.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct netlink {
	struct nl_sock *sock;
};

/* libnl has error numbers of its own; the kernel's errno survives in few. */
static int failed(struct error *err, int nl, const char *what)
{
	static const struct {
		int nl, code;
	} codes[] = {
		{ NLE_PERM, EPERM },	 { NLE_NOACCESS, EACCES }, { NLE_EXIST, EEXIST },
		{ NLE_NODEV, ENODEV },	 { NLE_NOMEM, ENOMEM },	   { NLE_BUSY, EBUSY },
		{ NLE_INVAL, EINVAL },	 { NLE_RANGE, ERANGE },	   { NLE_OPNOTSUPP, EOPNOTSUPP },
		{ NLE_OBJ_NOTFOUND, ENOENT },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (abs(nl) == codes[i].nl)
			return error_set(err, codes[i].code, "%s", what);
	return error_set(err, 0, "%s: %s", what, nl_geterror(nl));
}

struct netlink *netlink_open(struct error *err)
{
	struct netlink *n = calloc(1, sizeof(*n));
	int r;

	if (!n || !(n->sock = nl_socket_alloc())) {
		free(n);
		error_set(err, ENOMEM, "netlink");
		return NULL;
	}
	r = nl_connect(n->sock, NETLINK_ROUTE);
	if (r < 0) {
		failed(err, r, "netlink");
		netlink_close(n);
		return NULL;
	}
	return n;
}

void netlink_close(struct netlink *n)
{
	if (!n)
		return;
	nl_socket_free(n->sock);
	free(n);
}

void netlink_drop(struct netlink **n)
{
	netlink_close(*n);
}

/* The kernel's answers are there when a request was sent. libnl takes it for well when it cannot
 * read the acknowledgement of a query: the next request would take that for its own, and the
 * last one's error would never be read. */
static bool answer_left(const struct netlink *n)
{
	struct pollfd p = { .fd = nl_socket_get_fd(n->sock), .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

int netlink_find(struct netlink *n, const char *name, struct error *err)
{
	struct rtnl_link *link;
	char what[64];
	int r = rtnl_link_get_kernel(n->sock, 0, name, &link);

	snprintf(what, sizeof(what), "find link %s", name);
	if (r < 0)
		return failed(err, r, what);
	r = rtnl_link_get_ifindex(link);
	rtnl_link_put(link);
	return answer_left(n) ? error_set(err, 0, "%s: an answer of the kernel was lost", what) : r;
}

typedef void change_fn(struct rtnl_link *change, void *arg);

/* Ask for one change of a link. */
static int change_link(struct netlink *n, int ifindex, change_fn *fn, void *arg, const char *what,
		       struct error *err)
{
	struct rtnl_link *change = rtnl_link_alloc();
	struct rtnl_link *orig = rtnl_link_alloc();
	int r = -NLE_NOMEM;

	if (change && orig) {
		rtnl_link_set_ifindex(orig, ifindex);
		rtnl_link_set_family(orig, AF_UNSPEC);
		rtnl_link_set_ifindex(change, ifindex);
		fn(change, arg);
		r = rtnl_link_change(n->sock, orig, change, 0);
	}
	rtnl_link_put(change);
	rtnl_link_put(orig);
	return r < 0 ? failed(err, r, what) : 0;
}

static void set_up(struct rtnl_link *change, void *arg)
{
	(void)arg;
	rtnl_link_set_flags(change, IFF_UP);
}

int netlink_up(struct netlink *n, int ifindex, struct error *err)
{
	return change_link(n, ifindex, set_up, NULL, "bring link up", err);
}

static void set_addr(struct rtnl_link *change, void *arg)
{
	rtnl_link_set_addr(change, arg);
}

int netlink_set_mac(struct netlink *n, int ifindex, const char *mac, struct error *err)
{
	struct nl_addr *addr;
	int r = nl_addr_parse(mac, AF_LLC, &addr);

	if (r < 0)
		return failed(err, r, "read MAC address");
	r = change_link(n, ifindex, set_addr, addr, "set MAC address", err);
	nl_addr_put(addr);
	return r;
}

static void set_no_autoaddress(struct rtnl_link *change, void *arg)
{
	(void)arg;
	rtnl_link_inet6_set_addr_gen_mode(change, IN6_ADDR_GEN_MODE_NONE);
}

int netlink_no_autoaddress(struct netlink *n, int ifindex, struct error *err)
{
	return change_link(n, ifindex, set_no_autoaddress, NULL, "set IPv6 address mode", err);
}

/* The host's own settings were copied, whatever they are: each is said here. */
static void set_suspicious(struct rtnl_link *change, void *arg)
{
	(void)arg;
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_RP_FILTER, 1);
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ARP_ACCEPT, 0);
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_PROXY_ARP, 0);
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ACCEPT_REDIRECTS, 0);
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE, 0);
	rtnl_link_inet_set_conf(change, IPV4_DEVCONF_LOG_MARTIANS, 0);
}

int netlink_suspicious(struct netlink *n, int ifindex, struct error *err)
{
	return change_link(n, ifindex, set_suspicious, NULL, "have source addresses checked", err);
}

int netlink_add_address(struct netlink *n, int ifindex, const char *address, struct error *err)
{
	struct rtnl_addr *a = rtnl_addr_alloc();
	struct nl_addr *local = NULL;
	char what[96];
	int r = a ? nl_addr_parse(address, AF_UNSPEC, &local) : -NLE_NOMEM;

	snprintf(what, sizeof(what), "add address %s", address);
	if (r == 0) {
		rtnl_addr_set_ifindex(a, ifindex);
		rtnl_addr_set_local(a, local);
		r = rtnl_addr_add(n->sock, a, 0);
	}
	nl_addr_put(local);
	rtnl_addr_put(a);
	return r < 0 ? failed(err, r, what) : 0;
}

int netlink_add_local(struct netlink *n, int ifindex, const char *prefix, struct error *err)
{
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *dst = NULL;
	char what[96];
	int r = route && hop ? nl_addr_parse(prefix, AF_UNSPEC, &dst) : -NLE_NOMEM;

	snprintf(what, sizeof(what), "add local route %s", prefix);
	if (r == 0) {
		rtnl_route_set_family(route, (uint8_t)nl_addr_get_family(dst));
		rtnl_route_set_dst(route, dst);
		rtnl_route_set_type(route, RTN_LOCAL);
		rtnl_route_set_table(route, RT_TABLE_LOCAL);
		rtnl_route_set_scope(route, RT_SCOPE_HOST);
		rtnl_route_nh_set_ifindex(hop, ifindex);
		rtnl_route_add_nexthop(route, hop);
		hop = NULL; /* the route's now */
		r = rtnl_route_add(n->sock, route, NLM_F_EXCL);
	}
	if (hop)
		rtnl_route_nh_free(hop);
	nl_addr_put(dst);
	rtnl_route_put(route);
	return r < 0 ? failed(err, r, what) : 0;
}

static void link_name(int ifindex, char out[16])
{
	char name[IF_NAMESIZE] = "";

	if (ifindex <= 0 || !if_indextoname((unsigned)ifindex, name))
		name[0] = '\0';
	snprintf(out, 16, "%s", name);
}

static void print_prefix(struct nl_addr *a, char *out, size_t cap)
{
	size_t n;

	if (!a || (nl_addr_get_prefixlen(a) == 0 && nl_addr_iszero(a))) {
		snprintf(out, cap, "default");
		return;
	}
	nl_addr2str(a, out, cap);
	n = strlen(out);
	if (!strchr(out, '/')) /* libnl leaves out that of a host */
		snprintf(out + n, cap - n, "/%u", nl_addr_get_prefixlen(a));
}

/* Run `each` over a filled cache. */
typedef int object_fn(struct nl_object *o, void *fn, void *arg);

static int walk(struct nl_cache *cache, object_fn *each, void *fn, void *arg)
{
	int r = 0;

	for (struct nl_object *o = nl_cache_get_first(cache); o && !r; o = nl_cache_get_next(o))
		r = each(o, fn, arg);
	nl_cache_free(cache);
	return r;
}

static int each_link(struct nl_object *o, void *fn, void *arg)
{
	struct rtnl_link *link = (struct rtnl_link *)(void *)o;
	struct netlink_link l = { .ifindex = rtnl_link_get_ifindex(link),
				  .up = rtnl_link_get_flags(link) & IFF_UP };

	snprintf(l.name, sizeof(l.name), "%s", rtnl_link_get_name(link));
	return (*(netlink_link_fn **)fn)(arg, &l);
}

int netlink_links(struct netlink *n, netlink_link_fn *fn, void *arg, struct error *err)
{
	struct nl_cache *cache;
	int r = rtnl_link_alloc_cache(n->sock, AF_UNSPEC, &cache);

	if (r < 0)
		return failed(err, r, "list links");
	return walk(cache, each_link, &fn, arg);
}

static int each_address(struct nl_object *o, void *fn, void *arg)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)(void *)o;
	struct netlink_address a = { .ifindex = rtnl_addr_get_ifindex(addr),
				     .family = rtnl_addr_get_family(addr) };

	link_name(a.ifindex, a.name);
	print_prefix(rtnl_addr_get_local(addr), a.address, sizeof(a.address));
	return (*(netlink_address_fn **)fn)(arg, &a);
}

int netlink_addresses(struct netlink *n, netlink_address_fn *fn, void *arg, struct error *err)
{
	struct nl_cache *cache;
	int r = rtnl_addr_alloc_cache(n->sock, &cache);

	if (r < 0)
		return failed(err, r, "list addresses");
	return walk(cache, each_address, &fn, arg);
}

static int each_route(struct nl_object *o, void *fn, void *arg)
{
	struct rtnl_route *route = (struct rtnl_route *)(void *)o;
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, 0);
	struct nl_addr *via = hop ? rtnl_route_nh_get_gateway(hop) : NULL;
	struct netlink_route r = { .family = rtnl_route_get_family(route),
				   .table = rtnl_route_get_table(route),
				   .metric = rtnl_route_get_priority(route) };

	nl_rtntype2str(rtnl_route_get_type(route), r.type, sizeof(r.type));
	print_prefix(rtnl_route_get_dst(route), r.dst, sizeof(r.dst));
	if (via)
		nl_addr2str(via, r.via, sizeof(r.via));
	if (hop)
		link_name(rtnl_route_nh_get_ifindex(hop), r.dev);
	return (*(netlink_route_fn **)fn)(arg, &r);
}

int netlink_routes(struct netlink *n, netlink_route_fn *fn, void *arg, struct error *err)
{
	struct nl_cache *cache;
	int r = rtnl_route_alloc_cache(n->sock, AF_UNSPEC, 0, &cache);

	if (r < 0)
		return failed(err, r, "list routes");
	return walk(cache, each_route, &fn, arg);
}

int netlink_is_local(struct netlink *n, const struct sockaddr *a, struct error *err)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)a;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)a;
	struct nl_addr *to = a->sa_family == AF_INET ?
				     nl_addr_build(AF_INET, &four->sin_addr, sizeof(four->sin_addr)) :
				     nl_addr_build(AF_INET6, &six->sin6_addr, sizeof(six->sin6_addr));
	struct rtnl_route *route = NULL;
	int r = to ? rtnl_route_lookup(n->sock, to, &route) : -NLE_NOMEM, type;

	nl_addr_put(to);
	if (r < 0)
		return failed(err, r, "look up a route");
	type = rtnl_route_get_type(route);
	rtnl_route_put(route);
	return type != RTN_UNICAST;
}

struct listeners {
	netlink_listener_fn *fn;
	void *arg;
};

/* linux/inet_diag.h */
static int each_listener(struct nl_msg *msg, void *arg)
{
	static const uint32_t nothing[4] = { 0 };
	const struct listeners *l = arg;
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	const struct inet_diag_msg *m = nlmsg_data(h);

	if (h->nlmsg_type == SOCK_DIAG_BY_FAMILY && nlmsg_datalen(h) >= (int)sizeof(*m))
		l->fn(l->arg, m->idiag_family,
		      !memcmp(m->id.idiag_src, nothing, m->idiag_family == AF_INET ? 4 : 16),
		      ntohs(m->id.idiag_sport));
	return NL_OK;
}

int netlink_listeners(netlink_listener_fn *fn, void *arg, struct error *err)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct listeners l = { .fn = fn, .arg = arg };
	struct nl_sock *sock = nl_socket_alloc();
	int r = sock ? nl_connect(sock, NETLINK_SOCK_DIAG) : -NLE_NOMEM;

	if (r == 0)
		r = nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, each_listener, &l);
	for (size_t i = 0; r >= 0 && i < sizeof(families); i++) {
		struct inet_diag_req_v2 q = { .sdiag_family = families[i], .sdiag_protocol = IPPROTO_TCP,
					      .idiag_states = 1U << TCP_LISTEN };

		r = nl_send_simple(sock, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &q, sizeof(q));
		if (r >= 0)
			r = nl_recvmsgs_default(sock);
	}
	nl_socket_free(sock);
	if (r == -NLE_OBJ_NOTFOUND || r == -NLE_OPNOTSUPP || r == -NLE_PROTO_MISMATCH)
		return 1;
	return r < 0 ? failed(err, r, "list listening sockets") : 0;
}
