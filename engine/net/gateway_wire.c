#include "engine/net/gateway_wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stddef.h>
#include <string.h>

const char *const gateway_why_texts[] = {
	[GATEWAY_WHY_NAME] = "not allowed",
	[GATEWAY_WHY_PORT] = "port not allowed",
	[GATEWAY_WHY_NO_NAME] = "connected to an address without a name",
	[GATEWAY_WHY_SPECIAL] = "its address is a special-purpose one",
	[GATEWAY_WHY_OTHER] = "another name inside the connection",
	[GATEWAY_WHY_INVALID] = "not valid TLS or HTTP",
	[GATEWAY_WHY_LIMIT] = "too many connections",
	[GATEWAY_WHY_RESOLVE] = "the host cannot resolve it",
	[GATEWAY_WHY_CONNECT] = "nothing answers there",
};
static_assert(sizeof(gateway_why_texts) / sizeof(*gateway_why_texts) == GATEWAY_WHY_COUNT,
	      "a text each");

size_t gateway_order_size(const struct gateway_order *o)
{
	if (o->type == ORDER_BROKER)
		return offsetof(struct gateway_order, config) + o->n;
	if (o->type == ORDER_PING)
		return offsetof(struct gateway_order, policy);
	return offsetof(struct gateway_order, policy) + sizeof(o->policy);
}

size_t gateway_report_size(const struct gateway_report *r)
{
	switch (r->type) {
	case REPORT_REFUSED:
		return offsetof(struct gateway_report, refusal) + sizeof(r->refusal);
	case REPORT_COUNTED:
		return offsetof(struct gateway_report, counter) + sizeof(r->counter);
	case REPORT_TOTALS:
		return offsetof(struct gateway_report, totals) + sizeof(r->totals);
	case REPORT_BROKER:
		return offsetof(struct gateway_report, broker) + r->n;
	default:
		return offsetof(struct gateway_report, refusal);
	}
}

static int check_name(const char name[HOSTNAME_SIZE], bool address)
{
	char again[HOSTNAME_SIZE], text[INET_ADDRSTRLEN];
	struct in_addr a;

	if (!memchr(name, '\0', HOSTNAME_SIZE))
		return -1;
	if (address && inet_pton(AF_INET, name, &a) == 1)
		return strcmp(inet_ntop(AF_INET, &a, text, sizeof(text)), name) == 0 ? 0 : -1;
	return hostname_read(again, name, strlen(name), NULL) == 0 && !strcmp(again, name) ? 0 : -1;
}

int gateway_report_read(struct gateway_report *out, const void *data, size_t n)
{
	const size_t head = offsetof(struct gateway_report, refusal);

	if (n < head || n > sizeof(*out))
		return -1;
	memset(out, 0, sizeof(*out));
	memcpy(out, data, head);
	if (out->n > GATEWAY_REPORT_MAX || n != gateway_report_size(out))
		return -1;
	memcpy(out, data, n);
	switch (out->type) {
	case REPORT_READY:
	case REPORT_TOTALS:
	case REPORT_BROKER:
	case REPORT_PONG:
		return 0;
	case REPORT_REFUSED:
		if (out->refusal.why >= GATEWAY_WHY_COUNT || out->refusal.count == 0)
			return -1;
		return check_name(out->refusal.name, true);
	case REPORT_COUNTED:
		if (out->counter.open > out->counter.connections)
			return -1;
		return check_name(out->counter.name, false);
	default:
		return -1;
	}
}
