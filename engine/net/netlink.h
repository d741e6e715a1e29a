/*
 * The kernel's network configuration of the calling thread's namespace, over
 * rtnetlink, by libnl-3: this is its front door. Links, addresses and routes
 * are made and listed; what they are for is not known here. Each call blocks
 * until the kernel answers.
 */
#ifndef ENGINE_NET_NETLINK_H
#define ENGINE_NET_NETLINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "engine/base/error.h"

struct netlink; /* one socket, in the namespace in which it was opened */

struct netlink *netlink_open(struct error *err);
void netlink_close(struct netlink *n);
#define AUTO_NETLINK __attribute__((cleanup(netlink_drop)))
void netlink_drop(struct netlink **n);

/* Index of a link, or -1. */
int netlink_find(struct netlink *n, const char *name, struct error *err);
int netlink_up(struct netlink *n, int ifindex, struct error *err);
/* "02:fc:00:00:00:01"; the link must be down. */
int netlink_set_mac(struct netlink *n, int ifindex, const char *mac, struct error *err);
/* No link-local IPv6 address is made when it comes up. */
int netlink_no_autoaddress(struct netlink *n, int ifindex, struct error *err);
/* Source addresses are those that lead back to the link, in ARP as well: the kernel's table of
 * neighbours is one for all namespaces (net.ipv4.neigh.default.gc_thresh3), and who may
 * introduce any address to it fills it for the whole host. */
int netlink_suspicious(struct netlink *n, int ifindex, struct error *err);
/* "10.200.0.1/30" */
int netlink_add_address(struct netlink *n, int ifindex, const char *address, struct error *err);
/* Every address of the prefix becomes this host's own (AnyIP):
 * ip route add local PREFIX dev LINK table local */
int netlink_add_local(struct netlink *n, int ifindex, const char *prefix, struct error *err);

struct netlink_link {
	int ifindex;
	char name[16];
	bool up; /* administratively */
};

struct netlink_address {
	int ifindex;
	char name[16];    /* of the link */
	char address[56]; /* "10.200.0.1/30", "fe80::1/64" */
	int family;       /* AF_INET, AF_INET6 */
};

struct netlink_route {
	int family;
	char type[16];    /* "unicast", "local", "broadcast", "multicast", ... */
	char dst[56];     /* "10.200.0.0/30", "198.18.0.0/15", "default" */
	char via[56];     /* first hop's gateway, or "" */
	char dev[16];     /* first hop's link, or "" */
	uint32_t table;   /* 254 main, 255 local */
	uint32_t metric;
};

/* Give each to fn until it returns not 0, which is then the result; -1 with err
 * when the kernel could not be asked. */
typedef int netlink_link_fn(void *arg, const struct netlink_link *l);
typedef int netlink_address_fn(void *arg, const struct netlink_address *a);
typedef int netlink_route_fn(void *arg, const struct netlink_route *r);
int netlink_links(struct netlink *n, netlink_link_fn *fn, void *arg, struct error *err);
int netlink_addresses(struct netlink *n, netlink_address_fn *fn, void *arg, struct error *err);
int netlink_routes(struct netlink *n, netlink_route_fn *fn, void *arg, struct error *err);

/* Does a packet to that IPv4 or IPv6 address end in this namespace (one of its own
 * addresses, a broadcast)? 1 or 0; -1 when there is no way there, or the kernel could not
 * be asked. */
int netlink_is_local(struct netlink *n, const struct sockaddr *a, struct error *err);

/* Each TCP socket that listens in this namespace; `any`: on every address of its family.
 * By sock_diag(7), because /proc/net/tcp walks the connections of the whole host, which takes
 * 10 ms. 1 with nothing called where the kernel has no tcp_diag. */
typedef void netlink_listener_fn(void *arg, int family, bool any, uint16_t port);
int netlink_listeners(netlink_listener_fn *fn, void *arg, struct error *err);

#endif
