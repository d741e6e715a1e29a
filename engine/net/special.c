#include "engine/net/special.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

/* https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast */
static const struct {
	uint8_t a, b, c, d, bits;
} v4[] = {
	{ 0, 0, 0, 0, 8 },       /* this network */
	{ 10, 0, 0, 0, 8 },      /* private */
	{ 100, 64, 0, 0, 10 },   /* shared (carrier-grade NAT) */
	{ 127, 0, 0, 0, 8 },     /* loopback */
	{ 169, 254, 0, 0, 16 },  /* link-local, metadata services */
	{ 172, 16, 0, 0, 12 },   /* private */
	{ 192, 0, 0, 0, 24 },    /* protocol assignments */
	{ 192, 0, 2, 0, 24 },    /* documentation */
	{ 192, 31, 196, 0, 24 }, /* AS112 */
	{ 192, 52, 193, 0, 24 }, /* AMT */
	{ 192, 88, 99, 0, 24 },  /* 6to4 relays */
	{ 192, 168, 0, 0, 16 },  /* private */
	{ 192, 175, 48, 0, 24 }, /* AS112 */
	{ 198, 18, 0, 0, 15 },   /* benchmarking; our own AnyIP */
	{ 198, 51, 100, 0, 24 }, /* documentation */
	{ 203, 0, 113, 0, 24 },  /* documentation */
	{ 224, 0, 0, 0, 4 },     /* multicast */
	{ 240, 0, 0, 0, 4 },     /* reserved, broadcast */
};

/* https://www.iana.org/assignments/iana-ipv6-special-registry: what lies in 2000::/3,
 * for nothing outside of it is unicast in the Internet */
static const struct {
	uint16_t a, b;
	uint8_t bits;
} v6[] = {
	{ 0x2001, 0x0000, 23 }, /* protocol assignments, Teredo, benchmarking, ORCHID */
	{ 0x2001, 0x0db8, 32 }, /* documentation */
	{ 0x2002, 0x0000, 16 }, /* 6to4 */
	{ 0x2620, 0x004f, 32 }, /* 2620:4f:8000::/48: AS112 (a little more) */
	{ 0x3ffe, 0x0000, 16 }, /* the old 6bone */
	{ 0x3fff, 0x0000, 20 }, /* documentation */
};

static uint32_t mask(unsigned bits)
{
	return bits ? ~0U << (32 - bits) : 0;
}

bool special_v4(struct in_addr a)
{
	uint32_t h = ntohl(a.s_addr);

	for (size_t i = 0; i < sizeof(v4) / sizeof(*v4); i++) {
		uint32_t net = (uint32_t)v4[i].a << 24 | (uint32_t)v4[i].b << 16 |
			       (uint32_t)v4[i].c << 8 | v4[i].d;

		if ((h & mask(v4[i].bits)) == net)
			return true;
	}
	return false;
}

bool special_translated(const struct in6_addr *a, struct in_addr *inner)
{
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };

	memcpy(inner, a->s6_addr + 12, sizeof(*inner));
	return !memcmp(a->s6_addr, nat64, sizeof(nat64));
}

bool special_v6(const struct in6_addr *a)
{
	const uint8_t *s = a->s6_addr;
	uint32_t head = (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8 | s[3];
	struct in_addr inner;

	if (special_translated(a, &inner))
		return special_v4(inner);
	if ((s[0] & 0xe0) != 0x20)
		return true;
	for (size_t i = 0; i < sizeof(v6) / sizeof(*v6); i++)
		if ((head & mask(v6[i].bits)) == ((uint32_t)v6[i].a << 16 | v6[i].b))
			return true;
	return false;
}

bool special_address(const struct sockaddr *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (a->sa_family) {
	case AF_INET:
		memcpy(&in, a, sizeof(in));
		return special_v4(in.sin_addr);
	case AF_INET6:
		memcpy(&in6, a, sizeof(in6));
		return in6.sin6_scope_id != 0 || special_v6(&in6.sin6_addr);
	default:
		return true;
	}
}
