/* What the gateway's process tells its supervisor: counted first (tally.h), sent a little
 * later and some at a time, so that a guest cannot make it talk faster than it is heard. */
#include "engine/net/gate.h"

#include <arpa/inet.h>
#include <sys/socket.h>

enum { FLUSH_MS = 200, ROWS = 64 /* of one flush: a flood is told in its time */ };

int gate_report(struct gate *g)
{
	size_t n = gateway_report_size(&g->report);

	return send(g->orders.fd, &g->report, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
}

/* Send the next that changed; 0 when there is none, -1 when it was not taken: it is told
 * again, with newer figures. */
static int send_row(struct gate *g)
{
	const struct gateway_refusal *r = tally_next_refusal(&g->tally);
	const struct gateway_counter *c = r ? NULL : tally_next_counter(&g->tally);
	const struct gateway_totals *t = r || c ? NULL : tally_next_totals(&g->tally);

	if (r)
		g->report = (struct gateway_report){ .type = REPORT_REFUSED, .refusal = *r };
	else if (c)
		g->report = (struct gateway_report){ .type = REPORT_COUNTED, .counter = *c };
	else if (t)
		g->report = (struct gateway_report){ .type = REPORT_TOTALS, .totals = *t };
	else
		return 0;
	if (gate_report(g) == 0)
		return 1;
	tally_untold(&g->tally);
	return -1;
}

void gate_flush(struct timer *t)
{
	struct gate *g = SOURCE_OWNER(t, struct gate, flush);
	int r = 1;

	for (int i = 0; i < ROWS && r > 0; i++)
		r = send_row(g);
	if (r)
		gate_changed(g);
}

void gate_changed(struct gate *g)
{
	struct error err;

	if (!timer_running(&g->flush))
		timer_start(&g->loop, &g->flush, FLUSH_MS, 0, &err);
}

void gate_refuse(struct gate *g, const char *name, uint16_t port, enum gateway_why why)
{
	tally_refuse(&g->tally, name, port, why);
	gate_changed(g);
}

void gate_refuse_address(struct gate *g, struct in_addr a, uint16_t port, enum gateway_why why)
{
	char text[INET_ADDRSTRLEN];

	gate_refuse(g, inet_ntop(AF_INET, &a, text, sizeof(text)), port, why);
}
