/* The gateway in the decoy world, with a guest that is Linux's network stack at the
 * TAP: what is allowed arrives, what is not never leaves, and both are told. A probe
 * counts as blocked when it was refused at once, told as such, and no decoy saw a
 * thing; the same kind of connection to what is allowed is the control. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "tests/world/rig.h"

static const char *const usual[] = {
	"ok.example", "*.ok.example:22", "hosts.example", "ok.example:9000", "dead.example:4444",
	"ok.example:8080", "a.example", NULL,
};

static void what_is_allowed_arrives(struct rig *r)
{
	static const struct {
		struct rig_act act;
		const char *want, *log;
	} cases[] = {
		{ { "ok.example", 80, "GET /a HTTP/1.1\r\nHost: OK.example\r\n\r\n", 0, 0, 0 },
		  "GET /a OK.example 0", "net http 93.184.216.80:80 GET /a" },
		{ { "ok.example", 80, "POST /p HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 5\r\n\r\nhello"
				      "GET /q HTTP/1.1\r\nHost: ok.example\r\n\r\n", 0, 0, 0 },
		  "GET /q ok.example 0", "net http 93.184.216.80:80 POST /p" },
		{ { "hosts.example", 443, "hello\n", 0, 0, 0 }, "hello\n", "net tcp 93.184.216.90:443" },
		{ { "a.ok.example", 22, "SSH-2.0-guest\r\n", 0, 0, 0 },
		  "SSH-2.0-decoy\r\nSSH-2.0-guest\r\n", "net tcp 93.184.216.80:22" },
		{ { "OK.Example", 9000, "half", 0, 0, 0 }, "half", "net data 93.184.216.80:9000 half" },
	};
	char out[4096];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases) && !r->failed; i++) {
		rig_talk(r, cases[i].act, out, sizeof(out));
		if (!strstr(out, cases[i].want))
			rig_note(r, "case %zu: %.200s", i, out);
		if (!rig_logged(r, cases[i].log))
			rig_note(r, "case %zu: not in the log: %s", i, cases[i].log);
	}
	WANT(!rig_logged(r, " leak ") && !rig_logged(r, "host "));
}

static void allowed_as_root(void)
{
	if (getuid())
		SKIP("root");
	rig_run(false, RIG_ALL, what_is_allowed_arrives);
}

static void allowed_as_user(void)
{
	rig_run(true, RIG_ALL, what_is_allowed_arrives);
}

/* A server that speaks first is heard before the guest has said anything. */
static void hears_first(struct rig *r)
{
	char out[256];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	rig_talk(r, (struct rig_act){ .name = "b.ok.example", .port = 22 }, out, sizeof(out));
	if (strcmp(out, "SSH-2.0-decoy\r\n") != 0)
		rig_note(r, "%s", out);
}

static void servers_may_speak_first(void)
{
	rig_run(false, RIG_ALL, hears_first);
}

/* Refused: by DNS, at connecting, or by a reset. */
struct probe {
	const char *name, *address; /* one of them */
	uint16_t port;
	const char *text;
	const char *want; /* what the guest gets */
	const char *told;
	enum gateway_why why;
	uint16_t told_port;
};

#define DNS_NO "connect -10005"
#define NOBODY "connect -111"
#define RESET "read -104"
#define GET_EVIL "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"

static const char *const traps[] = {
	"ok.example:80", "ok.example:443", "ok.example:9000", "hosts.example", "a.example",
	"*.special.example:80", "*.special.example:443", "hosts-loopback.example", "hosts-private.example",
	"hosts-own.example", "hosts-second.example", "six-mapped.example", "six-ula.example", "six-local.example",
	"six-loopback.example", "six-6to4.example", "six-nat64.example", "nowhere.example", NULL,
};

#define SPECIAL(n, p) { n, NULL, p, NULL, RESET, n, GATEWAY_WHY_SPECIAL, p }
#define NO_NAME(a, p) { NULL, a, p, NULL, NOBODY, a, GATEWAY_WHY_NO_NAME, p }
static const struct probe probes[] = {
	/* names and ports that no rule has */
	{ "denied.example", NULL, 443, NULL, DNS_NO, "denied.example", GATEWAY_WHY_NAME, 0 },
	{ "special.example", NULL, 443, NULL, DNS_NO, "special.example", GATEWAY_WHY_NAME, 0 },
	{ "ok.example.evil.net", NULL, 443, NULL, DNS_NO, "ok.example.evil.net", GATEWAY_WHY_NAME, 0 },
	{ "a-8-8-8-8.evil.net", NULL, 443, NULL, DNS_NO, "a-8-8-8-8.evil.net", GATEWAY_WHY_NAME, 0 },
	{ "ok.example", NULL, 22, NULL, NOBODY, "ok.example", GATEWAY_WHY_PORT, 22 },
	{ "ok.example", NULL, 853, NULL, NOBODY, "ok.example", GATEWAY_WHY_PORT, 853 },
	{ "hosts.example", NULL, 9000, NULL, RESET, "hosts.example", GATEWAY_WHY_PORT, 9000 },
	/* addresses without a name: the Internet, the LAN, the metadata service, the host */
	NO_NAME("8.8.8.8", 53),
	NO_NAME("8.8.8.8", 443),
	NO_NAME("8.8.8.8", 853),
	NO_NAME("93.184.216.80", 443),
	NO_NAME("169.254.169.254", 80),
	NO_NAME("192.168.1.1", 80),
	NO_NAME("10.1.2.3", 80),
	NO_NAME("10.99.0.1", 22),
	NO_NAME("172.16.0.1", 80),
	NO_NAME("172.17.0.1", 111),
	NO_NAME("100.64.0.1", 80),
	NO_NAME("93.184.216.2", 22),
	NO_NAME("93.184.216.2", 4444),
	NO_NAME("93.184.216.1", 80),
	NO_NAME("10.200.0.5", 443),
	NO_NAME("10.200.1.1", 3128),
	{ NULL, "10.200.0.1", 22, NULL, NOBODY, "10.200.0.1", GATEWAY_WHY_NO_NAME, 22 },
	{ NULL, "10.200.0.1", 111, NULL, NOBODY, "10.200.0.1", GATEWAY_WHY_NO_NAME, 111 },
	{ NULL, "10.200.0.1", 4444, NULL, NOBODY, "10.200.0.1", GATEWAY_WHY_NO_NAME, 4444 },
	{ NULL, "10.200.0.1", 443, NULL, RESET, "10.200.0.1", GATEWAY_WHY_NO_NAME, 443 },
	{ NULL, "198.18.77.5", 443, NULL, RESET, "198.18.77.5", GATEWAY_WHY_NO_NAME, 443 },
	{ NULL, "198.19.255.255", 4444, NULL, NOBODY, "198.19.255.255", GATEWAY_WHY_NO_NAME, 4444 },
	/* allowed names that lead to where no name may */
	SPECIAL("a-127-0-0-1.special.example", 80),
	SPECIAL("a-127-0-0-1.special.example", 443),
	SPECIAL("a-0-0-0-0.special.example", 80),
	SPECIAL("a-10-99-0-1.special.example", 80),
	SPECIAL("a-10-200-0-1.special.example", 80),
	SPECIAL("a-100-64-0-1.special.example", 80),
	SPECIAL("a-169-254-169-254.special.example", 80),
	SPECIAL("a-172-16-0-1.special.example", 80),
	SPECIAL("a-192-168-1-1.special.example", 80),
	SPECIAL("a-198-18-1-0.special.example", 80),
	SPECIAL("a-224-0-0-251.special.example", 80),
	SPECIAL("a-255-255-255-255.special.example", 80),
	SPECIAL("a-93-184-216-2.special.example", 80), /* the host's own */
	SPECIAL("hosts-loopback.example", 80),
	SPECIAL("hosts-private.example", 80),
	SPECIAL("hosts-own.example", 80),
	SPECIAL("hosts-second.example", 80),
	SPECIAL("a-93-184-217-255.special.example", 80), /* a broadcast of the host's */
	SPECIAL("six-mapped.example", 80),
	SPECIAL("six-ula.example", 80),
	SPECIAL("six-local.example", 80),
	SPECIAL("six-loopback.example", 80),
	SPECIAL("six-6to4.example", 80),
	SPECIAL("six-nat64.example", 80),
	{ "nowhere.example", NULL, 80, NULL, RESET, "nowhere.example", GATEWAY_WHY_RESOLVE, 80 },
};

static void send_probe(struct rig *r, const struct probe *p)
{
	uint64_t before = rig_refused_of(r, p->told, p->told_port, p->why);
	char out[4096];

	rig_talk(r, (struct rig_act){ .name = p->name, .address = p->address, .port = p->port,
				      .text = p->text }, out, sizeof(out));
	/* a reset may come as early as the answer to connect */
	if (strcmp(out, p->want) != 0 && !(!strcmp(p->want, RESET) && strstr(out, " -104")))
		rig_note(r, "%s:%d: the guest got %.200s, not %s", p->told, p->port, out, p->want);
	if (!r->failed && !rig_told(r, p->told, p->told_port, p->why, 1))
		rig_note(r, "%s:%d was not told", p->told, p->told_port);
	/* once: a program that was not answered asks again after a second */
	if (p->why == GATEWAY_WHY_NO_NAME &&
	    rig_refused_of(r, p->told, p->told_port, p->why) != before + 1)
		rig_note(r, "%s:%d was told twice", p->told, p->told_port);
}

static void each_probe_is_refused(struct rig *r)
{
	char out[4096], line[256];

	rig_set_policy(r, POLICY_ALLOWLIST, traps);
	for (size_t i = 0; i < sizeof(probes) / sizeof(*probes) && !r->failed; i++)
		send_probe(r, &probes[i]);
	if (rig_reached(r, line)[0])
		rig_note(r, "something was reached: %s", line);
	rig_talk(r, (struct rig_act){ .name = "ok.example", .port = 9000, .text = "x" }, out, sizeof(out));
	if (strcmp(out, "x") != 0 || !rig_logged(r, "net data 93.184.216.80:9000 x"))
		rig_note(r, "the control did not arrive: %s", out);
	WANT(rig_told(r, "8.8.8.8", 443, GATEWAY_WHY_NO_NAME, 1));
	printf("  %zu probes refused\n", sizeof(probes) / sizeof(*probes));
	fflush(stdout);
}

static void refused_as_root(void)
{
	if (getuid())
		SKIP("root");
	rig_run(false, RIG_ALL, each_probe_is_refused);
}

static void refused_as_user(void)
{
	rig_run(true, RIG_ALL, each_probe_is_refused);
}

/* UDP and others, without a connection to refuse: the error comes by ICMP. */
static int send_datagram(void *arg, int out)
{
	const struct rig_act *a = arg;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(a->port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	inet_pton(AF_INET, a->address, &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 || send(fd, "hello", 5, 0) < 0 ||
	    poll(&p, 1, RIG_DEADLINE_MS) <= 0 || recv(fd, &c, 1, 0) >= 0)
		dprintf(out, "no error");
	else
		dprintf(out, "%d", errno);
	return 0;
}

static void datagrams(struct rig *r)
{
	static const struct {
		const char *address;
		uint16_t port;
		int want;
	} cases[] = {
		{ "8.8.8.8", 53, EHOSTUNREACH },	{ "8.8.8.8", 123, EHOSTUNREACH },
		{ "192.168.1.1", 5353, EHOSTUNREACH },	{ "169.254.169.254", 53, EHOSTUNREACH },
		{ "93.184.216.53", 53, EHOSTUNREACH },	{ "198.18.1.0", 443, ECONNREFUSED },
		{ "198.18.1.0", 53, ECONNREFUSED },	{ "10.200.0.1", 123, ECONNREFUSED },
	};
	char out[64], line[256], address[16];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rig_act a = { .address = cases[i].address, .port = cases[i].port };

		guest_run(&r->guest, send_datagram, &a, out, sizeof(out));
		if (atoi(out) != cases[i].want)
			rig_note(r, "%s:%d: %s", cases[i].address, cases[i].port, out);
		if (cases[i].want == EHOSTUNREACH &&
		    !rig_told(r, cases[i].address, cases[i].port, GATEWAY_WHY_NO_NAME, 1))
			rig_note(r, "%s:%d was not told", cases[i].address, cases[i].port);
	}
	if (rig_reached(r, line)[0])
		rig_note(r, "reached: %s", line);
	(void)address;
}

static void datagrams_are_refused(void)
{
	rig_run(false, RIG_ALL, datagrams);
}

/* DNS */

static int ask(void *arg, int out)
{
	const struct rig_act *a = arg;
	char address[16];
	int code = guest_ask(a->address, a->name, a->port, a->keep, address);

	dprintf(out, "%d %s", code, address);
	return 0;
}

static const char *asked(struct rig *r, const char *name, int type, bool tcp, char out[64])
{
	struct rig_act a = { .name = name, .port = (uint16_t)type, .keep = tcp };

	guest_run(&r->guest, ask, &a, out, 64);
	return out;
}

static void dns(struct rig *r)
{
	char a[64], b[64], out[64];

	WANT(!strcmp(asked(r, "ok.example", 1, false, out), "-1 ")); /* no policy, no listener */
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	for (int tcp = 0; tcp < 2; tcp++) {
		WANT(!strncmp(asked(r, "ok.example", 1, tcp, a), "0 198.18.", 9));
		WANT(!strcmp(asked(r, "OK.Example", 1, tcp, b), a)); /* the same, for the session */
		WANT(strcmp(asked(r, "x.ok.example", 1, tcp, b), a) != 0);
		WANT(!strncmp(b, "0 198.18.", 9));
		WANT(!strcmp(asked(r, "ok.example", 28, tcp, out), "0 "));
		WANT(!strcmp(asked(r, "ok.example", 16, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "ok.example", 65, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "denied.example", 1, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "denied.example", 28, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "denied.example", 16, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "1.0.200.10.in-addr.arpa", 12, tcp, out), "5 "));
		WANT(!strcmp(asked(r, "any.vmdeck", 1, tcp, out), "0 10.200.0.1"));
	}
	WANT(rig_told(r, "denied.example", 0, GATEWAY_WHY_NAME, 4)); /* AAAA counts with A */
	WANT(rig_log_count(r, "\n") == 0);
}

static void dns_answers_what_the_policy_allows(void)
{
	rig_run(false, RIG_ALL, dns);
}

/* Figure 14: 1000 labels, of which the name server of the host hears none. */
static int ask_many(void *arg, int out)
{
	static const char *const servers[] = { NULL, NULL, NULL, "8.8.8.8" };
	char name[128], address[16];
	int wrong = 0;

	(void)arg;
	srandom(14);
	for (int i = 0; i < 1000; i++) {
		int type = i & 1 ? 16 : 1, tcp = (i >> 1) & 1, code;

		snprintf(name, sizeof(name), "needle%08lx%08lx.%s", (unsigned long)random() & 0xffffffff,
			 (unsigned long)random() & 0xffffffff, i % 5 ? "evil.net" : "ok.example.evil.net");
		code = guest_ask(servers[i % 4], name, type, tcp, address);
		wrong += code != (servers[i % 4] ? -1 : 5);
	}
	dprintf(out, "%d", wrong);
	return 0;
}

static bool all_refused(struct rig *r, const void *arg)
{
	(void)arg;
	return r->totals.refused >= 1000;
}

static void random_labels(struct rig *r)
{
	char out[64];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	guest_run(&r->guest, ask_many, NULL, out, sizeof(out));
	WANT(!strcmp(out, "0"));
	WANT(!rig_logged(r, "needle"));
	rig_talk(r, (struct rig_act){ .name = "ok.example", .port = 9000, .text = "x" }, out, sizeof(out));
	WANT(rig_logged(r, "net dns 93.184.216.53:53 ok.example 1")); /* the control */
	WANT(!rig_logged(r, "needle"));
	WANT(rig_told(r, "8.8.8.8", 53, GATEWAY_WHY_NO_NAME, 1));
	WANT(rig_until(r, all_refused, NULL));
}

static void a_thousand_labels_stay_inside(void)
{
	rig_run(false, RIG_ALL, random_labels);
}

/* What is said inside the connection. */

/* Ask, wait for the 101, then speak something else. */
static int upgraded(void *arg, int out)
{
	static const char ask[] = "GET /upgrade HTTP/1.1\r\nHost: ok.example\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
	int fd = guest_reach("ok.example", 80);
	char text[256] = "";
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t said = 0;
	size_t n = 0;

	(void)arg;
	if (fd < 0 || send(fd, ask, strlen(ask), MSG_NOSIGNAL) < 0)
		return 1;
	while (!strstr(text, "frame one, frame two") && poll(&p, 1, RIG_DEADLINE_MS) > 0) {
		ssize_t k = recv(fd, text + n, sizeof(text) - 1 - n, 0);

		if (k <= 0)
			break;
		n += (size_t)k;
		if (said == 0 && !strcmp(text, "HTTP/1.1 101 Switching Protocols\r\n\r\n"))
			said = send(fd, "frame one, ", 11, MSG_NOSIGNAL);
		else if (said == 11 && strstr(text, "one, "))
			said += send(fd, "frame two", 9, MSG_NOSIGNAL);
	}
	dprintf(out, "%s", strstr(text, "frame") ? strstr(text, "frame") : text);
	return 0;
}

static void names_inside(struct rig *r)
{
	AUTO_FREE char *hello = NULL, *other = NULL;
	size_t n_hello, n_other;
	struct error err;
	char out[8192];

	hello = file_read(AT_FDCWD, "tests/fuzz/corpus/guard/hello", 65536, &n_hello, &err);
	other = file_read(AT_FDCWD, "tests/fuzz/corpus/guard/hello-other", 65536, &n_other, &err);
	WANT(hello && other);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);

	rig_talk(r, (struct rig_act){ "a.example", 443, other, n_other, 0, 0 }, out, sizeof(out));
	WANT(strstr(out, " -104"));
	WANT(rig_told(r, "a.example", 443, GATEWAY_WHY_OTHER, 1));
	rig_talk(r, (struct rig_act){ "a.example", 443, "\x16\x03\x01\x00\x05hello", 10, 0, 0 }, out,
		 sizeof(out));
	WANT(strstr(out, " -104"));
	WANT(rig_told(r, "a.example", 443, GATEWAY_WHY_INVALID, 1));
	rig_talk(r, (struct rig_act){ "ok.example", 80, GET_EVIL, 0, 0, 0 }, out, sizeof(out));
	WANT(strstr(out, " -104"));
	WANT(rig_told(r, "ok.example", 80, GATEWAY_WHY_OTHER, 1));
	WANT(!rig_logged(r, " data ") && !rig_logged(r, " http "));

	/* the second request of a connection is looked at like the first */
	rig_talk(r, (struct rig_act){ "ok.example", 80, "GET /1 HTTP/1.1\r\nHost: ok.example\r\n\r\n" GET_EVIL,
				      0, 0, 0 }, out, sizeof(out));
	WANT(rig_told(r, "ok.example", 80, GATEWAY_WHY_OTHER, 2));
	WANT(!rig_logged(r, "evil"));

	/* nor does asking for an upgrade help, when the server gives none */
	rig_talk(r, (struct rig_act){ "ok.example", 80, "GET /1 HTTP/1.1\r\nHost: ok.example\r\nUpgrade: websocket\r\n"
				      "Connection: upgrade\r\n\r\n" GET_EVIL, 0, 0, 1 }, out, sizeof(out));
	WANT(rig_told(r, "ok.example", 80, GATEWAY_WHY_OTHER, 3));
	WANT(!rig_logged(r, "evil"));
	guest_run(&r->guest, upgraded, NULL, out, sizeof(out));
	if (strcmp(out, "frame one, frame two") != 0)
		rig_note(r, "upgraded: %s", out);
	/* a tunnel of the proxy is watched like any connection */
	{
		static const char connect[] = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
		char text[4096];

		memcpy(text, connect, strlen(connect));
		memcpy(text + strlen(connect), other, n_other);
		rig_talk(r, (struct rig_act){ NULL, 3128, text, strlen(connect) + n_other, "10.200.0.1", 0 }, out,
			 sizeof(out));
		WANT(rig_told(r, "a.example", 443, GATEWAY_WHY_OTHER, 2));
	}

	/* the control: the same bytes with the right name */
	rig_talk(r, (struct rig_act){ "a.example", 443, hello, n_hello, 0, 0 }, out, sizeof(out));
	WANT(!memcmp(out, hello, 200) && rig_logged(r, "net data 93.184.216.91:443"));
}

static void another_name_inside_is_refused(void)
{
	rig_run(false, RIG_ALL, names_inside);
}

/* The proxy. */

static void proxy(struct rig *r)
{
	static const struct {
		const char *text, *want, *log;
	} cases[] = {
		{ "CONNECT ok.example:9000 HTTP/1.1\r\nHost: ok.example:9000\r\n\r\nthrough",
		  "HTTP/1.1 200 Connection established\r\n\r\nthrough", "net data 93.184.216.80:9000 through" },
		{ "GET http://ok.example/p?q HTTP/1.1\r\nHost: ok.example\r\nProxy-Connection: keep-alive\r\n\r\n",
		  "GET /p?q ok.example 0", "net http 93.184.216.80:80 GET /p?q ok.example" },
		{ "POST http://ok.example:8080/ HTTP/1.1\r\nHost: ok.example:8080\r\nContent-Length: 3\r\n\r\nabc",
		  "POST / ok.example:8080 3", "net http 93.184.216.80:8080 POST" },
		{ "CONNECT ok.example:22 HTTP/1.1\r\nHost: ok.example:22\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "CONNECT denied.example:443 HTTP/1.1\r\nHost: denied.example:443\r\n\r\n",
		  "vmdeck: denied.example:443: not allowed", NULL },
		{ "CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 40", NULL },
		{ "CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "CONNECT 2130706433:80 HTTP/1.1\r\nHost: 2130706433:80\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "CONNECT 0x7f.1:80 HTTP/1.1\r\nHost: 0x7f.1:80\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "CONNECT 0177.0.0.1:80 HTTP/1.1\r\nHost: 0177.0.0.1:80\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "HTTP/1.1 40", NULL },
		{ "CONNECT [::ffff:169.254.169.254]:80 HTTP/1.1\r\nHost: [::ffff:169.254.169.254]:80\r\n\r\n",
		  "HTTP/1.1 40", NULL },
		{ "GET http://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "GET http://denied.example/ HTTP/1.1\r\nHost: denied.example\r\n\r\n", "HTTP/1.1 403", NULL },
		{ "GET http://ok.example/ HTTP/1.1\r\nHost: denied.example\r\n\r\n", "HTTP/1.1 400", NULL },
		{ "GET / HTTP/1.1\r\nHost: ok.example\r\n\r\n", "this is a proxy", NULL },
		{ "CONNECT dead.example:443 HTTP/1.1\r\nHost: dead.example:443\r\n\r\n",
		  "port not allowed", NULL },
		/* two lengths, both kinds of length, bare line feeds: two requests to somebody */
		{ "POST http://ok.example/ HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 5\r\n"
		  "Content-Length: 6\r\n\r\nhello!", "HTTP/1.1 400", NULL },
		{ "POST http://ok.example/ HTTP/1.1\r\nHost: ok.example\r\nContent-Length: 5\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "HTTP/1.1 400", NULL },
		{ "POST http://ok.example/ HTTP/1.1\r\nHost: ok.example\r\nTransfer-Encoding : chunked\r\n"
		  "\r\n0\r\n\r\n", "HTTP/1.1 400", NULL },
		{ "GET http://ok.example/ HTTP/1.1\nHost: ok.example\n\n", "HTTP/1.1 400", NULL },
		{ "GET http://nobody.vmdeck/ HTTP/1.1\r\nHost: nobody.vmdeck\r\n\r\n", "HTTP/1.1 4", NULL },
	};
	char out[4096];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases) && !r->failed; i++) {
		rig_forget_log(r);
		rig_talk(r, (struct rig_act){ .address = "10.200.0.1", .port = 3128,
					      .text = cases[i].text }, out, sizeof(out));
		if (!strstr(out, cases[i].want))
			rig_note(r, "case %zu: %.200s", i, out);
		if (cases[i].log ? !rig_logged(r, cases[i].log) : rig_log_count(r, "\n") != 0)
			rig_note(r, "case %zu: the log is not as it should be", i);
	}
	WANT(rig_told(r, "denied.example", 443, GATEWAY_WHY_NAME, 1));
	WANT(rig_told(r, "ok.example", 22, GATEWAY_WHY_PORT, 1));

	/* a second request behind the first goes nowhere */
	rig_forget_log(r);
	rig_talk(r, (struct rig_act){ .address = "10.200.0.1", .port = 3128,
				      .text = "GET http://ok.example/1 HTTP/1.1\r\nHost: ok.example\r\n\r\n" GET_EVIL },
		 out, sizeof(out));
	WANT(!rig_logged(r, "evil"));
}

static void the_proxy_has_the_same_policy(void)
{
	rig_run(false, RIG_ALL, proxy);
}

/* The broker answers where no provider is configured: it is there. */
static void broker(struct rig *r)
{
	char out[4096];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	rig_talk(r, (struct rig_act){ .name = "nobody.vmdeck", .port = 80, .keep = true,
				      .text = "GET / HTTP/1.0\r\nHost: nobody.vmdeck\r\n\r\n" }, out,
		 sizeof(out));
	if (strncmp(out, "HTTP/1.1 4", 10) != 0)
		rig_note(r, "%.200s", out);
	rig_talk(r, (struct rig_act){ .name = "nobody.vmdeck", .port = 443, .text = "x" }, out, sizeof(out));
	WANT(strstr(out, " -104"));
}

static void names_of_ours_are_the_brokers(void)
{
	rig_run(false, RIG_ALL, broker);
}

/* A name that resolves to something else the second time is asked and judged anew. */
static void rebinding(struct rig *r)
{
	static const char *const rules[] = { "flip.example:9000", NULL };
	char out[256];

	rig_set_policy(r, POLICY_ALLOWLIST, rules);
	rig_talk(r, (struct rig_act){ .name = "flip.example", .port = 9000, .text = "x" }, out, sizeof(out));
	WANT(!strcmp(out, "x"));
	rig_talk(r, (struct rig_act){ .name = "flip.example", .port = 9000, .text = "x" }, out, sizeof(out));
	WANT(strstr(out, " -104"));
	WANT(rig_told(r, "flip.example", 9000, GATEWAY_WHY_SPECIAL, 1));
	WANT(!rig_logged(r, "host "));
}

static void a_name_that_turns_special_is_refused(void)
{
	rig_run(false, RIG_ALL, rebinding);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "what is allowed arrives, as root", allowed_as_root },
		{ "what is allowed arrives, as an ordinary user", allowed_as_user },
		{ "servers may speak first", servers_may_speak_first },
		{ "each probe is refused, as root", refused_as_root },
		{ "each probe is refused, as an ordinary user", refused_as_user },
		{ "datagrams are refused", datagrams_are_refused },
		{ "DNS answers what the policy allows", dns_answers_what_the_policy_allows },
		{ "a thousand labels stay inside", a_thousand_labels_stay_inside },
		{ "another name inside is refused", another_name_inside_is_refused },
		{ "the proxy has the same policy", the_proxy_has_the_same_policy },
		{ "names of ours are the broker's", names_of_ours_are_the_brokers },
		{ "a name that turns special is refused", a_name_that_turns_special_is_refused },
		{ NULL, NULL },
	};

	signal(SIGPIPE, SIG_IGN);
	return test_main(tests, argc, argv);
}
