/* What holds for each connection of the guest, whoever serves it: is there room for it, its
 * time is watched, it can be handed to the broker, and it ends with a reset. */
#include "engine/net/gate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUSY_MS = 250 };

void gate_reset(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

void gate_to_broker(struct gate *g, int fd, const void *already, size_t n)
{
	if (g->policy.mode == POLICY_NONE)
		gate_reset(fd);
	else
		broker_take(g->broker, fd, already, n);
}

/*
 * Each session has its limit; what all of them have together is bounded by what the
 * host has: while there are more TCP sockets in use in it than GATE_HOST_SOCKETS,
 * whoever's they are, no session gets another. The kernel counts them, so
 * that there is nothing to be shared between sessions, or to be left behind.
 */
static bool host_is_full(struct gate *g)
{
	uint64_t now = now_ms();
	char text[512];
	const char *at;
	ssize_t n;

	if (g->host_asked_ms && now - g->host_asked_ms < BUSY_MS)
		return g->host_full;
	g->host_asked_ms = now;
	n = pread(g->sockstat_fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "TCP: inuse ");
	g->host_full = at && atol(at + 11) > GATE_HOST_SOCKETS;
	return g->host_full;
}

bool gate_has_room(struct gate *g)
{
	return g->n_relays < g->max_relays && !host_is_full(g);
}

void gate_sweep(struct gate *g)
{
	struct error err;

	if (!timer_running(&g->sweep))
		timer_start(&g->loop, &g->sweep, g->times->sweep, g->times->sweep, &err);
}
