/*
 * Addresses that a name must never lead to: those with a special purpose (RFC
 * 6890 and the IANA registries that continue it), because from the host they mean
 * the host itself, its neighbours, its cloud's metadata service, or nobody. Pure.
 *
 * IPv4 inside IPv6: ::ffff:0:0/96 (mapped), ::/96 (compatible), 2002::/16 (6to4)
 * and 2001::/32 (Teredo) are refused as such; 64:ff9b::/96 (NAT64), which hosts
 * without IPv4 need, is judged by the IPv4 address in it.
 */
#ifndef ENGINE_NET_SPECIAL_H
#define ENGINE_NET_SPECIAL_H

#include <stdbool.h>
#include <netinet/in.h>
#include <sys/socket.h>

bool special_v4(struct in_addr a);
bool special_v6(const struct in6_addr *a);
/* Is it an IPv4 address in NAT64's well-known prefix (RFC 6052)? Then *inner is that. */
bool special_translated(const struct in6_addr *a, struct in_addr *inner);
/* Anything but AF_INET and AF_INET6 is special. */
bool special_address(const struct sockaddr *a);

#endif
