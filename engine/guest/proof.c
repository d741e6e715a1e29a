#include "engine/guest/proof.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	DNS_MS = 1500,
	CONNECT_MS = 2000,
	RCODE_REFUSED = 5, RCODE_NXDOMAIN = 3,
	BUNDLE_MAX = 4 << 20,
};

/* A word of the documentation's range: nobody is there, and no session may get there. */
#define FAR "198.51.100.1"

static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
};

struct wish {
	char allowed[256], refused[256];
	unsigned port;
};

/* --- In the child --- */

/* A pair for PROOF: "ok TEXT", "fail TEXT" or "skip TEXT". */
static void say(int fd, const char *key, const char *fmt, ...)
{
	char value[160], line[200];
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	for (char *p = value; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	n = snprintf(line, sizeof(line), "%s=%s", key, value);
	if (n > 0 && write(fd, line, (size_t)n + 1) < 0)
		_exit(1);
}

static bool first_server(char out[64])
{
	char text[4096], *at;
	int fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	for (at = text; (at = strstr(at, "nameserver")); at++)
		if ((at == text || at[-1] == '\n') && sscanf(at, "nameserver %63s", out) == 1)
			return true;
	return false;
}

/* Ask a server for the A record of a name: its rcode, the address in *to (0: none);
 * -1 with errno. */
static int look_up(const char *server, const char *name, struct in_addr *to)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(53) };
	uint8_t m[512] = { 0x56, 0x44, 1, 0, 0, 1 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 12, n;
	ssize_t got;

	for (; *name && len < 300; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		m[len] = (uint8_t)(n & 63);
		memcpy(m + len + 1, name, n & 63);
		len += 1 + (n & 63);
	}
	m[len + 2] = m[len + 4] = 1; /* the root's empty label, type A, class IN */
	len += 5;
	to->s_addr = 0;
	errno = EINVAL;
	if (fd < 0 || inet_pton(AF_INET, server, &at.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || send(fd, m, len, 0) < 0)
		return -1;
	if (poll(&p, 1, DNS_MS) <= 0) {
		errno = ETIMEDOUT;
		return -1;
	}
	got = recv(fd, m, sizeof(m), 0);
	close(fd);
	if (got < 12 || m[0] != 0x56 || m[1] != 0x44) {
		errno = got < 0 ? errno : EBADMSG;
		return -1;
	}
	/* One record behind the question, its name a pointer: as the gateway answers. */
	if ((m[3] & 15) == 0 && m[7] && (size_t)got >= len + 16 && m[len + 3] == 1)
		memcpy(to, m + len + 12, 4);
	return m[3] & 15;
}

/*
 * A ClientHello (RFC 5246 7.4.1.2, names by RFC 6066): the gateway accepts every
 * connection itself, so only an answer to this tells that the far end was reached.
 */
static size_t client_hello(uint8_t out[512], const char *name)
{
	static const uint8_t middle[] = {
		0,					/* no session */
		0, 8, 0xc0, 0x2f, 0xc0, 0x2b, 0, 0x9c, 0, 0x2f,
		1, 0,					/* no compression */
	};
	static const uint8_t more[] = {
		0, 10, 0, 6, 0, 4, 0, 29, 0, 23,	/* groups: x25519, P-256 */
		0, 11, 0, 2, 1, 0,			/* points: uncompressed */
		0, 13, 0, 8, 0, 6, 4, 1, 4, 3, 8, 4,	/* signatures with SHA-256 */
	};
	size_t n = strlen(name) & 255, ext = 9 + n + sizeof(more), at = 0;
	size_t body = 2 + 32 + sizeof(middle) + 2 + ext;
	uint8_t head[] = { 0x16, 3, 1, (uint8_t)((body + 4) >> 8), (uint8_t)(body + 4),
			   1, 0, (uint8_t)(body >> 8), (uint8_t)body, 3, 3 };
	uint8_t sni[] = { (uint8_t)(ext >> 8), (uint8_t)ext, 0, 0, (uint8_t)((n + 5) >> 8), (uint8_t)(n + 5),
			  (uint8_t)((n + 3) >> 8), (uint8_t)(n + 3), 0, (uint8_t)(n >> 8), (uint8_t)n };

	memcpy(out, head, sizeof(head));
	at = sizeof(head);
	if (getrandom(out + at, 32, GRND_NONBLOCK) != 32)
		memset(out + at, 0x5a, 32);
	memcpy(out + at + 32, middle, sizeof(middle));
	at += 32 + sizeof(middle);
	memcpy(out + at, sni, sizeof(sni));
	memcpy(out + at + sizeof(sni), name, n);
	memcpy(out + at + sizeof(sni) + n, more, sizeof(more));
	return at + sizeof(sni) + n + sizeof(more);
}

/* 0 when the far end answers to TLS with a record of it, else the errno. */
static int speaks(int fd, const char *name)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t buf[512];
	ssize_t n = (ssize_t)client_hello(buf, name);

	if (send(fd, buf, (size_t)n, MSG_NOSIGNAL) != n)
		return errno;
	if (poll(&p, 1, CONNECT_MS) <= 0)
		return ETIMEDOUT;
	n = recv(fd, buf, sizeof(buf), 0);
	if (n <= 0)
		return n < 0 ? errno : ECONNRESET; /* the gateway could not connect */
	return buf[0] == 0x16 || buf[0] == 0x15 ? 0 : EPROTO;
}

/* 0 connected, else the errno; with a name, when it answered to TLS. */
static int reach(struct in_addr to, unsigned port, const char *name)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = to };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), code = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t n = sizeof(code);

	if (fd < 0)
		return errno;
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		code = errno;
		if (code == EINPROGRESS)
			code = poll(&p, 1, CONNECT_MS) <= 0 ? ETIMEDOUT :
			       getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &n) < 0 ? errno : code;
	}
	if (!code && name)
		code = speaks(fd, name);
	close(fd);
	return code;
}

static void prove_allowed(int out, const struct wish *w, const char *server)
{
	struct in_addr to;
	int rcode, code;

	if (!*w->allowed) {
		say(out, "allowed", "skip this session may reach nothing by name");
		return;
	}
	rcode = look_up(server, w->allowed, &to);
	if (rcode || !to.s_addr) {
		say(out, "allowed", "fail %.100s does not resolve: %s", w->allowed,
		    rcode < 0 ? strerror(errno) : "the gateway refuses it");
		return;
	}
	code = reach(to, w->port, w->port == 443 ? w->allowed : NULL);
	if (code)
		say(out, "allowed", "fail %.100s port %u: %s", w->allowed, w->port, strerror(code));
	else
		say(out, "allowed", "ok %.100s port %u %s", w->allowed, w->port,
		    w->port == 443 ? "answers" : "is accepted by the gateway");
}

static void prove_refused(int out, const struct wish *w, const char *server)
{
	struct in_addr to;
	int rcode, code;

	if (!*w->refused) {
		say(out, "refused", "skip nothing is refused to this session");
		return;
	}
	inet_pton(AF_INET, FAR, &to);
	code = reach(to, 443, NULL);
	if (!code) {
		say(out, "refused", "fail " FAR " port 443 was reached");
		return;
	}
	rcode = *server ? look_up(server, w->refused, &to) : -1;
	if (rcode == 0 && to.s_addr)
		say(out, "refused", "fail %.100s resolves", w->refused);
	else
		say(out, "refused", "ok %.60s has no address, " FAR " is not reached (%s)", w->refused,
		    strerror(code));
}

static void prove_resolver(int out, const struct wish *w, char server[64])
{
	struct in_addr to;
	int rcode;

	server[0] = '\0';
	if (!first_server(server)) {
		say(out, "resolver", "fail /etc/resolv.conf names no server");
		return;
	}
	/* Any answer is one: the gateway refuses what it does not know. */
	rcode = look_up(server, *w->allowed ? w->allowed : "refused.invalid", &to);
	if (rcode < 0)
		say(out, "resolver", "%s %s: %s", *w->allowed ? "fail" : "skip", server, strerror(errno));
	else
		say(out, "resolver", "ok %s answers", server);
}

/* DER of a certificate begins with a SEQUENCE of two bytes of length: "MII". */
static unsigned count_certificates(const char *text, unsigned *broken)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n";
	unsigned n = 0;

	while ((text = strstr(text, begin))) {
		const char *stop = strstr(text, end);
		const char *body = text + sizeof(begin) - 1;

		body += strspn(body, "\r\n");
		text = body;
		if (stop && !strncmp(body, "MI", 2) && body + strspn(body, base64) == stop)
			n++;
		else
			++*broken;
	}
	return n;
}

static void prove_ca(int out)
{
	char *text = malloc(BUNDLE_MAX + 1);

	for (size_t i = 0; text && i < sizeof(bundles) / sizeof(*bundles); i++) {
		int fd = open(bundles[i], O_RDONLY | O_CLOEXEC);
		unsigned broken = 0, n;
		size_t len = 0;
		ssize_t got;

		if (fd < 0)
			continue;
		while (len < BUNDLE_MAX && (got = read(fd, text + len, BUNDLE_MAX - len)) > 0)
			len += (size_t)got;
		close(fd);
		text[len] = '\0';
		n = count_certificates(text, &broken);
		say(out, "ca", "%s %s: %u certificates%s", n ? "ok" : "fail", bundles[i], n,
		    broken ? ", some broken" : "");
		return;
	}
	say(out, "ca", "fail no CA bundle");
}

static void prove_clock(int out)
{
	char source[64] = "";
	int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		      O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, source, sizeof(source) - 1);
	struct timespec t;

	source[n > 0 ? n : 0] = '\0';
	source[strcspn(source, "\n")] = '\0';
	clock_gettime(CLOCK_REALTIME, &t);
	say(out, "clocksource", "ok %s", *source ? source : "unknown");
	say(out, "epoch_ns", "%llu", (unsigned long long)t.tv_sec * 1000000000u + (unsigned long long)t.tv_nsec);
}

static void prove_entropy(int out)
{
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) == sizeof(bytes))
		say(out, "entropy", "ok the kernel's generator is seeded");
	else
		say(out, "entropy", "fail the kernel's generator is not seeded: %s", strerror(errno));
}

static _Noreturn void ask(const struct wish *w, int out)
{
	char server[64];

	prove_resolver(out, w, server);
	prove_allowed(out, w, server);
	prove_refused(out, w, server);
	prove_ca(out);
	prove_entropy(out);
	prove_clock(out); /* last: it is compared with the time of its arrival */
	_exit(0);
}

/* --- In init --- */

static void on_answer(struct watch *w, uint32_t events)
{
	struct proof *p = w->arg;
	struct control_writer out;
	ssize_t n = read(w->fd, p->text + p->len, sizeof(p->text) - p->len);

	(void)events;
	if (n > 0) {
		p->len += (size_t)n;
		if (p->len < sizeof(p->text))
			return;
	} else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	watch_close(p->epoll, &p->out);
	while (p->len && p->text[p->len - 1]) /* half a pair */
		p->len--;
	if (!p->len) {
		port_send_error(p->port, p->id, EIO, "proof");
		return;
	}
	port_begin(p->port, &out, CONTROL_PROOF, p->id);
	control_bytes(&out, p->text, p->len);
	port_send(p->port, &out);
}

static void read_wish(const struct frame *f, struct wish *w)
{
	char key[24];
	const char *value;
	size_t at = 0;

	*w = (struct wish){ .port = 443 };
	while (control_next_pair(f, &at, key, &value) == 1) {
		if (!strcmp(key, "allowed"))
			snprintf(w->allowed, sizeof(w->allowed), "%s", value);
		else if (!strcmp(key, "refused"))
			snprintf(w->refused, sizeof(w->refused), "%s", value);
		else if (!strcmp(key, "port"))
			w->port = (unsigned)strtoul(value, NULL, 10);
	}
}

void proof_init(struct proof *p, int epoll, struct port *port)
{
	*p = (struct proof){ .epoll = epoll, .port = port, .out = { .fd = -1 } };
}

void proof_begin(struct proof *p, const struct frame *f)
{
	struct wish w;
	int ends[2];
	pid_t pid;

	if (p->out.fd >= 0) {
		port_send_error(p->port, f->id, EBUSY, "proof: one is under way");
		return;
	}
	read_wish(f, &w);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		port_send_error(p->port, f->id, errno, "proof");
		return;
	}
	pid = fork();
	if (pid == 0)
		ask(&w, ends[1]);
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	p->id = f->id;
	p->len = 0;
	p->out = (struct watch){ .fn = on_answer, .arg = p, .fd = ends[0] };
	if (pid < 0 || watch_add(p->epoll, &p->out, EPOLLIN) < 0) {
		close(ends[0]);
		p->out.fd = -1;
		port_send_error(p->port, f->id, errno, "proof");
	}
}
