/*
 * One DNS question to one server, over UDP and then over TCP, by packets of our
 * own: the system's resolver hides which server said what. It knows only the
 * message's shape (RFC 1035) and sockets; which servers matter is the probe's.
 *
 * Bytes of a server are hostile: a name in an answer is never followed, only
 * stepped over, and nothing of it is kept but codes and addresses.
 */
#ifndef ENGINE_CHECK_DNS_QUERY_H
#define ENGINE_CHECK_DNS_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNS_TYPE_A = 1, DNS_TYPE_NS = 2, DNS_TYPE_AAAA = 28 };

enum dns_way {
	DNS_ANSWERED,    /* a reply to this very question; `rcode` says what of it */
	DNS_SILENT,      /* nothing until the deadline */
	DNS_REFUSED,     /* nobody listens there (ICMP port unreachable, RST) */
	DNS_UNREACHABLE, /* no way to that address */
	DNS_HALF_OPEN,   /* TCP: connected, then nothing, or cut short */
	DNS_JUNK,        /* a reply that is none */
	DNS_WAY_COUNT
};
extern const char *const dns_way_names[DNS_WAY_COUNT]; /* in words, for people */

struct dns_reply {
	unsigned rcode;   /* RFC 1035 4.1.1: 0 no error, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED */
	unsigned a, aaaa; /* address records in the answer section */
	bool truncated;
	char address[48]; /* the first of them, or "" */
};

struct dns_query {
	const char *server;   /* address as in resolv.conf: 192.0.2.1, fe80::1%eth0 */
	unsigned short port;
	const char *name;     /* "" is the root */
	unsigned type;
	int udp_ms, tcp_ms;   /* deadlines; 0: that way is not asked */

	enum dns_way udp, tcp;
	struct dns_reply reply; /* of the way that answered, UDP first */
	unsigned ms;            /* until the UDP answer */
};

/* Ask all at the same time; blocks until the last is over. Starts threads: the
 * caller is a process that ends soon after. */
void dns_ask(struct dns_query *queries, size_t n);

/* The question's bytes into out: their number, 0 when the name is none. */
size_t dns_question(uint8_t *out, size_t cap, uint16_t id, const char *name, unsigned type);
/* Is this a reply to that question? 0 and what it says, or -1. Pure. */
int dns_read(const uint8_t *data, size_t len, const uint8_t *question, size_t question_len,
	     struct dns_reply *out);

/* "no error", "NXDOMAIN"; "code 9" for what has no name here. */
const char *dns_rcode(unsigned rcode, char out[16]);

#endif
