/*
 * The broker between a guest's connection and a provider: the real libcurl, and a
 * server of our own on the loopback that tells what reached it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/http_body.h"
#include "engine/net/http_request.h"
#include "tests/unit/broker_fixture.h"

enum { BIG = 48 << 20 };

static void write_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t w = write(fd, s, n);

		if (w <= 0)
			_exit(0);
		s += w;
		n -= (size_t)w;
	}
}

static void answer(int fd, int seen, const struct http_request *r, const char *body, size_t n)
{
	char text[512];

	if (http_span_is(r->path, "/base/echo")) {
		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nAlt-Svc: h3\r\n"
			 "Set-Cookie: a=b\r\nX-Mine: yes\r\n\r\n", n);
		write_all(fd, text, strlen(text));
		write_all(fd, body, n);
	} else if (http_span_is(r->path, "/base/redirect")) {
		static const char no[] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
					 "Content-Length: 0\r\n\r\n";
		write_all(fd, no, strlen(no));
	} else if (http_span_is(r->path, "/base/events")) {
		static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
					   "Transfer-Encoding: chunked\r\n\r\n";
		char go;

		write_all(fd, head, strlen(head));
		for (int i = 0; i < 3; i++) {
			snprintf(text, sizeof(text), "9\r\ndata: %d\n\n\r\n", i);
			write_all(fd, text, strlen(text));
			if (recv(seen, &go, 1, 0) != 1) /* the test has it */
				_exit(0);
		}
		write_all(fd, "0\r\n\r\n", 5);
	} else if (http_span_is(r->path, "/base/half")) {
		write_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 43);
		shutdown(fd, SHUT_RDWR);
	} else if (http_span_is(r->path, "/base/both")) {
		static const char both[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
					   "5\r\nwhole\r\n0\r\n\r\n";
		write_all(fd, both, strlen(both));
	} else if (http_span_is(r->path, "/base/silent")) {
		pause();
	} else if (http_span_is(r->path, "/base/trails-off")) {
		write_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 43);
		pause();
	} else if (http_span_is(r->path, "/base/big")) {
		static char block[65536];

		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BIG);
		write_all(fd, text, strlen(text));
		for (int sent = 0; sent < BIG; sent += (int)sizeof(block)) {
			write_all(fd, block, sizeof(block));
			snprintf(text, sizeof(text), "%d", sent);
			send(seen, text, strlen(text), MSG_DONTWAIT);
		}
	} else {
		static const char no[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
		write_all(fd, no, strlen(no));
	}
}

static void serve(int fd, int seen)
{
	static char in[1 << 20], body[1 << 20];
	size_t n = 0;

	for (;;) {
		struct http_request r;
		struct http_refusal no;
		struct http_body b;
		size_t at, len = 0;
		int got = http_request_parse(&r, (uint8_t *)in, n, NULL, &no);
		ssize_t more;

		if (got < 0)
			_exit(1);
		if (!got) {
			more = read(fd, in + n, sizeof(in) - n);
			if (more <= 0)
				return;
			n += (size_t)more;
			continue;
		}
		http_body_begin(&b, &r);
		for (at = r.head_len; !http_body_done(&b); ) {
			struct http_span out;
			long used = http_body_take(&b, (uint8_t *)in + at, n - at, &out);

			if (used < 0)
				_exit(1);
			memcpy(body + len, out.at, out.n);
			len += out.n;
			at += (size_t)used;
			if (at == n && !http_body_done(&b)) {
				more = read(fd, in + n, sizeof(in) - n);
				if (more <= 0)
					return;
				n += (size_t)more;
			}
		}
		send(seen, in, r.head_len < 60000 ? r.head_len : 60000, 0);
		answer(fd, seen, &r, body, len);
		memmove(in, in + at, n - at);
		n -= at;
	}
}

static void provider_start(struct provider *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int pair[2], fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	bind(fd, (struct sockaddr *)&a, sizeof(a));
	listen(fd, 16);
	getsockname(fd, (struct sockaddr *)&a, &len);
	p->port = ntohs(a.sin_port);
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	p->pid = fork();
	if (!p->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		close(pair[0]);
		for (;;) {
			int c = accept(fd, NULL, NULL);

			if (c < 0)
				_exit(0);
			if (!fork()) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				serve(c, pair[1]);
				_exit(0);
			}
			close(c);
		}
	}
	close(fd);
	close(pair[1]);
	p->seen = pair[0];
}

static void the_real_key_goes_out_and_the_guests_does_not(void)
{
	static const char ask[] = REQUEST("POST /echo", "X-Api-Key: placeholder\r\nAuthorization: Bearer placeholder\r\n"
		"Cookie: c=placeholder\r\nproxy-authorization: placeholder\r\nx_api_key: placeholder\r\n"
		"Connection: x-hop\r\nX-Hop: placeholder\r\nX-Keep: kept\r\nX-Empty:\r\nContent-Length: 5\r\n") "hello";
	char out[4096] = "";
	struct world w;
	const char *got;
	int fd;

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, ask, strlen(ask));
	CHECK(hear(&w, fd, out, sizeof(out), "hello"));
	got = seen(&w);
	CHECK(strstr(got, "POST /base/echo HTTP/1.1\r\n"));
	CHECK(strstr(got, "x-api-key: " KEY "\r\n"));
	CHECK(!strstr(got, "placeholder"));
	CHECK(strstr(got, "X-Keep: kept\r\n"));
	CHECK(strstr(got, "X-Empty:"));
	CHECK(strstr(got, "Host: 127.0.0.1"));
	CHECK(!strstr(got, "vmdeck"));
	CHECK(!strstr(out, KEY));
	CHECK(strstr(out, "X-Mine: yes"));
	CHECK(!strcasestr(out, "alt-svc") && !strcasestr(out, "set-cookie"));
	/* once more on the same connection, the body in chunks and in pieces */
	out[0] = '\0';
	say(&w, fd, REQUEST("PUT /echo", "Transfer-Encoding: chunked\r\n"), strlen(REQUEST("PUT /echo", "Transfer-Encoding: chunked\r\n")));
	for (const char *p = "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"; *p; p++)
		say(&w, fd, p, 1);
	CHECK(hear(&w, fd, out, sizeof(out), "abcdefg"));
	for (int i = 0; i < 200 && w.figures.requests < 2; i++)
		loop_turn(&w.loop, 20, &(struct error){ 0 });
	CHECK_INT(w.figures.requests, 2);
	CHECK_INT(w.figures.in, 12);
	CHECK_INT(w.figures.out, 12);
	CHECK_INT(w.figures.errors, 0);
	close(fd);
	world_end(&w);
}

static void each_event_goes_on_at_once(void)
{
	static const char ask[] = REQUEST("GET /events", "");
	char out[4096] = "", want[16];
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, ask, strlen(ask));
	for (int i = 0; i < 3; i++) {
		/* the provider sends the next one only when this one has been seen */
		snprintf(want, sizeof(want), "data: %d", i);
		CHECK(hear(&w, fd, out, sizeof(out), want));
		send(w.provider.seen, "g", 1, 0);
	}
	CHECK(hear(&w, fd, out, sizeof(out), "0\r\n\r\n"));
	CHECK(strstr(out, "text/event-stream"));
	close(fd);
	world_end(&w);
}

static void a_guest_that_does_not_read_holds_the_provider(void)
{
	static const char ask[] = REQUEST("GET /big", "Connection: close\r\n");
	static char block[65536];
	struct world w;
	struct error err;
	long sent = 0, before = -1, got = 0;
	int fd, quiet = 0;
	char text[64];

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, ask, strlen(ask));
	while (quiet < 20) {
		ssize_t n;

		loop_turn(&w.loop, 20, &err);
		while ((n = recv(w.provider.seen, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
			text[n] = '\0';
			sent = strtol(text, NULL, 10);
		}
		quiet = sent == before && sent ? quiet + 1 : 0;
		before = sent;
	}
	CHECK(sent < BIG / 2); /* what sockets hold, and no more */
	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end; ) {
		ssize_t n = recv(fd, block, sizeof(block), 0);

		if (n == 0)
			break;
		if (n > 0)
			got += n;
		else
			loop_turn(&w.loop, 5, &err);
		while (recv(w.provider.seen, text, sizeof(text), MSG_DONTWAIT) > 0)
			;
	}
	CHECK(got > BIG && got < BIG + 400);
	close(fd);
	world_end(&w);
}

static void nothing_leads_elsewhere(void)
{
	static const struct { const char *ask; int status; } cases[] = {
		{ REQUEST("GET /../admin", ""), 400 },
		{ REQUEST("GET /..", ""), 400 },
		{ REQUEST("GET /a/%2e%2E/x", ""), 400 },
		{ REQUEST("GET /a/%252e%252e/x", ""), 400 },
		{ REQUEST("GET /a/..%2fx", ""), 400 },
		{ REQUEST("GET /a/..%5cx", ""), 400 },
		{ REQUEST("GET /a\\..\\x", ""), 400 },
		{ REQUEST("GET /a/..;x/y", ""), 400 },
		{ REQUEST("GET /./x", ""), 400 },
		{ REQUEST("GET /a%0d%0aX:y", ""), 400 },
		{ REQUEST("GET http://other.example/", ""), 400 },
		{ "GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n", 404 },
		{ "GET / HTTP/1.1\r\nHost: other.vmdeck\r\n\r\n", 404 },
		{ "GET / HTTP/1.1\r\nHost: acme.vmdeck.example\r\n\r\n", 404 },
		{ "GET / HTTP/1.1\r\nHost: acme.vmdeck:8080\r\n\r\n", 404 },
		{ "GET / HTTP/1.1\r\nHost: x.acme.vmdeck\r\n\r\n", 404 },
		{ "GET / HTTP/1.0\r\n\r\n", 404 },
		{ "CONNECT acme.vmdeck:80 HTTP/1.1\r\nHost: acme.vmdeck\r\n\r\n", 405 },
		{ REQUEST("TRACE /", ""), 405 },
		{ REQUEST("OPTIONS *", ""), 400 },
		{ REQUEST("BREW /pot", ""), 405 },
		{ REQUEST("POST /echo", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400 },
		{ "GET / HTTP/1.1\nHost: acme.vmdeck\n\n", 400 },
		{ "\x16\x03\x01 hello", 400 },
	};
	struct world w;

	world_start(&w, provider_start);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char out[4096] = "", want[32];
		int fd = guest(&w);

		say(&w, fd, cases[i].ask, strlen(cases[i].ask));
		snprintf(want, sizeof(want), "HTTP/1.1 %d ", cases[i].status);
		if (!hear(&w, fd, out, sizeof(out), NULL) || strncmp(out, want, strlen(want)) != 0)
			CHECK_FAIL("case %zu: %s", i, out);
		if (strstr(cases[i].ask, "HEAD ") != cases[i].ask)
			CHECK(strstr(out, "\"message\": \"vmdeck: "));
		if (seen(&w)[0])
			CHECK_FAIL("case %zu reached the provider: %.60s", i, seen(&w));
		close(fd);
	}
	world_end(&w);
}

static void a_redirect_is_an_answer_like_any_other(void)
{
	char out[4096] = "";
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /redirect", "Connection: close\r\n"), strlen(REQUEST("GET /redirect", "Connection: close\r\n")));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(!strncmp(out, "HTTP/1.1 302 ", 13));
	CHECK(strstr(seen(&w), "/base/redirect"));
	CHECK(!seen(&w)[0]);
	close(fd);
	world_end(&w);
}

static void caps_are_kept(void)
{
	static const char ask[] = REQUEST("POST /echo", "Content-Length: 5\r\n") "hello";
	struct broker_provider p = { .local = true, .requests_per_hour = 2 };
	struct broker_provider q = { .local = true, .bytes_per_hour = 1 << 20 };
	static char big[8 << 20];
	char out[4096] = "";
	struct world w;
	int fd;

	world_start(&w, provider_start);
	CHECK_INT(configure(&w, &p), 0);
	for (int i = 0; i < 3; i++) {
		fd = guest(&w);
		out[0] = '\0';
		say(&w, fd, ask, strlen(ask));
		CHECK(hear(&w, fd, out, sizeof(out), i < 2 ? "hello" : "vmdeck_cap"));
		close(fd);
	}
	CHECK(!strncmp(out, "HTTP/1.1 429 ", 13));
	CHECK(strstr(out, "retry-after: "));
	/* bytes: an answer that is longer than the cap is cut, and is seen to be */
	CHECK_INT(configure(&w, &q), 0);
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /big", ""), strlen(REQUEST("GET /big", "")));
	hear(&w, fd, big, sizeof(big), NULL);
	CHECK(strstr(big, "content-length: "));
	close(fd);
	out[0] = '\0';
	fd = guest(&w);
	say(&w, fd, ask, strlen(ask));
	CHECK(hear(&w, fd, out, sizeof(out), "vmdeck_cap"));
	close(fd);
	for (int i = 0; i < 200 && !w.figures.capped; i++)
		loop_turn(&w.loop, 20, &(struct error){ 0 });
	CHECK_INT(w.figures.capped, 1);
	CHECK(w.figures.in < 2 << 20);
	world_end(&w);
}

static void special_addresses_are_refused_unless_meant(void)
{
	struct broker_provider p = { .base = "https://localhost:1/base" };
	char out[4096] = "";
	struct world w;
	int fd;

	world_start(&w, provider_start);
	snprintf(p.base, sizeof(p.base), "https://localhost:%d/base", w.provider.port);
	w.public = false;
	CHECK_INT(configure(&w, &p), 0);
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /echo", ""), strlen(REQUEST("GET /echo", "")));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(!strncmp(out, "HTTP/1.1 502 ", 13));
	CHECK(strstr(out, "special-purpose"));
	CHECK(!seen(&w)[0]);
	close(fd);
	world_end(&w);
}

static void half_an_answer_is_not_taken_for_a_whole_one(void)
{
	static const char ask[] = REQUEST("GET /half", "");
	char out[4096] = "";
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, ask, strlen(ask));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(strstr(out, "content-length: 100"));
	close(fd);
	world_end(&w);
}

/* The guest is told one length, the one that is true. */
static void an_answer_with_two_lengths_has_one(void)
{
	char out[4096] = "";
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /both", "Connection: close\r\n"), strlen(REQUEST("GET /both", "Connection: close\r\n")));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(strstr(out, "5\r\nwhole\r\n0\r\n\r\n") && !strcasestr(out, "content-length"));
	close(fd);
	world_end(&w);
}

static void a_guest_that_goes_away_ends_its_requests(void)
{
	static const char ask[] = REQUEST("GET /events", "");
	struct world w;
	struct error err;
	char out[4096] = "";
	int fd;

	world_start(&w, provider_start);
	for (int i = 0; i < 100; i++) {
		out[0] = '\0';
		fd = guest(&w);
		say(&w, fd, ask, strlen(ask) - (i % 3 == 2 ? 5 : 0));
		if (i % 3 == 0)
			CHECK(hear(&w, fd, out, sizeof(out), "data: 0"));
		close(fd);
	}
	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end && (!w.figures.requests || w.figures.open); )
		loop_turn(&w.loop, 50, &err);
	CHECK_INT(w.figures.open, 0);
	world_end(&w);
}

static void configurations_are_checked(void)
{
	static const struct { const char *base; bool local; int result; } cases[] = {
		{ "https://api.example.com", false, 0 },
		{ "https://api.example.com/v1", false, 0 },
		{ "https://api.example.com:8443/v1", false, 0 },
		{ "http://127.0.0.1:11434/v1", false, 0 },
		{ "http://[::1]:11434", false, 0 },
		{ "http://localhost:1", false, 0 },
		{ "http://llm.lan", true, 0 },
		{ "http://llm.lan", false, -1 },
		{ "https://api.example.com/", false, -1 },
		{ "https://api.example.com/v1?x=y", false, -1 },
		{ "https://user@api.example.com", false, -1 },
		{ "https://api.example.com#x", false, -1 },
		{ "https://", false, -1 },
		{ "https://:80", false, -1 },
		{ "https://a b", false, -1 },
		{ "https://0177.1", false, -1 },
		{ "https://a/../b", false, -1 },
		{ "ftp://a", false, -1 },
	};
	struct broker_provider p = { .name = "acme", .base = "https://a.example", .secret = "a\r\nb", .secret_len = 4 };
	struct broker_provider out[BROKER_PROVIDERS];
	uint8_t config[1024];
	long n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error err = { 0 };

		if (broker_base_check(cases[i].base, cases[i].local, NULL, &err) != cases[i].result)
			CHECK_FAIL("case %zu: %s", i, err.msg);
	}
	n = broker_config_write(config, sizeof(config), &p, 1);
	CHECK(n > 0 && broker_config_read(config, (size_t)n, out) == -1);
	p.secret = "fine";
	n = broker_config_write(config, sizeof(config), &p, 1);
	CHECK_INT(broker_config_read(config, (size_t)n, out), 1);
	for (long cut = 0; cut < n; cut++)
		CHECK_INT(broker_config_read(config, (size_t)cut, out), -1);
	CHECK_INT(broker_config_write(config, 40, &p, 1), -1);
}

/* Time: what hangs is left alone for so long and no longer. */

static void world_start_hasty(struct world *w)
{
	world_start(w, provider_start);
	w->times = (struct broker_times){ .idle_ms = 150, .stuck_ms = 400, .sweep_ms = 20, .provider_s = 1,
					  .minute_ms = 20 };
}

static void a_guest_that_says_no_more_is_given_up(void)
{
	static const char *const begun[] = { "", "GET /ec", REQUEST("GET /echo", ""), NULL };
	struct world w;

	world_start_hasty(&w);
	for (const char *const *b = begun; *b; b++) {
		char out[4096] = "";
		int fd = guest(&w);

		say(&w, fd, *b, strlen(*b));
		if (!hear(&w, fd, out, sizeof(out), NULL))
			CHECK_FAIL("\"%.8s\" is kept", *b);
		CHECK(strlen(*b) < 10 ? !out[0] : strstr(out, "200 OK") != NULL); /* its answer came, and then no request */
		close(fd);
	}
	world_end(&w);
}

/* Nothing is left of the call: the provider's side is closed, and there is room again. */
static bool is_idle(struct world *w)
{
	struct error err;

	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end && w->figures.open; )
		loop_turn(&w->loop, 20, &err);
	return !w->figures.open;
}

static void a_guest_that_does_not_take_its_answer_is_given_up(void)
{
	struct world w;
	struct error err;
	int fd;

	world_start_hasty(&w);
	w.times.provider_s = 60;
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /big", ""), strlen(REQUEST("GET /big", "")));
	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end && !w.figures.requests; )
		loop_turn(&w.loop, 20, &err);
	CHECK_INT(w.figures.requests, 1);
	CHECK(is_idle(&w));
	close(fd);
	world_end(&w);
}

static void a_provider_that_says_nothing_is_given_up(void)
{
	char out[4096] = "";
	struct world w;
	int fd;

	world_start_hasty(&w);
	w.times.stuck_ms = 60000;
	fd = guest(&w);
	say(&w, fd, REQUEST("GET /silent", ""), strlen(REQUEST("GET /silent", "")));
	CHECK(hear(&w, fd, out, sizeof(out), "vmdeck_unreachable"));
	CHECK(!strncmp(out, "HTTP/1.1 502 ", 13));
	CHECK(strstr(out, "it sent nothing for too long"));
	close(fd);
	fd = guest(&w);
	out[0] = '\0';
	say(&w, fd, REQUEST("GET /trails-off", ""), strlen(REQUEST("GET /trails-off", "")));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(strstr(out, "\r\n\r\nhal")); /* and then no end: the connection broke */
	CHECK(is_idle(&w));
	CHECK_INT(w.figures.errors, 2);
	close(fd);
	world_end(&w);
}

static bool asks(struct world *w, char out[4096])
{
	static const char ask[] = REQUEST("POST /echo", "Content-Length: 5\r\nConnection: close\r\n") "hello";
	int fd = guest(w);

	out[0] = '\0';
	say(w, fd, ask, strlen(ask));
	hear(w, fd, out, 4096, NULL);
	close(fd);
	return !strncmp(out, "HTTP/1.1 200 ", 13);
}

/* An hour of 60 "minutes" of 20 ms each: what was spent counts for all of it and not a
 * minute longer than that. */
static void caps_are_for_the_hour_that_ends_now(void)
{
	struct broker_provider p = { .local = true, .requests_per_hour = 3 };
	struct broker_provider q = { .local = true, .bytes_per_hour = 10 };
	uint64_t from, hour = 60 * 20;
	char out[4096];
	struct world w;

	world_start(&w, provider_start);
	w.times.minute_ms = 20;
	for (int round = 0; round < 2; round++) {
		CHECK_INT(configure(&w, round ? &q : &p), 0);
		if (round) /* what the first round spent is over */
			while (now_ms() - from < 2 * hour)
				loop_turn(&w.loop, 20, &(struct error){ 0 });
		from = now_ms();
		if (round) {
			CHECK(asks(&w, out)); /* 5 up and 5 down */
		} else {
			for (int i = 0; i < 3; i++)
				CHECK(asks(&w, out));
		}
		while (!asks(&w, out)) {
			CHECK(strstr(out, "vmdeck_cap") && strstr(out, "\r\nretry-after: "));
			CHECK(now_ms() - from < PATIENCE_MS);
		}
		CHECK(now_ms() - from >= hour - 20);
		from = now_ms();
	}
	world_end(&w);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "the real key goes out and the guest's does not",
		  the_real_key_goes_out_and_the_guests_does_not },
		{ "each event goes on at once", each_event_goes_on_at_once },
		{ "a guest that does not read holds the provider",
		  a_guest_that_does_not_read_holds_the_provider },
		{ "nothing leads elsewhere", nothing_leads_elsewhere },
		{ "a redirect is an answer like any other", a_redirect_is_an_answer_like_any_other },
		{ "caps are kept", caps_are_kept },
		{ "special addresses are refused unless meant", special_addresses_are_refused_unless_meant },
		{ "half an answer is not taken for a whole one", half_an_answer_is_not_taken_for_a_whole_one },
		{ "an answer with two lengths has one", an_answer_with_two_lengths_has_one },
		{ "a guest that goes away ends its requests", a_guest_that_goes_away_ends_its_requests },
		{ "a guest that says no more is given up", a_guest_that_says_no_more_is_given_up },
		{ "a guest that does not take its answer is given up",
		  a_guest_that_does_not_take_its_answer_is_given_up },
		{ "a provider that says nothing is given up", a_provider_that_says_nothing_is_given_up },
		{ "caps are for the hour that ends now", caps_are_for_the_hour_that_ends_now },
		{ "configurations are checked", configurations_are_checked },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
