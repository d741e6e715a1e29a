/*
 * The guest's side of the network: loopback, and the first other device when
 * there is one, with the address and the way out that START gave. IPv6 stays
 * off: the gateway does not speak it.
 */
#ifndef ENGINE_GUEST_NET_H
#define ENGINE_GUEST_NET_H

/* address is "10.200.0.2/30"; one that was set before is replaced. Failures are said, not returned: a machine
 * without a network is still worth having, and the gateway is closed anyway. */
void net_up(const char *address, const char *gateway);

#endif
