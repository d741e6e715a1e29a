#include "engine/check/dns_query.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"

enum {
	HEADER = 12,
	MESSAGE_MAX = 4096,
	RESEND_MS = 1000, /* UDP loses packets; one more after this */
};

const char *const dns_way_names[] = {
	[DNS_ANSWERED] = "answers",
	[DNS_SILENT] = "does not answer",
	[DNS_REFUSED] = "refuses connections",
	[DNS_UNREACHABLE] = "cannot be reached",
	[DNS_HALF_OPEN] = "accepts and then says nothing",
	[DNS_JUNK] = "answers with something that is not DNS",
};
static_assert(sizeof(dns_way_names) / sizeof(*dns_way_names) == DNS_WAY_COUNT, "a name each");

const char *dns_rcode(unsigned rcode, char out[16])
{
	static const char *const names[] = { "no error", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP", "REFUSED" };

	if (rcode < sizeof(names) / sizeof(*names))
		return names[rcode];
	snprintf(out, 16, "code %u", rcode & 15);
	return out;
}

/* --- The message --- */

static void put16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

size_t dns_question(uint8_t *out, size_t cap, uint16_t id, const char *name, unsigned type)
{
	size_t at = HEADER;

	if (cap < HEADER + 256 + 4 || strlen(name) > 253)
		return 0;
	memset(out, 0, HEADER);
	put16(out, id);
	out[2] = 1; /* recursion desired */
	out[5] = 1; /* one question */
	while (*name) {
		size_t n = strcspn(name, ".");

		if (!n || n > 63)
			return 0;
		out[at++] = (uint8_t)n;
		memcpy(out + at, name, n);
		at += n;
		name += n + (name[n] == '.');
	}
	out[at++] = 0;
	put16(out + at, type);
	put16(out + at + 2, 1); /* IN */
	return at + 4;
}

/* Past a name, which may end in a pointer; 0 when it runs out. */
static size_t skip_name(const uint8_t *data, size_t len, size_t at)
{
	while (at < len) {
		unsigned n = data[at];

		if (n == 0)
			return at + 1;
		if ((n & 0xc0) == 0xc0)
			return at + 2 <= len ? at + 2 : 0;
		if (n & 0xc0)
			return 0;
		at += 1 + n;
	}
	return 0;
}

/* The question of a reply is ours, letters in whatever case. */
static bool same_question(const uint8_t *data, size_t len, const uint8_t *q, size_t q_len)
{
	if (len < q_len)
		return false;
	for (size_t i = HEADER; i < q_len; i++) {
		uint8_t a = data[i], b = q[i];

		a = a >= 'A' && a <= 'Z' ? (uint8_t)(a | 32) : a;
		b = b >= 'A' && b <= 'Z' ? (uint8_t)(b | 32) : b;
		if (a != b)
			return false;
	}
	return true;
}

static void keep_address(struct dns_reply *out, int family, const uint8_t *at)
{
	if (!*out->address)
		inet_ntop(family, at, out->address, sizeof(out->address));
}

int dns_read(const uint8_t *data, size_t len, const uint8_t *question, size_t question_len,
	     struct dns_reply *out)
{
	size_t at = question_len;
	unsigned n;

	*out = (struct dns_reply){ 0 };
	if (len < HEADER || question_len < HEADER || memcmp(data, question, 2) != 0 ||
	    !(data[2] & 0x80))
		return -1;
	out->rcode = data[3] & 15;
	out->truncated = data[2] & 2;
	/* A server that understood nothing may leave the question out. */
	if (get16(data + 4) == 0 && out->rcode)
		return 0;
	if (get16(data + 4) != 1 || !same_question(data, len, question, question_len))
		return -1;
	n = get16(data + 6);
	for (unsigned i = 0; i < n; i++) {
		unsigned type, size;

		at = skip_name(data, len, at);
		if (!at || at + 10 > len)
			return out->truncated ? 0 : -1;
		type = get16(data + at);
		size = get16(data + at + 8);
		at += 10;
		if (at + size > len)
			return out->truncated ? 0 : -1;
		if (type == DNS_TYPE_A && size == 4) {
			out->a++;
			keep_address(out, AF_INET, data + at);
		} else if (type == DNS_TYPE_AAAA && size == 16) {
			out->aaaa++;
			keep_address(out, AF_INET6, data + at);
		}
		at += size;
	}
	return 0;
}

/* --- The ways --- */

static socklen_t address_of(const struct dns_query *q, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	const char *zone = strchr(q->server, '%');
	char bare[64];

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, q->server, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(q->port ? q->port : 53);
		return sizeof(*v4);
	}
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(q->server, "%"), q->server);
	if (inet_pton(AF_INET6, bare, &v6->sin6_addr) != 1)
		return 0;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(q->port ? q->port : 53);
	v6->sin6_scope_id = zone ? if_nametoindex(zone + 1) : 0;
	return sizeof(*v6);
}

static enum dns_way way_of(int code)
{
	switch (code) {
	case ECONNREFUSED:
		return DNS_REFUSED;
	case ETIMEDOUT:
		return DNS_SILENT;
	default:
		return DNS_UNREACHABLE;
	}
}

/* 1 readable, 0 late, -1. */
static int await(int fd, short what, uint64_t until)
{
	struct pollfd p = { .fd = fd, .events = what };
	uint64_t now = now_ms();
	int r;

	do {
		r = poll(&p, 1, now < until ? (int)(until - now) : 0);
		now = now_ms();
	} while (r < 0 && errno == EINTR);
	return r;
}

static enum dns_way ask_udp(struct dns_query *q, const uint8_t *question, size_t n)
{
	struct sockaddr_storage to;
	socklen_t to_len = address_of(q, &to);
	AUTO_CLOSE int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	uint64_t begun = now_ms(), end = begun + (uint64_t)q->udp_ms;
	uint64_t again = begun + RESEND_MS;
	uint8_t in[MESSAGE_MAX];
	bool junk = false;

	if (!to_len || fd < 0 || connect(fd, (struct sockaddr *)&to, to_len) < 0)
		return DNS_UNREACHABLE;
	if (send(fd, question, n, 0) < 0)
		return way_of(errno);
	for (;;) {
		ssize_t got;

		if (await(fd, POLLIN, again < end ? again : end) <= 0) {
			if (now_ms() >= end)
				return junk ? DNS_JUNK : DNS_SILENT;
			again = end;
			send(fd, question, n, 0);
			continue;
		}
		got = recv(fd, in, sizeof(in), 0);
		if (got < 0 && errno == EAGAIN)
			continue;
		if (got < 0)
			return way_of(errno);
		if (dns_read(in, (size_t)got, question, n, &q->reply) == 0) {
			q->ms = (unsigned)(now_ms() - begun);
			return DNS_ANSWERED;
		}
		junk = true; /* somebody else's: the real one may still come */
	}
}

static int connect_within(int fd, const struct sockaddr_storage *to, socklen_t n, uint64_t until)
{
	int code = 0;
	socklen_t len = sizeof(code);

	if (connect(fd, (const struct sockaddr *)to, n) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (await(fd, POLLOUT, until) <= 0)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 ? errno : code;
}

static enum dns_way ask_tcp(struct dns_query *q, const uint8_t *question, size_t n)
{
	struct sockaddr_storage to;
	socklen_t to_len = address_of(q, &to);
	AUTO_CLOSE int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	uint64_t end = now_ms() + (uint64_t)q->tcp_ms;
	uint8_t out[2 + HEADER + 256 + 4], in[2 + MESSAGE_MAX];
	struct dns_reply reply;
	size_t have = 0;
	int code;

	if (!to_len || fd < 0)
		return DNS_UNREACHABLE;
	code = connect_within(fd, &to, to_len, end);
	if (code)
		return way_of(code);
	put16(out, (unsigned)n);
	memcpy(out + 2, question, n);
	if (send(fd, out, n + 2, MSG_NOSIGNAL) != (ssize_t)n + 2)
		return DNS_HALF_OPEN;
	while (have < 2 || have < 2 + get16(in)) {
		ssize_t got;

		if (have >= 2 && get16(in) > MESSAGE_MAX)
			return DNS_JUNK;
		if (await(fd, POLLIN, end) <= 0)
			return DNS_HALF_OPEN;
		got = recv(fd, in + have, (have < 2 ? 2 : 2 + get16(in)) - have, 0);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return DNS_HALF_OPEN;
		have += (size_t)got;
	}
	if (dns_read(in + 2, have - 2, question, n, &reply) < 0)
		return DNS_JUNK;
	if (q->udp != DNS_ANSWERED || q->reply.truncated)
		q->reply = reply;
	return DNS_ANSWERED;
}

static void *one(void *arg)
{
	struct dns_query *q = arg;
	uint8_t question[HEADER + 256 + 4];
	uint16_t id = 0;
	size_t n;

	if (getrandom(&id, sizeof(id), 0) < 0)
		id = (uint16_t)now_ms();
	n = dns_question(question, sizeof(question), id, q->name, q->type);
	q->udp = q->tcp = DNS_UNREACHABLE;
	if (n && q->udp_ms)
		q->udp = ask_udp(q, question, n);
	if (n && q->tcp_ms)
		q->tcp = ask_tcp(q, question, n);
	return NULL;
}

void dns_ask(struct dns_query *queries, size_t n)
{
	AUTO_FREE pthread_t *threads = calloc(n + 1, sizeof(*threads));
	AUTO_FREE bool *started = calloc(n + 1, sizeof(*started));

	for (size_t i = 0; i < n && threads && started; i++)
		started[i] = !pthread_create(&threads[i], NULL, one, &queries[i]);
	for (size_t i = 0; i < n; i++) {
		if (threads && started && started[i])
			pthread_join(threads[i], NULL);
		else
			one(&queries[i]);
	}
}
