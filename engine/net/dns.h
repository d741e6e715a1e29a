/*
 * DNS as far as the gateway speaks it: one question read strictly, one answer
 * written. Pure: bytes in, bytes out; which names have an address is not known
 * here.
 *
 * RFC 1035: a query has one question, no answers, no authority; compression in a
 * question is refused. EDNS (RFC 6891) is tolerated in the additional section and
 * not answered, which tells the client that there is none. Names are what
 * hostname.h takes; anything else in a label is a name that does not exist here.
 */
#ifndef ENGINE_NET_DNS_H
#define ENGINE_NET_DNS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/net/hostname.h"

enum { DNS_A = 1, DNS_AAAA = 28 };
enum { DNS_QUERY_MAX = 4096, DNS_ANSWER_MAX = 12 + 255 + 4 + 16 };
enum dns_code {
	DNS_OK = 0,
	DNS_FORMERR = 1,
	DNS_SERVFAIL = 2,
	DNS_NOTIMP = 4,
	DNS_REFUSED = 5,
};

struct dns_query {
	uint16_t id;
	bool recursion;           /* RD, echoed */
	uint16_t type;
	bool internet;            /* class IN */
	char name[HOSTNAME_SIZE]; /* as hostname_read gives it; "" when it is not one */
	const uint8_t *question;  /* in the packet, to be echoed as it was asked (0x20) */
	size_t question_len;
};

/* DNS_OK: a query. Another code: to be answered with it (question_len may be 0). -1: not
 * worth an answer (too short, or itself an answer). */
int dns_question_read(struct dns_query *q, const uint8_t *packet, size_t n);

/* Write the answer; gives its length. With address, one A record with the TTL in
 * seconds. */
size_t dns_answer_write(uint8_t out[DNS_ANSWER_MAX], const struct dns_query *q, enum dns_code code,
		 const struct in_addr *address, uint32_t ttl);

#endif
