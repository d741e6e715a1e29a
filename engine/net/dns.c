#include "engine/net/dns.h"

#include <string.h>

/* The header, RFC 1035 section 4.1.1. */
enum { HEADER = 12, QR = 0x80, OPCODE = 0x78, AA = 0x04, TC = 0x02, RD = 0x01, RA = 0x80 };
enum { CLASS_IN = 1 };

static uint16_t read16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint8_t *write16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

/* Gives the length of the name on the wire, its root label included; 0 when it is
 * malformed. The dotted text is cut at its buffer: what is longer is no host name. */
static size_t read_name(const uint8_t *p, size_t n, char *text, size_t cap, size_t *len)
{
	size_t at = 0;

	*len = 0;
	while (at < n && p[at]) {
		size_t label = p[at];

		if (label > 63 || at + 1 + label >= n || at + 1 + label > 254)
			return 0;
		for (size_t i = 0; i < label && *len < cap; i++)
			text[(*len)++] = (char)p[at + 1 + i];
		at += 1 + label;
		if (p[at] && *len < cap)
			text[(*len)++] = '.';
	}
	return at < n ? at + 1 : 0;
}

int dns_question_read(struct dns_query *q, const uint8_t *packet, size_t n)
{
	char text[256];
	size_t name, len;

	*q = (struct dns_query){ 0 };
	if (n < HEADER || packet[2] & QR)
		return -1;
	q->id = read16(packet);
	q->recursion = packet[2] & RD;
	if (packet[2] & OPCODE)
		return DNS_NOTIMP;
	/* one question; nothing but an EDNS record behind it */
	if (n > DNS_QUERY_MAX || packet[2] & TC || read16(packet + 4) != 1 ||
	    read16(packet + 6) != 0 || read16(packet + 8) != 0 || read16(packet + 10) > 1)
		return DNS_FORMERR;
	name = read_name(packet + HEADER, n - HEADER, text, sizeof(text), &len);
	if (name == 0 || n - HEADER - name < 4)
		return DNS_FORMERR;
	q->question = packet + HEADER;
	q->question_len = name + 4;
	q->type = read16(packet + HEADER + name);
	q->internet = read16(packet + HEADER + name + 2) == CLASS_IN;
	/* A dot inside a label would read as two labels: that is another name. */
	for (size_t at = 0; at + 1 < name; at += 1 + (size_t)q->question[at])
		if (memchr(q->question + at + 1, '.', q->question[at]))
			return DNS_OK;
	if (len == 0 || text[len - 1] == '.' || hostname_read(q->name, text, len, NULL) < 0)
		q->name[0] = '\0';
	return DNS_OK;
}

size_t dns_answer_write(uint8_t out[DNS_ANSWER_MAX], const struct dns_query *q, enum dns_code code,
		 const struct in_addr *address, uint32_t ttl)
{
	uint8_t *p = write16(out, q->id);

	*p++ = (uint8_t)(QR | (code == DNS_OK ? AA : 0) | (q->recursion ? RD : 0));
	*p++ = (uint8_t)(RA | code);
	p = write16(p, q->question_len ? 1 : 0);
	p = write16(p, address ? 1 : 0);
	p = write16(p, 0);
	p = write16(p, 0);
	if (q->question_len) {
		memcpy(p, q->question, q->question_len);
		p += q->question_len;
	}
	if (address) {
		p = write16(p, 0xc000 | HEADER); /* the question's name */
		p = write16(p, DNS_A);
		p = write16(p, CLASS_IN);
		p = write16(p, ttl >> 16);
		p = write16(p, ttl & 0xffff);
		p = write16(p, sizeof(*address));
		memcpy(p, address, sizeof(*address));
		p += sizeof(*address);
	}
	return (size_t)(p - out);
}
