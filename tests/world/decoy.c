#include "tests/world/decoy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

const unsigned short decoy_ports[] = { 22,   25,   53,	 80,   111,  443,  853,	 3128,
				       4444, 5432, 8080, 8443, 9000, 9418, 0 };
static const unsigned short udp_ports[] = { 53, 123, 443, 5353, 0 };

struct decoy {
	const char *tag;
	int log;
	int flips;
};

static void say(const struct decoy *d, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n = snprintf(line, sizeof(line), "%s ", d->tag);

	va_start(ap, fmt);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	for (int i = 0; i < n; i++)
		if (line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	if (write(d->log, line, (size_t)n) < 0)
		_exit(1);
}

static void die(const char *what)
{
	dprintf(2, "decoy: %s: %s\n", what, strerror(errno));
	_exit(1);
}

/* "1.2.3.4:80", "[fd00::1]:80"; mapped addresses as IPv4. */
static const char *address(const struct sockaddr_in6 *a, char out[80])
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &a->sin6_addr, text, sizeof(text));
	if (IN6_IS_ADDR_V4MAPPED(&a->sin6_addr))
		snprintf(out, 80, "%s:%u", text + 7, ntohs(a->sin6_port));
	else
		snprintf(out, 80, "[%s]:%u", text, ntohs(a->sin6_port));
	return out;
}

static void printable(char *text, ssize_t n, char *out, size_t cap)
{
	size_t at = 0;

	for (ssize_t i = 0; i < n && at + 1 < cap; i++)
		out[at++] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '.';
	out[at] = '\0';
}

/* DNS, loosely: the question is believed. */

/* The address of a name, as text; NULL when there is none. */
static const char *zone(struct decoy *d, const char *name, int type, char out[64])
{
	static const struct {
		const char *name, *a, *aaaa;
	} table[] = {
		{ "six-ok.example", NULL, "2606:2800:221::80" },
		{ "six-mapped.example", NULL, "::ffff:127.0.0.1" },
		{ "six-ula.example", NULL, "fd00::1" },
		{ "six-local.example", NULL, "fe80::1" },
		{ "six-loopback.example", NULL, "::1" },
		{ "six-6to4.example", NULL, "2002:7f00:1::1" },
		{ "six-nat64.example", NULL, "64:ff9b::7f00:1" },
		{ "ok.example", "93.184.216.80", NULL },
		{ "both.example", "93.184.216.80", "2606:2800:221::80" },
		{ "dead.example", "93.184.216.81", NULL },
		{ "git.example", "93.184.216.22", NULL },
	};
	unsigned a, b, c, e;
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (!strcasecmp(table[i].name, name))
			return type == 1 ? table[i].a : type == 28 ? table[i].aaaa : NULL;
	if (type != 1)
		return NULL;
	if (sscanf(name, "a-%3u-%3u-%3u-%3u.", &a, &b, &c, &e) == 4) {
		snprintf(out, 64, "%u.%u.%u.%u", a, b, c, e);
		return out;
	}
	if (!strcasecmp(name, "flip.example"))
		return d->flips++ % 2 ? "127.0.0.1" : "93.184.216.80";
	return n > 11 && !strcasecmp(name + n - 11, ".ok.example") ? "93.184.216.80" : NULL;
}

static bool exists(struct decoy *d, const char *name)
{
	char out[64];

	return !strcasecmp(name, "flip.example") || zone(d, name, 1, out) || zone(d, name, 28, out);
}

static size_t answer(struct decoy *d, const char *to, uint8_t *p, size_t n, size_t cap)
{
	char name[256] = "", out[64];
	size_t at = 12, len = 0;
	const char *text;
	uint8_t bin[16];
	int type;

	while (at < n && p[at] && at + 1 + p[at] < n && len + p[at] + 2 < sizeof(name)) {
		if (len)
			name[len++] = '.';
		memcpy(name + len, p + at + 1, p[at]);
		len += p[at];
		name[len] = '\0';
		at += 1 + (size_t)p[at];
	}
	if (n < 17 || at + 5 > n || n + 28 > cap)
		return 0;
	type = p[at + 1] << 8 | p[at + 2];
	say(d, "dns %s %s %d", to, name, type);
	n = at + 5; /* without EDNS */
	p[2] = 0x85;
	p[3] = exists(d, name) ? 0x80 : 0x83;
	memset(p + 6, 0, 6);
	text = zone(d, name, type, out);
	if (!text)
		return n;
	p[7] = 1;
	memcpy(p + n, "\xc0\x0c\x00\x00\x00\x01\x00\x00\x00\x00\x00", 11);
	p[n + 3] = (uint8_t)type;
	inet_pton(type == 1 ? AF_INET : AF_INET6, text, bin);
	p[n + 11] = type == 1 ? 4 : 16;
	memcpy(p + n + 12, bin, p[n + 11]);
	return n + 12 + p[n + 11];
}

/* Sockets take both families; one for each port. */
static int listen_on(int type, unsigned short port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0), off = 0, on = 1;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 256) < 0))
		die("listen");
	return fd;
}

static void datagram(struct decoy *d, int fd, unsigned short port)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} control;
	uint8_t data[2048];
	struct sockaddr_in6 from, to = { .sin6_port = htons(port) };
	struct iovec iov = { data, 1500 };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			    .msg_iovlen = 1, .msg_control = control.buf,
			    .msg_controllen = sizeof(control.buf) };
	ssize_t n = recvmsg(fd, &m, 0);
	char text[80];

	if (n < 0)
		return;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_type == IPV6_PKTINFO)
			memcpy(&to.sin6_addr, CMSG_DATA(c), sizeof(to.sin6_addr));
	address(&to, text);
	if (port != 53) {
		say(d, "udp %s %zd", text, n);
		return;
	}
	/* answered from the address that was asked: the same control data goes back */
	iov.iov_len = answer(d, text, data, (size_t)n, sizeof(data));
	if (iov.iov_len)
		sendmsg(fd, &m, MSG_NOSIGNAL);
}

/* A wire that this looks at carries only the host's own packets and ARP. */
static void look_at_wire(struct decoy *d, int fd)
{
	static const uint8_t host[4] = { 93, 184, 216, 2 };
	static const uint8_t host6[14] = { 0x26, 0x06, 0x28, 0x00, 0x02, 0x20 };
	uint8_t p[2048];
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, p, sizeof(p), 0, (struct sockaddr *)&from, &len);
	int type = ntohs(from.sll_protocol);
	char text[INET6_ADDRSTRLEN] = "";

	if (n < 0 || from.sll_pkttype == PACKET_OUTGOING || type == ETH_P_ARP)
		return;
	if (type == ETH_P_IP && n >= 20) {
		if (!memcmp(p + 12, host, 4))
			return;
		inet_ntop(AF_INET, p + 12, text, sizeof(text));
	} else if (type == ETH_P_IPV6 && n >= 40) {
		/* neighbour discovery and group reports of the host's kernel */
		if (!memcmp(p + 8, host6, 6) || p[6] == 58 || (p[6] == 0 && p[40] == 58))
			return;
		inet_ntop(AF_INET6, p + 8, text, sizeof(text));
	}
	say(d, "leak type %04x from %s, %zd bytes", type, text, n);
}

/* Connections: a process each. */

static ssize_t all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static void echo(struct decoy *d, int fd, const char *to)
{
	char data[16384], text[64];
	bool first = true;
	ssize_t n;

	while ((n = recv(fd, data, sizeof(data), 0)) > 0) {
		printable(data, n, text, sizeof(text));
		if (first)
			say(d, "data %s %s", to, text);
		first = false;
		if (all(fd, data, (size_t)n) < 0)
			return;
	}
	shutdown(fd, SHUT_WR);
}

static const char *header(const char *head, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name);

	out[0] = '\0';
	for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
		line += 2;
		if (!strncasecmp(line, name, n) && line[n] == ':') {
			line += n + 1;
			line += strspn(line, " ");
			snprintf(out, cap, "%.*s", (int)strcspn(line, "\r"), line);
			break;
		}
	}
	return out;
}

static int big(int fd, size_t n)
{
	static char zeros[65536];
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	if (all(fd, head, strlen(head)) < 0)
		return -1;
	while (n) {
		size_t k = n < sizeof(zeros) ? n : sizeof(zeros);

		if (all(fd, zeros, k) < 0)
			return -1;
		n -= k;
	}
	return 0;
}

/* To the most lenient of servers: a word, and a version somewhere in the first line. */
static bool is_request(const char *head)
{
	size_t word, line;

	head += strspn(head, "\r\n\t\v\f ");
	word = strspn(head, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	line = strcspn(head, "\n");
	if (!word || !strchr(" \t\v\f\r", head[word]))
		return false;
	for (size_t i = word; i + 5 <= line; i++)
		if (!strncasecmp(head + i, "HTTP/", 5))
			return true;
	return false;
}

/* One request; -1 when it was the last. */
static int request(struct decoy *d, int fd, const char *to, char *buf, size_t *have)
{
	char method[16], path[512], host[256], key[128], value[64], body[1024], head[1400], *end;
	size_t length, got = 0;

	while (!(end = memmem(buf, *have, "\r\n\r\n", 4))) {
		ssize_t n = *have < 32768 ? recv(fd, buf + *have, 32768 - *have, 0) : 0;

		if (n <= 0)
			return -1;
		*have += (size_t)n;
	}
	*end = '\0';
	if (sscanf(buf, "%15s %511s", method, path) != 2)
		return -1;
	header(buf, "host", host, sizeof(host));
	header(buf, "content-length", value, sizeof(value));
	header(buf, "authorization", key, sizeof(key));
	if (!key[0])
		header(buf, "x-api-key", key, sizeof(key));
	if (!is_request(buf)) {
		say(d, "odd %s %s %s %s", to, method, path, host);
		all(fd, "HTTP/1.0 400 Bad Request\r\n\r\n", 28);
		return -1; /* as all servers do */
	}
	say(d, "http %s %s %s %s %s", to, method, path, host, key);
	length = strtoul(value, NULL, 10);
	*have -= (size_t)(end + 4 - buf);
	memmove(buf, end + 4, *have);
	while (got < length) { /* the body is counted */
		size_t k = *have < length - got ? *have : length - got;

		got += k;
		*have -= k;
		memmove(buf, buf + k, *have);
		if (got < length) {
			ssize_t n = recv(fd, buf, 32768, 0);

			if (n <= 0)
				return -1;
			*have = (size_t)n;
		}
	}
	if (!strcmp(path, "/upgrade")) {
		snprintf(head, sizeof(head), "HTTP/1.1 101 Switching Protocols\r\n\r\n");
		if (all(fd, head, strlen(head)) == 0 && all(fd, buf, *have) == 0)
			echo(d, fd, to);
		return -1;
	}
	if (!strncmp(path, "/big/", 5))
		return big(fd, strtoul(path + 5, NULL, 10));
	snprintf(body, sizeof(body), "decoy %s %s %s %s %zu\n", to, method, path, host, got);
	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
		 strcmp(method, "HEAD") ? strlen(body) : 0, strcmp(method, "HEAD") ? body : "");
	return (int)all(fd, head, strlen(head));
}

static void http(struct decoy *d, int fd, const char *to)
{
	char *buf = calloc(1, 65536);
	size_t have = 0;

	while (request(d, fd, to, buf, &have) == 0)
		;
}

static void dns_tcp(struct decoy *d, int fd, const char *to)
{
	uint8_t data[2048 + 2];
	size_t n;

	while (recv(fd, data, 2, MSG_WAITALL) == 2) {
		n = (size_t)data[0] << 8 | data[1];
		if (n > 1500 || recv(fd, data + 2, n, MSG_WAITALL) != (ssize_t)n)
			return;
		n = answer(d, to, data + 2, n, sizeof(data) - 2);
		data[0] = (uint8_t)(n >> 8);
		data[1] = (uint8_t)n;
		if (!n || all(fd, data, n + 2) < 0)
			return;
	}
}

/* A test's own server for that address, where there is one. */
static void hand_over(int fd, const char *text)
{
	const char *dir = getenv("WORLD_SERVE");
	char path[512];

	if (!dir || snprintf(path, sizeof(path), "%s/%s", dir, text) >= (int)sizeof(path) || access(path, X_OK) < 0)
		return;
	signal(SIGCHLD, SIG_DFL);
	if (dup2(fd, 0) == 0 && dup2(fd, 1) == 1)
		execl(path, path, NULL);
	_exit(1);
}

static _Noreturn void serve(struct decoy *d, int fd, unsigned short port, const char *text)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	hand_over(fd, text);
	if (port == 53)
		dns_tcp(d, fd, text);
	else if (port == 80 || port == 8080)
		http(d, fd, text);
	else if (port != 22 || all(fd, "SSH-2.0-decoy\r\n", 15) == 0)
		echo(d, fd, text);
	_exit(0);
}

static void greet(struct decoy *d, int fd, unsigned short port)
{
	struct sockaddr_in6 to;
	socklen_t len = sizeof(to);
	char text[80];

	if (getsockname(fd, (struct sockaddr *)&to, &len) < 0)
		return;
	address(&to, text);
	say(d, "tcp %s", text);
	if (fork() == 0)
		serve(d, fd, port, text);
}

_Noreturn void decoy_serve(const char *tag, const char *wire, int log_fd, int ready)
{
	struct decoy d = { .tag = tag, .log = log_fd };
	struct pollfd p[40];
	unsigned short ports[40];
	int n_tcp = 0, n = 0;

	signal(SIGCHLD, SIG_IGN); /* no zombies */
	for (; decoy_ports[n_tcp]; n_tcp++, n++)
		p[n].fd = listen_on(SOCK_STREAM, ports[n] = decoy_ports[n_tcp]);
	for (int i = 0; udp_ports[i]; i++, n++)
		p[n].fd = listen_on(SOCK_DGRAM, ports[n] = udp_ports[i]);
	if (wire) {
		struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
					  .sll_ifindex = (int)if_nametoindex(wire) };

		ports[n] = 0;
		p[n].fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
		if (p[n].fd < 0 || bind(p[n].fd, (struct sockaddr *)&at, sizeof(at)) < 0)
			die("packet socket");
		n++;
	}
	for (int i = 0; i < n; i++)
		p[i].events = POLLIN;
	if (write(ready, "", 1) != 1)
		die("ready");
	for (;;) {
		if (poll(p, (nfds_t)n, -1) < 0 && errno != EINTR)
			die("poll");
		for (int i = 0; i < n; i++) {
			int fd;

			if (!(p[i].revents & POLLIN))
				continue;
			if (!ports[i])
				look_at_wire(&d, p[i].fd);
			else if (i >= n_tcp)
				datagram(&d, p[i].fd, ports[i]);
			else if ((fd = accept4(p[i].fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
				greet(&d, fd, ports[i]);
				close(fd);
			}
		}
	}
}
