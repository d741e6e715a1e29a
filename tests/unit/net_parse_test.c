/* What the gateway reads of foreign bytes, and the tables it keeps: one by one. */
#include <arpa/inet.h>
#include <fcntl.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/net/aliases.h"
#include "engine/net/dns.h"
#include "engine/net/gateway_wire.h"
#include "engine/net/guard.h"
#include "engine/net/special.h"
#include "engine/net/tally.h"
#include "engine/net/tls_hello.h"
#include "engine/net/wall.h"
#include "tests/test.h"

/* special */

static bool special(const char *text)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, text, &four) == 1)
		return special_v4(four);
	if (inet_pton(AF_INET6, text, &six) != 1)
		test_fail(__FILE__, __LINE__, "%s is no address", text);
	return special_v6(&six);
}

static void special_addresses_are_known(void)
{
	static const char *const yes[] = {
		"0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.1",
		"100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
		"172.31.255.255", "192.0.0.1", "192.0.2.9", "192.88.99.1", "192.168.1.1", "198.18.0.1",
		"198.19.255.255", "198.51.100.1", "203.0.113.7", "224.0.0.251", "239.255.255.250",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1",
		"::8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1",
		"2001::1", "2001:0:53aa:64c::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:808:808::1",
		"3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1", "4000::1",
	};
	static const char *const no[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "93.184.216.80", "100.63.255.255",
		"100.128.0.1", "126.0.0.1", "128.0.0.1", "169.253.0.1", "172.15.0.1", "172.32.0.1",
		"192.0.1.1", "192.167.1.1", "192.169.1.1", "198.17.0.1", "198.20.0.1", "203.0.112.1",
		"223.255.255.255", "2606:4700::1", "2001:4860:4860::8888", "2a00:1450::1", "2400::1",
		"64:ff9b::8.8.8.8",
	};

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!special(yes[i]))
			CHECK_FAIL("%s is let through", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (special(no[i]))
			CHECK_FAIL("%s is refused", no[i]);
	CHECK(special_address(&(struct sockaddr){ .sa_family = AF_UNIX }));
}

/* DNS */

static size_t query(uint8_t *p, const char *labels, size_t n, int type)
{
	memcpy(p, (uint8_t[]){ 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, 12);
	memcpy(p + 12, labels, n);
	memcpy(p + 12 + n, (uint8_t[]){ 0, (uint8_t)type, 0, 1 }, 4);
	return 16 + n;
}

static void questions_are_read(void)
{
	static const struct {
		const char *labels;
		size_t n;
		int code;
		const char *name;
	} cases[] = {
		{ "\3api\7example\3com", 17, DNS_OK, "api.example.com" },
		{ "\3API\7eXample\3com", 17, DNS_OK, "api.example.com" },
		{ "", 1, DNS_OK, "" },                       /* the root */
		{ "\3a.b\1c", 7, DNS_OK, "" },               /* a dot that is no separator */
		{ "\3a\0b\1c", 7, DNS_OK, "" },
		{ "\3a b\1c", 7, DNS_OK, "" },
		{ "\3\xff\xfe\x80\1c", 7, DNS_OK, "" },
		{ "\1""1\1""2\1""3\1""4", 9, DNS_OK, "" },   /* an address */
		{ "\xc0\x0c", 2, DNS_FORMERR, "" },          /* a pointer to itself */
		{ "\x40" "aa", 4, DNS_FORMERR, "" },         /* a label of 64 */
		{ "\x3f" "aa", 4, DNS_FORMERR, "" },         /* longer than the packet */
	};
	uint8_t p[600];
	struct dns_query q;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n = query(p, cases[i].labels, cases[i].n, DNS_A);
		int r = dns_question_read(&q, p, n);

		if (r != cases[i].code || (r == DNS_OK && strcmp(q.name, cases[i].name) != 0))
			CHECK_FAIL("case %zu: %d \"%s\"", i, r, q.name);
	}
}

static void what_is_no_question_is_told_apart(void)
{
	uint8_t p[600], out[DNS_ANSWER_MAX];
	size_t n = query(p, "\1a\1b", 5, DNS_A);
	struct dns_query q;

	for (size_t i = 0; i < 12; i++)
		CHECK_INT(dns_question_read(&q, p, i), -1);
	for (size_t i = 12; i < n; i++)
		CHECK_INT(dns_question_read(&q, p, i), DNS_FORMERR);
	p[2] = 0x81; /* an answer: answering it could go on for ever */
	CHECK_INT(dns_question_read(&q, p, n), -1);
	p[2] = 0x29; /* UPDATE */
	CHECK_INT(dns_question_read(&q, p, n), DNS_NOTIMP);
	CHECK_INT(dns_answer_write(out, &q, DNS_NOTIMP, NULL, 0), 12);
	p[2] = 1;
	p[5] = 2; /* two questions */
	CHECK_INT(dns_question_read(&q, p, n), DNS_FORMERR);
	p[5] = 1;
	p[7] = 1; /* an answer inside a question */
	CHECK_INT(dns_question_read(&q, p, n), DNS_FORMERR);
	p[7] = 0;
	p[n - 1] = 3; /* class CHAOS */
	CHECK_INT(dns_question_read(&q, p, n), DNS_OK);
	CHECK(!q.internet);
}

static void answers_have_their_address(void)
{
	uint8_t p[600], out[DNS_ANSWER_MAX];
	size_t n = query(p, "\3aPi\1b", 7, DNS_A), len;
	struct in_addr a = { .s_addr = htonl(0xc6120105) };
	struct dns_query q;

	CHECK_INT(dns_question_read(&q, p, n), DNS_OK);
	len = dns_answer_write(out, &q, DNS_OK, &a, 60);
	CHECK_INT(len, n + 16);
	CHECK(!memcmp(out + 12, p + 12, n - 12)); /* the question as it was asked */
	CHECK(!memcmp(out + n, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc6\x12\1\5", 16));
	CHECK_INT(out[3] & 15, DNS_OK);
	CHECK_INT(out[7], 1);
	len = dns_answer_write(out, &q, DNS_REFUSED, NULL, 60);
	CHECK_INT(len, n);
	CHECK_INT(out[3] & 15, DNS_REFUSED);
	CHECK_INT(out[7], 0);
}

/* aliases */

static void names_keep_their_addresses(void)
{
	struct in_addr a, b, again;
	struct aliases t;
	char text[32];

	CHECK_INT(aliases_init(&t), 0);
	CHECK_INT(aliases_address(&t, "a.example", 1000, &a), 0);
	CHECK_INT(aliases_address(&t, "b.example", 1000, &b), 0);
	CHECK(a.s_addr != b.s_addr && aliases_covers(a) && aliases_covers(b));
	for (int i = 0; i < ALIASES_MAX - 2; i++) {
		snprintf(text, sizeof(text), "n%d.example", i);
		CHECK_INT(aliases_address(&t, text, 2000, &again), 0);
	}
	CHECK_INT(aliases_address(&t, "a.example", 3000, &again), 0);
	CHECK_INT(again.s_addr, a.s_addr);
	CHECK_STR(aliases_text(&t, aliases_find(&t, b)), "b.example");

	/* full: while the TTLs run there is none to give */
	CHECK_INT(aliases_address(&t, "late.example", 3000, &again), -1);
	CHECK_INT(aliases_address(&t, "late.example", 1000 + ALIASES_TTL * 1000 + 1, &again), 0);
	CHECK_INT(again.s_addr, b.s_addr); /* that was used longest ago */
	CHECK_STR(aliases_text(&t, aliases_find(&t, b)), "late.example");
	CHECK_INT(aliases_address(&t, "b.example", 62000, &again), -1);

	/* not one with a connection */
	for (int i = 0; i < ALIASES_MAX; i++)
		aliases_open(&t, i);
	aliases_close(&t, aliases_find(&t, a), 10);
	CHECK_INT(aliases_address(&t, "c.example", 1000000, &again), 0);
	CHECK_INT(again.s_addr, a.s_addr);
	CHECK_INT(aliases_address(&t, "d.example", 1000000, &again), -1);
	aliases_done(&t);
}

static void addresses_of_nobody_are_known(void)
{
	static const char *const cases[] = { "198.18.0.0", "198.18.0.255", "198.18.1.1", "198.19.255.255",
					     "198.20.1.0", "198.17.255.255", "10.200.0.1", "0.0.0.0",
					     "255.255.255.255" };
	struct in_addr a;
	struct aliases t;

	CHECK_INT(aliases_init(&t), 0);
	CHECK_INT(aliases_address(&t, "a.example", 1, &a), 0); /* 198.18.1.0 */
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		inet_pton(AF_INET, cases[i], &a);
		if (aliases_find(&t, a) >= 0)
			CHECK_FAIL("%s stands for a name", cases[i]);
	}
	aliases_done(&t);
}

/* tally */

static void refusals_are_deduplicated(void)
{
	struct tally *t = calloc(1, sizeof(*t));
	const struct gateway_refusal *r;

	tally_refuse(t, "a.example", 443, GATEWAY_WHY_PORT);
	tally_refuse(t, "a.example", 443, GATEWAY_WHY_PORT);
	tally_refuse(t, "a.example", 22, GATEWAY_WHY_PORT);
	tally_refuse_once(t, "a.example", 443, GATEWAY_WHY_PORT);
	r = tally_next_refusal(t);
	CHECK(r && r->port == 443 && r->count == 2);
	r = tally_next_refusal(t);
	CHECK(r && r->port == 22 && r->count == 1);
	CHECK(!tally_next_refusal(t));
	tally_refuse(t, "a.example", 443, GATEWAY_WHY_PORT);
	r = tally_next_refusal(t);
	CHECK(r && r->port == 443 && r->count == 3);
	tally_untold(t);
	r = tally_next_refusal(t);
	CHECK(r && r->port == 443 && r->count == 3);
	CHECK(!tally_next_refusal(t));
	CHECK_INT(t->totals.refused, 4);
	CHECK_INT(t->totals.lost, 0);
	free(t);
}

static void a_flood_of_refusals_is_bounded_and_counted(void)
{
	struct tally *t = calloc(1, sizeof(*t));
	char name[32];
	int told = 0;

	tally_refuse(t, "real.example", 443, GATEWAY_WHY_NAME);
	CHECK(tally_next_refusal(t));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		tally_refuse(t, name, 0, GATEWAY_WHY_NAME);
	}
	while (tally_next_refusal(t))
		told++;
	CHECK_INT(told, TALLY_REFUSALS);
	CHECK_INT(t->totals.refused, 1001);
	CHECK_INT(t->totals.lost, 1000 - TALLY_REFUSALS); /* never told */
	free(t);
}

static void traffic_is_counted_by_name(void)
{
	struct tally *t = calloc(1, sizeof(*t));
	const struct gateway_counter *c;
	const struct gateway_totals *all;
	char name[32];
	int row = tally_open(t, "a.example"), other = tally_open(t, "a.example");

	CHECK_INT(row, other);
	tally_moved(t, row, 10, 3);
	tally_moved(t, row, 1, 0);
	tally_close(t, row);
	c = tally_next_counter(t);
	CHECK(c && c->connections == 2 && c->open == 1 && c->in == 11 && c->out == 3);
	CHECK(!tally_next_counter(t));
	all = tally_next_totals(t);
	CHECK(all && all->connections == 2 && all->open == 1 && all->in == 11 && all->out == 3);
	CHECK(!tally_next_totals(t));
	for (int i = 0; i < TALLY_NAMES; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		row = tally_open(t, name);
		tally_moved(t, row, 1, 1);
		tally_close(t, row);
	}
	CHECK_INT(row, -1); /* no row, but still in the totals */
	CHECK_INT(t->totals.in, 11 + TALLY_NAMES);
	CHECK_INT(t->totals.lost, 1);
	CHECK_INT(t->totals.open, 1);
	free(t);
}

/* guard */

static long look(struct guard *g, const char *text, enum gateway_why *why)
{
	return guard_look(g, (const uint8_t *)text, strlen(text), why);
}

static void openings_pass_wait_or_are_refused(void)
{
	enum { ALL = -2, WAIT = 0, NO = -1 };
	static const struct {
		const char *text;
		long want;
		enum gateway_why why;
	} cases[] = {
		{ "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", ALL, 0 },
		{ "GET / HTTP/1.1\r\nHost: A.EXAMPLE.:80\r\n\r\n", ALL, 0 },
		{ "GET / HTTP/1.0\r\n\r\n", ALL, 0 },
		{ "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_OTHER },
		{ "GET http://b.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_OTHER },
		{ "GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "CONNECT b.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_OTHER },
		{ "GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "GET / HTTP/1.1\nHost: b.example\n\n", NO, GATEWAY_WHY_INVALID },
		{ "get / http/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "GET\t/ HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "\r\nGET / HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "GET /\xff HTTP/1.1\r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "GET / HTTP/1.1 \r\nHost: b.example\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NO, GATEWAY_WHY_INVALID },
		{ "GET / HTTP/1.1\r\nHost: a.exa", WAIT, 0 },
		{ "GET / HT", WAIT, 0 },
		{ "GET", WAIT, 0 },
		{ "", WAIT, 0 },
		{ "SSH-2.0-OpenSSH_9.2\r\n", ALL, 0 },
		{ "EHLO me\r\n", ALL, 0 },
		{ "{\"a\": 1}", ALL, 0 },
		{ "*1\r\n$4\r\nPING\r\n", ALL, 0 },
		{ "\x80\x2e\x01", ALL, 0 },
		{ "\x16\x03\x01", WAIT, 0 },
		{ "\x16\x02\x01", NO, GATEWAY_WHY_INVALID },
		{ "\x16\x03\x01\x01\x01\x02", NO, GATEWAY_WHY_INVALID },
		{ "\x16GET / HTTP/1.1\r\n", NO, GATEWAY_WHY_INVALID },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum gateway_why why = 0;
		struct guard g;
		long r, want = cases[i].want == ALL ? (long)strlen(cases[i].text) : cases[i].want;

		guard_init(&g, "a.example");
		r = look(&g, cases[i].text, &why);
		if (r != want || (r < 0 && why != cases[i].why))
			CHECK_FAIL("case %zu (%.20s): %ld, why %d", i, cases[i].text, r, (int)why);
		if (r < 0 && look(&g, "more", &why) != -1)
			CHECK_FAIL("case %zu: refused once and then not", i);
	}
}

static void each_request_of_a_connection_is_looked_at(void)
{
	static const char first[] = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabc";
	static const char evil[] = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";
	enum gateway_why why = 0;
	struct guard g;
	char both[256];

	guard_init(&g, "a.example");
	CHECK_INT(look(&g, first, &why), strlen(first));
	CHECK_INT(look(&g, first, &why), strlen(first));
	CHECK_INT(look(&g, evil, &why), -1);
	CHECK_INT(why, GATEWAY_WHY_OTHER);

	guard_init(&g, "a.example");
	snprintf(both, sizeof(both), "%s%s", first, evil);
	CHECK_INT(look(&g, both, &why), -1);

	/* a body that looks like a request is a body */
	guard_init(&g, "a.example");
	snprintf(both, sizeof(both), "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: %zu\r\n\r\n%s",
		 strlen(evil), evil);
	CHECK_INT(look(&g, both, &why), strlen(both));

}

/* Who asks for an upgrade has it when the server says so, and not before. */
static void an_upgrade_is_the_servers_to_give(void)
{
	static const char ask[] = "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
	static const char h2c[] = "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: upgrade\r\nUpgrade: foo, h2c\r\n\r\n";
	static const char plain[] = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
	static const char evil[] = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";
	static const struct { const char *answer; bool given; } answers[] = {
		{ "HTTP/1.1 101 Switching Protocols\r\n\r\n", true },
		{ "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 X\r\n", false },
		{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 X\r\n", false },
		{ " HTTP/1.1 101 X\r\n", false },
		{ "220 mail\r\n", false },
	};
	enum gateway_why why = 0;
	struct guard g;

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		for (size_t step = 1; step < 50; step += 6) {
			const char *at = answers[i].answer;

			guard_init(&g, "a.example");
			CHECK_INT(look(&g, ask, &why), strlen(ask));
			CHECK_INT(look(&g, evil, &why), 0); /* waits */
			CHECK_INT(guard_blind(&g), 0);
			for (size_t left = strlen(at); left; ) {
				size_t part = left < step ? left : step;

				guard_hears(&g, (const uint8_t *)at, part);
				at += part;
				left -= part;
			}
			CHECK_INT(look(&g, evil, &why), answers[i].given ? (long)strlen(evil) : -1);
			if (!answers[i].given)
				CHECK_INT(why, GATEWAY_WHY_OTHER);
		}
	/* not the second request, whose answer is not the first; not to HTTP/2 */
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, plain, &why), strlen(plain));
	CHECK_INT(look(&g, ask, &why), strlen(ask));
	guard_hears(&g, (const uint8_t *)"HTTP/1.1 101 X", 14);
	CHECK_INT(look(&g, evil, &why), -1);
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, h2c, &why), strlen(h2c));
	guard_hears(&g, (const uint8_t *)"HTTP/1.1 101 X", 14);
	CHECK_INT(look(&g, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &why), -1);
}

/* A NUL is in no request but to very lenient servers; git's own protocol has one. */
static void a_line_with_a_nul_is_watched(void)
{
	static const char git[] = "0032git-upload-pack /project.git\0host=a.example\0";
	static const char evil[] = "GET /\0x HTTP/1.1\r\nHost: b.example\r\n\r\n";
	enum gateway_why why = 0;
	struct guard g;

	guard_init(&g, "a.example");
	CHECK_INT(guard_look(&g, (const uint8_t *)git, sizeof(git) - 1, &why), sizeof(git) - 1);
	CHECK_INT(look(&g, "0032want\n", &why), 9);
	CHECK_INT(look(&g, "HTTP/", &why), 5); /* another line */
	for (size_t step = 1; step < sizeof(evil); step++) {
		long passed = 0;

		guard_init(&g, "a.example");
		for (size_t seen = 0; seen < sizeof(evil) - 1 && passed >= 0; ) {
			long r;

			seen = seen + step < sizeof(evil) - 1 ? seen + step : sizeof(evil) - 1;
			r = guard_look(&g, (const uint8_t *)evil + passed, seen - (size_t)passed, &why);
			passed = r < 0 ? -1 : passed + r;
		}
		CHECK_INT(passed, -1);
	}
}

static void nothing_is_held_for_ever(void)
{
	AUTO_FREE char *many = malloc(GUARD_HELD_MAX + 1);
	enum gateway_why why = 0;
	struct guard g;

	memset(many, 'a', GUARD_HELD_MAX);
	many[GUARD_HELD_MAX] = '\0';
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, many, &why), GUARD_HELD_MAX); /* no word is as long */
	memcpy(many, "GET ", 4); /* a line that goes on and on */
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, many, &why), -1);
	/* a word can be released; it is not forgotten */
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, "GE", &why), 0);
	CHECK_INT(guard_release(&g, (const uint8_t *)"GE", 2), 2);
	CHECK_INT(look(&g, "T / HTTP/1.1\r\nHost: b.exam", &why), 0);
	CHECK_INT(guard_release(&g, (const uint8_t *)"T / HTTP", 8), 0);
	CHECK_INT(look(&g, "T / HTTP/1.1\r\nHost: b.example\r\n\r\n", &why), -1);
	CHECK_INT(why, GATEWAY_WHY_OTHER);
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, "GE", &why), 0);
	CHECK_INT(guard_release(&g, (const uint8_t *)"GE", 2), 2);
	CHECK_INT(look(&g, "T / HTTP/1.1\r\nHost: a.example\r\n\r\nGET", &why), 33);
	/* and an end shows what it was */
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, "hello", &why), 0);
	CHECK_INT(guard_end(&g, 5, (const uint8_t *)"hello", &why), 0);
	guard_init(&g, "a.example");
	CHECK_INT(look(&g, "GET / HTTP/1.1\r\nHost", &why), 0);
	CHECK_INT(guard_end(&g, 20, (const uint8_t *)"GET / HTTP/1.1\r\nHost", &why), -1);
}

/* Real hellos lie in the fuzz target's corpus. */
static void hellos_have_their_name(void)
{
	static const struct {
		const char *file, *name;
		enum tls_hello want;
	} cases[] = {
		{ "hello", "a.example", TLS_HELLO_NAME },
		{ "hello-12", "a.example", TLS_HELLO_NAME },
		{ "hello-cut", "a.example", TLS_HELLO_NAME },
		{ "hello-other", "other.example", TLS_HELLO_NAME },
		{ "hello-none", "", TLS_HELLO_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char path[128], name[HOSTNAME_SIZE] = "";
		struct error err;
		AUTO_FREE char *data = NULL;
		enum gateway_why why;
		struct guard g;
		size_t n;

		snprintf(path, sizeof(path), "tests/fuzz/corpus/guard/%s", cases[i].file);
		data = file_read(AT_FDCWD, path, 65536, &n, &err);
		CHECK(data);
		for (size_t k = 0; k < n; k++)
			if (k && tls_hello_read((uint8_t *)data, k, name) != TLS_HELLO_MORE)
				CHECK_FAIL("%s: decided after %zu of %zu", cases[i].file, k, n);
		CHECK_INT(tls_hello_read((uint8_t *)data, n, name), cases[i].want);
		CHECK_STR(name, cases[i].name);
		guard_init(&g, "a.example");
		CHECK_INT(guard_look(&g, (uint8_t *)data, n, &why),
			  strcmp(cases[i].name, "other.example") ? (long)n : -1);
	}
}

/* wall */

static size_t packet(uint8_t *p, const char *from, const char *to, int protocol, uint16_t port,
		     uint8_t flags)
{
	memset(p, 0, 60);
	p[0] = 0x45;
	p[9] = (uint8_t)protocol;
	inet_pton(AF_INET, from, p + 12);
	inet_pton(AF_INET, to, p + 16);
	p[22] = (uint8_t)(port >> 8);
	p[23] = (uint8_t)port;
	p[32] = 0x50;
	p[33] = flags;
	return 40;
}

static void the_wall_knows_what_to_answer(void)
{
	static const struct {
		const char *from, *to;
		int protocol, flags, read, begins, answerable;
	} cases[] = {
		{ "10.200.0.2", "8.8.8.8", 6, 0x02, 0, 1, 1 },
		{ "10.200.0.2", "8.8.8.8", 6, 0x10, 0, 0, 1 },
		{ "10.200.0.2", "8.8.8.8", 17, 0, 0, 1, 1 },
		{ "10.200.0.2", "8.8.8.8", 1, 0, 0, 1, 1 },
		{ "10.200.0.2", "8.8.8.8", 47, 0, 0, 1, 1 },
		{ "10.200.0.2", "198.18.1.0", 6, 0x02, 0, 1, 0 },
		{ "10.200.0.2", "198.18.1.0", 6, 0x10, -1, 0, 0 },
		{ "10.200.0.2", "10.200.0.1", 17, 0, -1, 0, 0 },
		{ "10.200.0.9", "8.8.8.8", 6, 0x02, 0, 1, 0 }, /* a forgery */
		{ "8.8.8.8", "8.8.4.4", 6, 0x02, 0, 1, 0 },
		{ "10.200.0.2", "224.0.0.251", 17, 0, 0, 1, 0 },
		{ "10.200.0.2", "255.255.255.255", 17, 0, 0, 1, 0 },
		{ "10.200.0.2", "10.200.0.3", 17, 0, 0, 1, 0 },
		{ "10.200.0.2", "127.0.0.1", 6, 0x02, 0, 1, 0 },
		{ "10.200.0.2", "0.0.0.0", 6, 0x02, 0, 1, 0 },
	};
	uint8_t p[60], out[WALL_ANSWER_MAX];
	struct wall_packet w;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n = packet(p, cases[i].from, cases[i].to, cases[i].protocol, 443,
				  (uint8_t)cases[i].flags);
		int r = wall_read(&w, p, n);

		if (r != cases[i].read || (r == 0 && (w.begins != cases[i].begins ||
						      w.answerable != cases[i].answerable)))
			CHECK_FAIL("case %zu: %d, begins %d, answerable %d", i, r, w.begins,
				   w.answerable);
	}
	packet(p, "10.200.0.2", "8.8.8.8", 17, 53, 0);
	CHECK_INT(wall_read(&w, p, 40), 0);
	CHECK_INT(w.port, 53);
	CHECK_INT(wall_answer(out, &w, p, 40), 56);
	CHECK(out[20] == 3 && out[21] == 13 && !memcmp(out + 28, p, 28));
	packet(p, "10.200.0.2", "8.8.8.8", 6, 443, 0x02);
	CHECK_INT(wall_read(&w, p, 40), 0);
	CHECK_INT(wall_answer(out, &w, p, 40), 40);
	CHECK(!memcmp(out + 12, p + 16, 4) && !memcmp(out + 16, p + 12, 4)); /* back */
	CHECK(out[33] == 0x14 && out[31] == p[27] + 1);
	packet(p, "10.200.0.2", "8.8.8.8", 17, 53, 0);
	p[7] = 1; /* a later fragment */
	CHECK_INT(wall_read(&w, p, 40), -1);
	packet(p, "10.200.0.2", "8.8.8.8", 1, 0, 0);
	p[20] = 3; /* an ICMP error: never answered with another */
	CHECK(wall_read(&w, p, 40) == 0 && !w.answerable);
	for (size_t n = 0; n < 20; n++)
		CHECK_INT(wall_read(&w, p, n), -1);
}

/* reports */

static void reports_are_checked(void)
{
	struct gateway_report r = { .type = REPORT_REFUSED }, out;
	size_t n = gateway_report_size(&r);
	static const char *const bad[] = { "", "A.example", "a b", "\x1b[2J", "a..b", "1.2.3.4.5",
					   "01.2.3.4", "a.example.", "-a" };

	r.refusal.count = 1;
	strcpy(r.refusal.name, "a.example");
	CHECK_INT(gateway_report_read(&out, &r, n), 0);
	CHECK_INT(gateway_report_read(&out, &r, n - 1), -1);
	strcpy(r.refusal.name, "8.8.8.8");
	CHECK_INT(gateway_report_read(&out, &r, n), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		strcpy(r.refusal.name, bad[i]);
		if (gateway_report_read(&out, &r, n) == 0)
			CHECK_FAIL("the name \"%s\" is taken", bad[i]);
	}
	memset(r.refusal.name, 'a', sizeof(r.refusal.name));
	CHECK_INT(gateway_report_read(&out, &r, n), -1);
	strcpy(r.refusal.name, "a.example");
	r.refusal.why = GATEWAY_WHY_COUNT;
	CHECK_INT(gateway_report_read(&out, &r, n), -1);
	r.refusal.why = 0;
	r.type = 77;
	CHECK_INT(gateway_report_read(&out, &r, n), -1);
	r = (struct gateway_report){ .type = REPORT_BROKER, .n = GATEWAY_REPORT_MAX + 1 };
	CHECK_INT(gateway_report_read(&out, &r, sizeof(r)), -1);
	r = (struct gateway_report){ .type = REPORT_COUNTED };
	strcpy(r.counter.name, "8.8.8.8"); /* only names are connected to */
	CHECK_INT(gateway_report_read(&out, &r, gateway_report_size(&r)), -1);
}

/* What may go by without a look, and what may not: what a relay moves through a pipe. */
static void only_payload_goes_by_unseen(void)
{
	static const char head[] = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n";
	static const char chunked[] = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n";
	static const char evil[] = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
	enum gateway_why why;
	struct guard g;

	guard_init(&g, "a.example");
	CHECK_INT(guard_blind(&g), 0);
	CHECK_INT(look(&g, head, &why), strlen(head));
	CHECK_INT(guard_blind(&g), 10);
	guard_went_by(&g, 4);
	CHECK_INT(guard_blind(&g), 6);
	CHECK_INT(look(&g, "56", &why), 2);
	guard_went_by(&g, 4);
	CHECK_INT(guard_blind(&g), 0); /* the next request is looked at */
	CHECK_INT(look(&g, evil, &why), -1);
	CHECK_INT(why, GATEWAY_WHY_OTHER);

	guard_init(&g, "a.example");
	CHECK_INT(look(&g, chunked, &why), strlen(chunked));
	CHECK_INT(guard_blind(&g), 5); /* of this chunk, not its end */
	guard_went_by(&g, 5);
	CHECK_INT(guard_blind(&g), 0);
	CHECK_INT(look(&g, "\r\n0\r\n\r\n", &why), 7);
	CHECK_INT(guard_blind(&g), 0);
	CHECK_INT(look(&g, evil, &why), -1);

	guard_init(&g, "a.example");
	CHECK_INT(look(&g, "SSH-2.0-x\r\n", &why), 11);
	CHECK(guard_blind(&g) > 1ULL << 40);
	guard_went_by(&g, 1 << 20);
	CHECK(guard_blind(&g) > 1ULL << 40);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "special addresses are known", special_addresses_are_known },
		{ "questions are read", questions_are_read },
		{ "what is no question is told apart", what_is_no_question_is_told_apart },
		{ "answers have their address", answers_have_their_address },
		{ "names keep their addresses", names_keep_their_addresses },
		{ "addresses of nobody are known", addresses_of_nobody_are_known },
		{ "refusals are deduplicated", refusals_are_deduplicated },
		{ "a flood of refusals is bounded and counted",
		  a_flood_of_refusals_is_bounded_and_counted },
		{ "traffic is counted by name", traffic_is_counted_by_name },
		{ "openings pass, wait or are refused", openings_pass_wait_or_are_refused },
		{ "each request of a connection is looked at",
		  each_request_of_a_connection_is_looked_at },
		{ "nothing is held for ever", nothing_is_held_for_ever },
		{ "an upgrade is the server's to give", an_upgrade_is_the_servers_to_give },
		{ "a line with a NUL is watched", a_line_with_a_nul_is_watched },
		{ "only payload goes by unseen", only_payload_goes_by_unseen },
		{ "hellos have their name", hellos_have_their_name },
		{ "the wall knows what to answer", the_wall_knows_what_to_answer },
		{ "reports are checked", reports_are_checked },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
