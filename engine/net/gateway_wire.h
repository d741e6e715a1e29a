/*
 * What supervisor and gateway say to each other, over a SOCK_SEQPACKET pair: one
 * message per packet. Orders go down, with descriptors; reports come up. The two are
 * the same binary, so messages are structs; but the gateway reads what guests and
 * servers send, so the supervisor checks every report as if a stranger had written it.
 */
#ifndef ENGINE_NET_GATEWAY_WIRE_H
#define ENGINE_NET_GATEWAY_WIRE_H

#include "engine/net/gateway.h"
#include "engine/net/sockets.h"

enum gateway_order_type { ORDER_POLICY = 1, ORDER_BROKER, ORDER_PING };

struct gateway_order {
	uint32_t type;
	uint32_t n; /* bytes of config */
	union {
		struct {
			struct policy policy;
			/* The descriptors that come with it: a listener for each port, then DNS,
			 * then wall. */
			struct sockets added;
		} policy;
		uint8_t config[GATEWAY_CONFIG_MAX];
	};
};
size_t gateway_order_size(const struct gateway_order *o);

enum gateway_report_type { REPORT_READY = 1, REPORT_REFUSED, REPORT_COUNTED, REPORT_TOTALS,
			   REPORT_BROKER, REPORT_PONG };

struct gateway_report {
	uint32_t type;
	uint32_t n; /* bytes of broker */
	union {
		struct gateway_refusal refusal;
		struct gateway_counter counter;
		struct gateway_totals totals;
		uint8_t broker[GATEWAY_REPORT_MAX];
	};
};
size_t gateway_report_size(const struct gateway_report *r);

/* Check n bytes and copy them to *out; -1 when they are no report: of a type that is
 * not known, of another length, with a name that is neither host name nor IPv4 address,
 * or numbers that cannot be. */
int gateway_report_read(struct gateway_report *out, const void *data, size_t n);

#endif
