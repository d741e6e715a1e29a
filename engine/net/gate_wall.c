/* What the wall sees is reported, and answered so that programs need not wait. */
#include "engine/net/gate.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "engine/net/wall.h"

/* Answers are for programs, not for floods. */
enum { PACKETS = 64 /* of one turn */, BURST = 200, PER_SECOND = 500 };

static bool may_answer(struct gate *g)
{
	uint64_t now = now_ms(), more = (now - g->wall_filled_ms) * PER_SECOND / 1000;

	if (more) {
		g->wall_tokens = g->wall_tokens + more > BURST ? BURST : g->wall_tokens + more;
		g->wall_filled_ms = now;
	}
	if (!g->wall_tokens)
		return false;
	g->wall_tokens--;
	return true;
}

/* A connection to an address of ours: is it one that no listener takes? */
static void see_ours(struct gate *g, const struct wall_packet *w)
{
	int name = aliases_find(&g->aliases, w->to);

	if (sockets_listens(&g->sockets, w->port) || (g->sockets.redirect && aliases_covers(w->to)))
		return;
	if (name < 0)
		gate_refuse_address(g, w->to, w->port, GATEWAY_WHY_NO_NAME);
	else
		gate_refuse(g, aliases_text(&g->aliases, name), w->port,
			    policy_knows(&g->policy, aliases_text(&g->aliases, name)) ?
				    GATEWAY_WHY_PORT :
				    GATEWAY_WHY_NAME);
}

static void see(struct gate *g, const uint8_t *packet, size_t n, const struct sockaddr_ll *from)
{
	uint8_t out[WALL_ANSWER_MAX];
	struct wall_packet w;

	if (wall_read(&w, packet, n) < 0)
		return;
	if (w.ours) {
		see_ours(g, &w);
		return;
	}
	if (!w.answerable)
		return; /* broadcasts, forgeries: nobody waits for an answer */
	if (w.begins)
		gate_refuse_address(g, w.to, w.port, GATEWAY_WHY_NO_NAME);
	if (may_answer(g))
		sendto(g->wall.fd, out, wall_answer(out, &w, packet, n), MSG_DONTWAIT,
		       (const struct sockaddr *)from, sizeof(*from));
}

static void packets(struct source *s, uint32_t events)
{
	struct gate *g = SOURCE_OWNER(s, struct gate, wall);
	uint8_t packet[WALL_PACKET_MAX];

	(void)events;
	for (int i = 0; i < PACKETS; i++) {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(s->fd, packet, sizeof(packet), MSG_DONTWAIT,
				     (struct sockaddr *)&from, &len);

		if (n < 0)
			return;
		if (len == sizeof(from) || len >= sizeof(from) - 2)
			see(g, packet, (size_t)n, &from);
	}
}

void gate_wall_start(struct gate *g, int fd)
{
	struct error err;

	g->wall.fn = packets;
	g->sockets.wall = loop_watch(&g->loop, &g->wall, fd, EPOLLIN, &err) == 0;
}
