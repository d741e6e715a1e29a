#include "engine/net/sockets.h"

bool sockets_listens(const struct sockets *s, uint16_t port)
{
	for (int i = 0; i < s->n_ports; i++)
		if (s->ports[i] == port)
			return true;
	return false;
}

int sockets_want(struct sockets *s, uint16_t port)
{
	if (sockets_listens(s, port))
		return 0;
	if (s->n_ports == SOCKETS_PORTS)
		return -1;
	s->ports[s->n_ports++] = port;
	return 0;
}
