#include "tests/world/frames.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { VNET = 10 };

static const uint8_t guest_mac[] = { 2, 0xfc, 0, 0, 0, 2 }, host_mac[] = { 2, 0xfc, 0, 0, 0, 1 };

static void add(struct frame *f, const void *data, size_t n)
{
	memcpy(f->data + f->n, data, n);
	f->n += n;
}

#define ADD(f, ...) add(f, (uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

static void begin(struct frame *f, const uint8_t *to, const uint8_t *from, int type)
{
	memset(f->data, 0, VNET);
	f->n = VNET;
	add(f, to, 6);
	add(f, from, 6);
	ADD(f, (uint8_t)(type >> 8), (uint8_t)type);
}

static uint16_t checksum(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The IPv4 header (with options) and payload at the frame's end. */
static void add_ipv4(struct frame *f, const char *from, const char *to, int protocol,
		     const void *options, size_t n_options, unsigned fragment, const void *payload,
		     size_t n)
{
	uint8_t h[60] = { 0 };
	size_t len = 20 + n_options;

	h[0] = (uint8_t)(0x40 | len / 4);
	put16(h + 2, (unsigned)(len + n));
	put16(h + 4, 0x1234);
	put16(h + 6, fragment);
	h[8] = 64;
	h[9] = (uint8_t)protocol;
	inet_pton(AF_INET, from, h + 12);
	inet_pton(AF_INET, to, h + 16);
	if (n_options)
		memcpy(h + 20, options, n_options);
	put16(h + 10, checksum(h, len, 0));
	add(f, h, len);
	add(f, payload, n);
}

static size_t tcp(uint8_t *p, const char *from, const char *to, uint16_t sport, uint16_t port)
{
	uint8_t pseudo[12] = { 0 };
	uint32_t sum = 0;

	memset(p, 0, 20);
	put16(p, sport);
	put16(p + 2, port);
	p[7] = 1;
	p[12] = 0x50;
	p[13] = 0x02;
	put16(p + 14, 64240);
	inet_pton(AF_INET, from, pseudo);
	inet_pton(AF_INET, to, pseudo + 4);
	pseudo[9] = 6;
	pseudo[11] = 20;
	for (int i = 0; i < 12; i += 2)
		sum += (uint32_t)pseudo[i] << 8 | pseudo[i + 1];
	put16(p + 16, checksum(p, 20, sum));
	return 20;
}

static size_t payload_of(uint8_t *p, int protocol, const char *from, const char *to, uint16_t sport,
			 uint16_t port)
{
	switch (protocol) {
	case 6:
		return tcp(p, from, to, sport, port);
	case 17:
		memset(p, 0, 16);
		put16(p, sport);
		put16(p + 2, port);
		put16(p + 4, 16); /* no checksum: allowed for IPv4 */
		memcpy(p + 8, "vmdeck!!", 8);
		return 16;
	case 1:
		memset(p, 0, 16);
		p[0] = 8;
		put16(p + 4, port);
		memcpy(p + 8, "vmdeck!!", 8);
		put16(p + 2, checksum(p, 16, 0));
		return 16;
	default:
		memset(p, 0x42, 32);
		return 32;
	}
}

void frame_ipv4(struct frame *f, const char *from, const char *to, int protocol,
		const void *payload, size_t n)
{
	begin(f, host_mac, guest_mac, 0x0800);
	add_ipv4(f, from, to, protocol, NULL, 0, 0, payload, n);
}

void frame_probe(struct frame *f, const char *to, int protocol, uint16_t from_port, uint16_t port)
{
	uint8_t p[64];

	frame_ipv4(f, "10.200.0.2", to, protocol, p,
		   payload_of(p, protocol, "10.200.0.2", to, from_port, port));
}

static void add_arp(struct frame *f, int op, const uint8_t *mac, const char *from, const char *to)
{
	uint8_t p[28] = { 0, 1, 8, 0, 6, 4, 0, (uint8_t)op };

	memcpy(p + 8, mac, 6);
	inet_pton(AF_INET, from, p + 14);
	inet_pton(AF_INET, to, p + 24);
	add(f, p, sizeof(p));
}

void frame_arp(struct frame *f, const char *to)
{
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };

	begin(f, all, guest_mac, 0x0806);
	add_arp(f, 1, guest_mac, "10.200.0.2", to);
}

/* The table, in groups. Each gives a frame for i below its size. */

static const char *const targets[] = { "8.8.8.8",	  "169.254.169.254", "192.168.1.1",
				       "93.184.216.80", "93.184.216.2",    "10.99.0.1",
				       "10.200.0.5",	  "127.0.0.1",	     "224.0.0.251",
				       "255.255.255.255" };
static const int protocols[] = { 6, 17, 1, 2, 4, 41, 47, 50, 132, 253 };
#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

static int by_protocol(struct frame *f, int i)
{
	const char *to = targets[i / COUNT(protocols)];
	int protocol = protocols[i % COUNT(protocols)];

	frame_probe(f, to, protocol, 4000, 53);
	snprintf(f->what, sizeof(f->what), "protocol %d to %s", protocol, to);
	return 0;
}

static int by_source(struct frame *f, int i)
{
	static const char *const from[] = { "10.200.0.1", "127.0.0.1",	    "8.8.8.8", "93.184.216.2",
					    "198.18.1.0", "0.0.0.0",	    "10.200.0.3", "224.0.0.1",
					    "192.168.1.1", "255.255.255.255" };
	static const char *const to[] = { "8.8.8.8", "93.184.216.80" };
	uint8_t p[64];
	size_t n = payload_of(p, 17, from[i / 2], to[i % 2], 4000, 53);

	frame_ipv4(f, from[i / 2], to[i % 2], 17, p, n);
	snprintf(f->what, sizeof(f->what), "from %s to %s", from[i / 2], to[i % 2]);
	return 0;
}

static int by_mac(struct frame *f, int i)
{
	static const uint8_t macs[][6] = {
		{ 255, 255, 255, 255, 255, 255 }, { 1, 0, 0x5e, 0, 0, 251 }, { 0, 0, 0, 0, 0, 0 },
		{ 2, 0xfc, 0, 0, 0, 1 },	  { 2, 0xfc, 0, 0, 0, 9 },   { 1, 0x80, 0xc2, 0, 0, 0 },
	};
	uint8_t p[64];
	size_t n = payload_of(p, 17, "10.200.0.2", "8.8.8.8", 4000, 53);
	bool from = i >= COUNT(macs);

	begin(f, from ? host_mac : macs[i], from ? macs[i - COUNT(macs)] : guest_mac, 0x0800);
	add_ipv4(f, "10.200.0.2", "8.8.8.8", 17, NULL, 0, 0, p, n);
	snprintf(f->what, sizeof(f->what), "MAC number %d as %s", i % COUNT(macs),
		 from ? "source" : "destination");
	return 0;
}

static int by_arp(struct frame *f, int i)
{
	static const struct {
		int op;
		const char *from, *to, *what;
	} cases[] = {
		{ 1, "10.200.0.2", "8.8.8.8", "ARP for 8.8.8.8" },
		{ 1, "10.200.0.2", "169.254.169.254", "ARP for the metadata service" },
		{ 1, "10.200.0.2", "93.184.216.1", "ARP for the host's gateway" },
		{ 1, "10.200.0.1", "10.200.0.1", "gratuitous ARP for the gateway" },
		{ 2, "10.200.0.1", "10.200.0.2", "an answer as the gateway" },
		{ 2, "93.184.216.1", "10.200.0.1", "an answer as the host's gateway" },
		{ 3, "10.200.0.2", "10.200.0.2", "RARP" },
		{ 8, "10.200.0.2", "10.200.0.2", "InARP" },
	};
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };

	begin(f, all, guest_mac, cases[i].op == 3 ? 0x8035 : 0x0806);
	add_arp(f, cases[i].op, guest_mac, cases[i].from, cases[i].to);
	snprintf(f->what, sizeof(f->what), "%s", cases[i].what);
	return 0;
}

static void add_ipv6(struct frame *f, const char *from, const char *to, int next, const void *payload,
		     size_t n)
{
	uint8_t h[40] = { 0x60 };

	put16(h + 4, (unsigned)n);
	h[6] = (uint8_t)next;
	h[7] = 255;
	inet_pton(AF_INET6, from, h + 8);
	inet_pton(AF_INET6, to, h + 24);
	add(f, h, sizeof(h));
	add(f, payload, n);
}

static int by_ipv6(struct frame *f, int i)
{
	static const struct {
		const char *to;
		int next;
		uint8_t head[8];
		const char *what;
	} cases[] = {
		{ "ff02::1", 58, { 134 }, "router advertisement" },
		{ "ff02::2", 58, { 133 }, "router solicitation" },
		{ "ff02::1:ff00:1", 58, { 135 }, "neighbour solicitation" },
		{ "ff02::1", 58, { 136 }, "neighbour advertisement" },
		{ "ff02::1:2", 17, { 2, 34, 2, 35, 0, 40 }, "DHCPv6" },
		{ "fd00::1", 6, { 15, 160, 1, 187 }, "TCP to a ULA" },
		{ "fe80::1", 6, { 15, 160, 0, 80 }, "TCP to a link-local" },
		{ "2606:2800:221::80", 6, { 15, 160, 1, 187 }, "TCP to a global address" },
		{ "2606:2800:220::2", 17, { 15, 160, 0, 53, 0, 40 }, "UDP to the host" },
		{ "::ffff:169.254.169.254", 6, { 15, 160, 0, 80 }, "a mapped address" },
		{ "::1", 6, { 15, 160, 0, 80 }, "loopback" },
		{ "2606:2800:221::80", 0, { 6, 0, 1, 4 }, "hop-by-hop options" },
		{ "2606:2800:221::80", 43, { 6, 2, 0, 1 }, "routing header 0" },
		{ "2606:2800:221::80", 44, { 6, 0, 0, 1 }, "fragment header" },
		{ "2606:2800:221::80", 60, { 6, 0, 1, 4 }, "destination options" },
		{ "ff02::fb", 17, { 20, 233, 20, 233, 0, 40 }, "mDNS" },
	};
	static const uint8_t multicast[] = { 0x33, 0x33, 0, 0, 0, 1 };
	uint8_t p[40] = { 0 };

	memcpy(p, cases[i].head, sizeof(cases[i].head));
	begin(f, strncmp(cases[i].to, "ff", 2) ? host_mac : multicast, guest_mac, 0x86dd);
	add_ipv6(f, "fe80::fc:ff:fe00:2", cases[i].to, cases[i].next, p, sizeof(p));
	snprintf(f->what, sizeof(f->what), "IPv6: %s", cases[i].what);
	return 0;
}

static int by_option(struct frame *f, int i)
{
	static const struct {
		uint8_t option[12];
		size_t n;
		const char *what;
	} cases[] = {
		{ { 131, 11, 4, 8, 8, 8, 8, 93, 184, 216, 80, 0 }, 12, "loose source route" },
		{ { 137, 11, 4, 8, 8, 8, 8, 93, 184, 216, 80, 0 }, 12, "strict source route" },
		{ { 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 12, "record route" },
		{ { 68, 12, 5, 0 }, 12, "timestamp" },
		{ { 148, 4, 0, 0 }, 4, "router alert" },
		{ { 130, 11 }, 12, "security" },
		{ { 131, 40, 200 }, 4, "a source route that lies about its length" },
	};
	/* through the gateway's own address, too: it must not pass the packet on */
	const char *to = i % 2 ? "10.200.0.1" : "8.8.8.8";
	int k = i / 2;
	uint8_t p[64];

	begin(f, host_mac, guest_mac, 0x0800);
	add_ipv4(f, "10.200.0.2", to, 17, cases[k].option, cases[k].n, 0, p,
		 payload_of(p, 17, "10.200.0.2", to, 4000, 4444));
	snprintf(f->what, sizeof(f->what), "%s to %s", cases[k].what, to);
	return 0;
}

static int by_fragment(struct frame *f, int i)
{
	static const struct {
		unsigned bits;
		size_t n;
		const char *what;
	} cases[] = {
		{ 0x2000, 32, "first fragment" }, { 0x0004, 32, "last fragment" },
		{ 0x2001, 8, "tiny fragment" },	  { 0x2002, 32, "overlapping fragment" },
		{ 0x3fff, 32, "fragment beyond 64 KiB" }, { 0x2000, 0, "empty fragment" },
	};
	uint8_t p[64];

	payload_of(p, 6, "10.200.0.2", "8.8.8.8", 4000, 443);
	begin(f, host_mac, guest_mac, 0x0800);
	add_ipv4(f, "10.200.0.2", "8.8.8.8", 6, NULL, 0, cases[i].bits, p, cases[i].n);
	snprintf(f->what, sizeof(f->what), "%s", cases[i].what);
	return 0;
}

static int by_type(struct frame *f, int i)
{
	static const struct {
		int type;
		uint8_t tag[6];
		size_t n;
		const char *what;
	} cases[] = {
		{ 0x8100, { 0, 1, 8, 0 }, 4, "VLAN 1" },
		{ 0x8100, { 0x0f, 0xff, 8, 0 }, 4, "VLAN 4095" },
		{ 0x8100, { 0, 0, 8, 0 }, 4, "priority tag" },
		{ 0x88a8, { 0, 1, 0x81, 0, 0, 2 }, 6, "QinQ" },
		{ 0x8847, { 0, 1, 1, 64 }, 4, "MPLS" },
		{ 0x8863, { 0x11, 9, 0, 0 }, 4, "PPPoE discovery" },
		{ 0x8864, { 0x11, 0, 0, 1 }, 4, "PPPoE session" },
		{ 0x888e, { 1, 1, 0, 0 }, 4, "EAPOL" },
		{ 0x88cc, { 2, 7, 4 }, 4, "LLDP" },
		{ 0x0026, { 0x42, 0x42, 3 }, 4, "802.3 with LLC: STP" },
		{ 0x22f0, { 0 }, 4, "AVTP" },
		{ 0x88e5, { 0 }, 4, "MACsec" },
		{ 0x9000, { 0 }, 4, "loopback" },
		{ 0xffff, { 0 }, 4, "type ffff" },
		{ 0x0000, { 0 }, 4, "type 0" },
	};
	uint8_t p[64];

	begin(f, host_mac, guest_mac, cases[i].type);
	add(f, cases[i].tag, cases[i].n);
	add_ipv4(f, "10.200.0.2", "8.8.8.8", 17, NULL, 0, 0, p,
		 payload_of(p, 17, "10.200.0.2", "8.8.8.8", 4000, 53));
	snprintf(f->what, sizeof(f->what), "%s", cases[i].what);
	return 0;
}

/* DHCP as a client and as a rogue server, and what is malformed. */
static int by_fault(struct frame *f, int i)
{
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };
	uint8_t p[300] = { 1, 1, 6 }, udp[308] = { 0, 68, 0, 67, 1, 52 };
	uint8_t *ip = f->data + VNET + 14;

	frame_probe(f, "8.8.8.8", 6, 4000, 443);
	switch (i) {
	case 0:
	case 1:
		p[0] = (uint8_t)(i + 1);
		udp[i ? 3 : 1] = 68;
		udp[i ? 1 : 3] = 67;
		memcpy(udp + 8, p, sizeof(p));
		begin(f, all, guest_mac, 0x0800);
		add_ipv4(f, "0.0.0.0", "255.255.255.255", 17, NULL, 0, 0, udp, sizeof(udp));
		break;
	case 2:
		ip[0] = 0x55; /* version 5 */
		break;
	case 3:
		ip[0] = 0x41; /* a header of 4 bytes */
		break;
	case 4:
		ip[0] = 0x4f; /* longer than there are bytes */
		break;
	case 5:
		put16(ip + 2, 0xffff);
		break;
	case 6:
		put16(ip + 2, 10);
		break;
	case 7:
		ip[10] ^= 0xff; /* checksum */
		break;
	case 8:
		ip[8] = 0; /* TTL */
		break;
	case 9:
		ip[32] = 0x10; /* TCP header of 4 bytes */
		break;
	case 10:
		ip[33] = 0x3f; /* all flags */
		break;
	case 11:
		f->n = VNET + 14;
		break;
	case 12:
		f->n = VNET + 14 + 19;
		break;
	case 13:
		f->n = VNET + 6;
		break;
	case 14:
		memset(f->data + f->n, 0x42, 9000);
		f->n += 9000;
		break;
	case 15:
		memset(f->data + f->n, 0x42, 65000);
		f->n += 65000;
		break;
	case 16:
		f->data[0] = 1; /* the header asks for a checksum to be made, out of bounds */
		put16(f->data + 6, 0xffff);
		break;
	case 17:
		f->data[1] = 1; /* asks for segmentation, which was not negotiated */
		f->data[4] = 1;
		break;
	default:
		return -1;
	}
	snprintf(f->what, sizeof(f->what), "fault %d", i);
	return 0;
}

int frame_crafted(struct frame *f, int i)
{
	static const struct {
		int (*fn)(struct frame *f, int i);
		int n;
	} groups[] = {
		{ by_protocol, COUNT(targets) * COUNT(protocols) },
		{ by_source, 20 },
		{ by_mac, 12 },
		{ by_arp, 8 },
		{ by_ipv6, 16 },
		{ by_option, 14 },
		{ by_fragment, 6 },
		{ by_type, 15 },
		{ by_fault, 18 },
	};

	for (int g = 0; g < COUNT(groups); g++) {
		if (i < groups[g].n)
			return groups[g].fn(f, i);
		i -= groups[g].n;
	}
	return -1;
}

int frame_send(int tap, const struct frame *f)
{
	return write(tap, f->data, f->n) == (ssize_t)f->n ? 0 : -1;
}

size_t frame_take(int tap, uint8_t *out, size_t cap)
{
	uint8_t all[70000];
	struct pollfd p = { .fd = tap, .events = POLLIN };
	ssize_t n = poll(&p, 1, 0) > 0 ? read(tap, all, sizeof(all)) : 0;

	if (n <= VNET)
		return 0;
	n -= VNET;
	if ((size_t)n > cap)
		n = (ssize_t)cap;
	memcpy(out, all + VNET, (size_t)n);
	return (size_t)n;
}
