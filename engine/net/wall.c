#include "engine/net/wall.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/base/own.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* linux/if_packet.h, 4.20 */
#endif

enum {
	ADDRESS = 0x0ac80001, /* 10.200.0.1 */
	GUEST = 0x0ac80002,   /* 10.200.0.2 */
	ANYIP = 0xc6120000,   /* 198.18.0.0/15 */
	ANYIP_MASK = 0xfffe0000,
};
enum { IP_HEADER = 20, TCP_HEADER = 20, SYN = 0x02, RST = 0x04, ACK = 0x10, BUFFER = 128 << 10 };

/* Offsets are those of IPv4's and TCP's headers (RFC 791, RFC 9293). */
static struct sock_filter program[] = {
	/*  0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
	/*  1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 16),
	/*  2 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
	/*  3 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
	/*  4 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 13),
	/*  5 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
	/*  6 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 11, 0),
	/*  7 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
	/*  8 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ADDRESS, 2, 0),
	/*  9 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ANYIP_MASK),
	/* 10 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ANYIP, 0, 6),
	/* 11 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	/* 12 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 5),
	/* 13 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	/* 14 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
	/* 15 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SYN | ACK),
	/* 16 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYN, 0, 1),
	/* 17 */ BPF_STMT(BPF_RET | BPF_K, WALL_PACKET_MAX),
	/* 18 */ BPF_STMT(BPF_RET | BPF_K, 0),
};

int wall_open(const char *link, struct error *err)
{
	/* Protocol 0: nothing arrives before the filter is there and it is bound. */
	AUTO_CLOSE int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sock_fprog filter = { .len = sizeof(program) / sizeof(*program), .filter = program };
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	int on = 1, size = BUFFER;

	if (fd < 0)
		return error_set(err, errno, "packet socket");
	at.sll_ifindex = (int)if_nametoindex(link);
	if (!at.sll_ifindex || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return error_set(err, errno, "packet socket on %s", link);
	/* An old kernel without it shows our own answers, which wall_read does not take. */
	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	return take_fd(&fd);
}

static uint32_t read32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_ours(uint32_t to)
{
	return to == ADDRESS || (to & ANYIP_MASK) == ANYIP;
}

/* RFC 1122 section 3.2.2: no error about an error. */
static bool is_icmp_error(const uint8_t *payload, size_t n)
{
	return n < 1 || payload[0] == 3 || payload[0] == 4 || payload[0] == 5 || payload[0] == 11 ||
	       payload[0] == 12;
}

int wall_read(struct wall_packet *w, const uint8_t *packet, size_t n)
{
	size_t header = n ? (size_t)(packet[0] & 0x0f) * 4 : 0;
	uint32_t from, to;
	bool ports;

	*w = (struct wall_packet){ 0 };
	if (n < IP_HEADER || packet[0] >> 4 != 4 || header < IP_HEADER || header > n ||
	    ((packet[6] & 0x1f) | packet[7]) != 0)
		return -1;
	from = read32(packet + 12);
	to = read32(packet + 16);
	w->from.s_addr = htonl(from);
	w->to.s_addr = htonl(to);
	w->protocol = packet[9];
	w->ours = is_ours(to);
	ports = (w->protocol == IPPROTO_TCP && n - header >= 14) ||
		(w->protocol == IPPROTO_UDP && n - header >= 4);
	if (ports)
		w->port = (uint16_t)(packet[header + 2] << 8 | packet[header + 3]);
	else if (w->protocol == IPPROTO_TCP || w->protocol == IPPROTO_UDP)
		return -1;
	w->begins = w->protocol != IPPROTO_TCP || (packet[header + 13] & (SYN | ACK)) == SYN;
	if (w->ours && (w->protocol != IPPROTO_TCP || !w->begins))
		return -1;
	w->answerable = !w->ours && from == GUEST && to >> 28 != 14 && to >> 24 != 0 &&
			to >> 24 != 127 && to != 0xffffffff && (to & ~3U) != (ADDRESS & ~3U) &&
			!(w->protocol == IPPROTO_ICMP && is_icmp_error(packet + header, n - header));
	return 0;
}

static uint32_t sum(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i < n; i++)
		s += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	return s;
}

static void put_checksum(uint32_t s, uint8_t *out)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	out[0] = (uint8_t)(~s >> 8);
	out[1] = (uint8_t)~s;
}

static void ip_header(uint8_t out[IP_HEADER], uint8_t protocol, const void *from, const void *to,
		      size_t len)
{
	memset(out, 0, IP_HEADER);
	out[0] = 0x45;
	out[3] = (uint8_t)len;
	out[8] = 64;
	out[9] = protocol;
	memcpy(out + 12, from, 4);
	memcpy(out + 16, to, 4);
	put_checksum(sum(out, IP_HEADER), out + 10);
}

/* RFC 9293 section 3.5.2: to a SYN, sequence 0, and its own sequence acknowledged. */
static size_t reset(uint8_t *out, const struct wall_packet *w, const uint8_t *packet)
{
	const uint8_t *syn = packet + (size_t)(packet[0] & 0x0f) * 4;
	uint32_t seq = read32(syn + 4) + 1;
	uint8_t *tcp = out + IP_HEADER;

	ip_header(out, IPPROTO_TCP, &w->to, &w->from, IP_HEADER + TCP_HEADER);
	memset(tcp, 0, TCP_HEADER);
	memcpy(tcp, syn + 2, 2);
	memcpy(tcp + 2, syn, 2);
	for (int i = 0; i < 4; i++)
		tcp[8 + i] = (uint8_t)(seq >> (24 - 8 * i));
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = RST | ACK;
	put_checksum(sum(out + 12, 8) + IPPROTO_TCP + TCP_HEADER + sum(tcp, TCP_HEADER), tcp + 16);
	return IP_HEADER + TCP_HEADER;
}

static size_t prohibited(uint8_t *out, const struct wall_packet *w, const uint8_t *packet, size_t n)
{
	static const uint8_t address[] = { 10, 200, 0, 1 };
	size_t quoted = (size_t)(packet[0] & 0x0f) * 4 + 8;
	uint8_t *icmp = out + IP_HEADER;

	if (quoted > n)
		quoted = n;
	ip_header(out, IPPROTO_ICMP, address, &w->from, IP_HEADER + 8 + quoted);
	memset(icmp, 0, 8);
	icmp[0] = 3;
	icmp[1] = 13;
	memcpy(icmp + 8, packet, quoted);
	put_checksum(sum(icmp, 8 + quoted), icmp + 2);
	return IP_HEADER + 8 + quoted;
}

size_t wall_answer(uint8_t out[WALL_ANSWER_MAX], const struct wall_packet *w,
		   const uint8_t *packet, size_t n)
{
	if (w->protocol == IPPROTO_TCP && w->begins)
		return reset(out, w, packet);
	return prohibited(out, w, packet, n);
}
