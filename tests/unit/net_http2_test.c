/*
 * The broker with a provider that speaks HTTP/2 only (tests/peers/h2.h): what the guest
 * gets is HTTP/1.1, and nothing of it waits for anything.
 */
#include <arpa/inet.h>
#include <sys/prctl.h>

#include "tests/peers/h2.h"
#include "tests/unit/broker_fixture.h"

static const char *pem;

static void provider_start(struct provider *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2];
	socklen_t len = sizeof(a);

	bind(fd, (struct sockaddr *)&a, sizeof(a));
	listen(fd, 64);
	getsockname(fd, (struct sockaddr *)&a, &len);
	p->port = ntohs(a.sin_port);
	p->base = "https://localhost";
	p->ca = pem;
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	p->pid = fork();
	if (!p->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pair[0]);
		h2_serve(fd, pair[1]);
	}
	close(fd);
	close(pair[1]);
	p->seen = pair[0];
}

/* The next request that reached the provider. */
static const char *told(struct world *w, char text[8192])
{
	struct error err;

	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end; loop_turn(&w->loop, 5, &err)) {
		ssize_t n = recv(w->provider.seen, text, 8191, MSG_DONTWAIT);

		text[n > 0 ? n : 0] = '\0';
		if (n > 0)
			break;
	}
	return text;
}

static int connection_of(const char *text)
{
	const char *at = strstr(text, "conn=");

	return at ? atoi(at + 5) : -1;
}

static int ask(struct world *w, const char *request)
{
	int fd = guest(w);

	say(w, fd, request, strlen(request));
	return fd;
}

static void a_request_is_the_same_over_http_2(void)
{
	static const char post[] = REQUEST("POST /echo?a=b",
		"Content-Length: 5\r\nx-api-key: placeholder\r\nAuthorization: Bearer guest\r\nCookie: c=placeholder\r\n"
		"TE: trailers\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-Own: 2\r\n") "hello";
	char out[4096] = "", text[8192];
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = ask(&w, REQUEST("GET /hints", ""));
	CHECK(hear(&w, fd, out, sizeof(out), "\r\n\r\n6\r\nhinted\r\n0\r\n\r\n"));
	CHECK(!strncmp(out, "HTTP/1.1 200 OK\r\n", 17));
	CHECK(strstr(out, "x-mine: yes\r\n") && !strcasestr(out, "set-cookie"));
	CHECK(!strstr(out, "103") && !strstr(out, "evil")); /* hints and trailers are not passed on */
	CHECK_INT(connection_of(told(&w, text)), 1);
	/* the next one on the same connection, of both sides */
	out[0] = '\0';
	say(&w, fd, post, strlen(post));
	if (!hear(&w, fd, out, sizeof(out), "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
		CHECK_FAIL("%s", out);
	told(&w, text);
	if (strncmp(text, "POST /base/echo?a=b conn=1 stream=", 34) != 0)
		CHECK_FAIL("%s", text);
	CHECK(strstr(text, "\nx-api-key: " KEY "\n") && strstr(text, "\nx-own: 2\n"));
	CHECK(strstr(text, "\n:scheme: https\n"));
	CHECK(!strstr(text, "placeholder") && !strstr(text, "guest") && !strstr(text, "x-hop") && !strstr(text, "te:"));
	close(fd);
	world_end(&w);
}

static void each_event_goes_on_at_once(void)
{
	char out[4096] = "", text[8192], want[32];
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = ask(&w, REQUEST("GET /events", ""));
	CHECK(strstr(told(&w, text), "/base/events"));
	for (int i = 0; i < 3; i++) {
		snprintf(want, sizeof(want), "data: %d\n\n", i);
		CHECK(!strstr(out, want));
		CHECK(send(w.provider.seen, "g", 1, 0) == 1);
		if (!hear(&w, fd, out, sizeof(out), want))
			CHECK_FAIL("event %d did not come: %s", i, out);
	}
	CHECK(hear(&w, fd, out, sizeof(out), "0\r\n\r\n"));
	close(fd);
	world_end(&w);
}

/* Each piece of the body is answered before the next is sent. */
static void bodies_stream_both_ways_at_once(void)
{
	char out[8192] = "", piece[32], text[8192];
	struct world w;
	int fd;

	world_start(&w, provider_start);
	fd = ask(&w, REQUEST("POST /echo", "Transfer-Encoding: chunked\r\n"));
	for (int i = 0; i < 5; i++) {
		snprintf(piece, sizeof(piece), "7\r\npiece-%d\r\n", i);
		say(&w, fd, piece, strlen(piece));
		snprintf(piece, sizeof(piece), "piece-%d", i);
		if (!hear(&w, fd, out, sizeof(out), piece))
			CHECK_FAIL("piece %d did not come back: %s", i, out);
	}
	say(&w, fd, "0\r\n\r\n", 5);
	told(&w, text);
	close(fd);
	world_end(&w);
}

enum { AT_ONCE = 6 };

static void requests_at_a_time_do_not_wait_for_each_other(void)
{
	int fd[AT_ONCE], held, conns = 0, seen_conn[64] = { 0 };
	char out[4096], text[8192];
	struct world w;

	world_start(&w, provider_start);
	held = ask(&w, REQUEST("GET /silent", ""));
	CHECK(strstr(told(&w, text), "/base/silent"));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < AT_ONCE; i++)
			fd[i] = ask(&w, REQUEST("POST /echo", "Content-Length: 5\r\n") "hello");
		for (int i = 0; i < AT_ONCE; i++) {
			out[0] = '\0';
			if (!hear(&w, fd[i], out, sizeof(out), "hello\r\n0\r\n\r\n"))
				CHECK_FAIL("round %d, %d: %s", round, i, out);
			close(fd[i]);
		}
		for (int i = 0; i < AT_ONCE; i++) {
			int c = connection_of(told(&w, text));

			CHECK(c > 0 && c < 64);
			conns += !seen_conn[c];
			seen_conn[c] = 1;
		}
	}
	/* Connections are kept: one for each that runs at a time, not one for each. */
	if (conns > AT_ONCE)
		CHECK_FAIL("%d connections for %d at a time", conns, AT_ONCE);
	close(held);
	world_end(&w);
}

static void what_breaks_off_is_told(void)
{
	static const struct { const char *ask, *gets; bool half; } cases[] = {
		{ REQUEST("GET /goaway", ""), "half", true },
		{ REQUEST("GET /reset", ""), "half", true },
		{ REQUEST("GET /refused", ""), "vmdeck: acme cannot be reached: it broke the connection off", false },
		{ REQUEST("GET /garbage", ""), "vmdeck: acme cannot be reached: it ended the connection without", false },
		{ REQUEST("POST /refused", "Content-Length: 5\r\n") "hello", "it took the request back", false },
	};
	char out[4096], text[8192];
	struct world w;
	int fd;

	world_start(&w, provider_start);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		out[0] = '\0';
		fd = ask(&w, cases[i].ask);
		if (!hear(&w, fd, out, sizeof(out), NULL) || !strstr(out, cases[i].gets))
			CHECK_FAIL("case %zu: %s", i, out);
		CHECK(cases[i].half ? !strstr(out, "0\r\n\r\n") : !strncmp(out, "HTTP/1.1 502 ", 13));
		close(fd);
	}
	while (recv(w.provider.seen, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
	/* and the next one is served */
	out[0] = '\0';
	fd = ask(&w, REQUEST("POST /echo", "Content-Length: 5\r\n") "after");
	CHECK(hear(&w, fd, out, sizeof(out), "after\r\n0\r\n\r\n"));
	for (uint64_t end = now_ms() + PATIENCE_MS; now_ms() < end && (w.figures.open || w.figures.requests < 6); )
		loop_turn(&w.loop, 20, &(struct error){ 0 });
	CHECK_INT(w.figures.open, 0);
	CHECK_INT(w.figures.errors, 5);
	close(fd);
	world_end(&w);
}

static void a_guest_that_does_not_read_holds_the_provider(void)
{
	static char block[65536];
	char text[8192];
	long sent = 0, before = -1, got = 0;
	int fd, quiet = 0;
	struct world w;
	struct error err;

	world_start(&w, provider_start);
	fd = ask(&w, REQUEST("GET /big", "Connection: close\r\n"));
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
	printf("  %ld KiB were sent\n", sent >> 10);
	fflush(stdout);
	CHECK(sent < H2_BIG / 2); /* what windows and sockets hold, and no more */
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
	CHECK(got > H2_BIG);
	close(fd);
	world_end(&w);
}

static void without_its_certificate_nothing_is_sent(void)
{
	char out[4096] = "";
	struct broker_provider p = { .local = true };
	struct world w;
	int fd;

	world_start(&w, provider_start);
	w.provider.ca = NULL;
	CHECK_INT(configure(&w, &p), 0);
	fd = ask(&w, REQUEST("GET /echo", ""));
	CHECK(hear(&w, fd, out, sizeof(out), NULL));
	CHECK(!strncmp(out, "HTTP/1.1 502 ", 13) && strcasestr(out, "certificate"));
	CHECK(recv(w.provider.seen, out, sizeof(out), MSG_DONTWAIT) < 0);
	close(fd);
	world_end(&w);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "a request is the same over HTTP/2", a_request_is_the_same_over_http_2 },
		{ "each event goes on at once", each_event_goes_on_at_once },
		{ "bodies stream both ways at once", bodies_stream_both_ways_at_once },
		{ "requests at a time do not wait for each other", requests_at_a_time_do_not_wait_for_each_other },
		{ "what breaks off is told", what_breaks_off_is_told },
		{ "a guest that does not read holds the provider", a_guest_that_does_not_read_holds_the_provider },
		{ "without its certificate nothing is sent", without_its_certificate_nothing_is_sent },
		{ NULL, NULL },
	};

	pem = h2_certificate();
	return pem ? test_main(tests, argc, argv) : 1;
}
