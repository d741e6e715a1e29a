/* Connections of the guest: which service or name each is meant for, and whether there is
 * room for it. */
#include "engine/net/gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter_ipv4.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ACCEPTS = 32 /* of one turn */ };

static struct in_addr own_address(void)
{
	struct in_addr a;

	inet_pton(AF_INET, GATEWAY_ADDRESS, &a);
	return a;
}

/* To 10.200.0.1: one of the gateway's services. */
static void take_service(struct gate *g, int fd, uint16_t port)
{
	if (port == GATEWAY_DNS)
		gate_dns_accept(g, fd);
	else if (port == GATEWAY_BROKER)
		gate_to_broker(g, fd, NULL, 0);
	else if (port == GATEWAY_PROXY)
		proxy_accept(g, fd);
	else {
		gate_refuse_address(g, own_address(), port, GATEWAY_WHY_NO_NAME);
		gate_reset(fd);
	}
}

static void take(struct gate *g, int fd, struct sockaddr_in to)
{
	uint16_t port = ntohs(to.sin_port);
	int name = aliases_find(&g->aliases, to.sin_addr);
	const char *text = name < 0 ? NULL : aliases_text(&g->aliases, name);

	if (to.sin_addr.s_addr == own_address().s_addr) {
		take_service(g, fd, port);
		return;
	}
	if (name < 0)
		gate_refuse_address(g, to.sin_addr, port, GATEWAY_WHY_NO_NAME);
	else if (!policy_allows(&g->policy, text, port))
		gate_refuse(g, text, port, policy_knows(&g->policy, text) ? GATEWAY_WHY_PORT :
									    GATEWAY_WHY_NAME);
	else if (!gate_has_room(g))
		gate_refuse(g, text, port, GATEWAY_WHY_LIMIT);
	else {
		relay_accept(g, fd, name, port);
		return;
	}
	gate_reset(fd);
}

void gate_accept(struct source *s, uint32_t events)
{
	struct gate_listener *l = SOURCE_OWNER(s, struct gate_listener, source);

	(void)events;
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct sockaddr_in to;
		socklen_t len = sizeof(to);
		int r;

		/* max_relays sees to it that descriptors do not run out; if they do all the
		 * same, we must not turn in circles. The sweep listens again. */
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
			source_want(s, 0);
			gate_sweep(l->gate);
		}
		if (fd < 0)
			return;
		/* The redirect of `open` keeps what was meant in conntrack. */
		if (l->port == SOCKETS_ANY)
			r = getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, &to, &len);
		else
			r = getsockname(fd, (struct sockaddr *)&to, &len);
		if (r < 0)
			close(fd); /* its client went away */
		else
			take(l->gate, fd, to);
	}
}
