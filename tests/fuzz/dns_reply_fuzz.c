/* Any packet as a name server's reply to a check's question. The first two bytes
 * choose the question; the rest is the reply, once as it came and once with our id
 * and question put in, or hardly one would get past them. What is kept is codes, and
 * addresses that are ones. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "engine/check/dns_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must_be_sane(const struct dns_reply *r, const uint8_t *packet, size_t n)
{
	struct in6_addr any;
	char words[16];

	if (n < 12 || r->rcode != (packet[3] & 15u) || r->truncated != !!(packet[2] & 2))
		abort();
	if (strlen(dns_rcode(r->rcode, words)) == 0)
		abort();
	/* An answer takes 11 bytes of head at least, and its address. */
	if (15 * (size_t)r->a + 27 * (size_t)r->aaaa > n)
		abort();
	if (!r->a && !r->aaaa ? *r->address : inet_pton(AF_INET, r->address, &any) != 1 &&
						inet_pton(AF_INET6, r->address, &any) != 1)
		abort();
}

static void read_one(const uint8_t *packet, size_t n, const uint8_t *question, size_t q_len)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct dns_reply r;

	memcpy(copy, packet, n); /* of exactly that size, for the sanitizer */
	if (dns_read(copy, n, question, q_len, &r) == 0) {
		must_be_sane(&r, copy, n);
		copy[0] ^= 1; /* of another question: to be passed over */
		if (dns_read(copy, n, question, q_len, &r) == 0)
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const names[] = { "", "api.anthropic.com", "x.example" };
	static const unsigned types[] = { DNS_TYPE_A, DNS_TYPE_NS, DNS_TYPE_AAAA };
	uint8_t question[512], packet[4096];
	size_t q_len;

	if (n < 2)
		return 0;
	q_len = dns_question(question, sizeof(question), 0x1234, names[data[0] % 3],
			     types[data[1] % 3]);
	if (!q_len)
		abort();
	data += 2;
	n -= 2;
	if (n > sizeof(packet) - sizeof(question))
		n = sizeof(packet) - sizeof(question);
	read_one(data, n, question, q_len);

	if (n < 12)
		return 0;
	memcpy(packet, data, 12);
	memcpy(packet, question, 2);
	packet[2] |= 0x80;
	packet[4] = 0;
	packet[5] = 1;
	memcpy(packet + 12, question + 12, q_len - 12);
	memcpy(packet + q_len, data + 12, n - 12);
	read_one(packet, q_len + n - 12, question, q_len);
	return 0;
}
