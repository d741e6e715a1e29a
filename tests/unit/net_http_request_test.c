/* HTTP requests as guests send them: taken apart, or refused with the reason. */
#include "engine/net/http_body.h"
#include "engine/net/http_request.h"

#include "tests/test.h"

static int parse(struct http_request *r, const char *text, struct http_refusal *no)
{
	return http_request_parse(r, (const uint8_t *)text, strlen(text), NULL, no);
}

static void good_requests_are_taken_apart(void)
{
	static const struct {
		const char *text, *host, *path;
		int port, form;
	} cases[] = {
		{ "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "/", 0, HTTP_ORIGIN },
		{ "GET /x?y=z HTTP/1.1\r\nHost: A.Example.:8080\r\n\r\n", "a.example", "/x?y=z", 8080, HTTP_ORIGIN },
		{ "GET http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "/", 0, HTTP_ABSOLUTE },
		{ "GET http://a.example:81/p HTTP/1.1\r\nhOST:\ta.example \r\n\r\n", "a.example", "/p", 81, HTTP_ABSOLUTE },
		{ "GET http://[fd00::1]:81/p HTTP/1.0\r\n\r\n", "[fd00::1]", "/p", 81, HTTP_ABSOLUTE },
		{ "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "", 443, HTTP_AUTHORITY },
		{ "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "", 0, HTTP_ASTERISK },
		{ "GET / HTTP/1.0\r\n\r\n", "", "/", 0, HTTP_ORIGIN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct http_request r;
		struct http_refusal no = { 0, "" };

		if (parse(&r, cases[i].text, &no) != 1)
			CHECK_FAIL("case %zu: %s", i, no.why);
		CHECK_STR(r.host, cases[i].host);
		CHECK(http_span_is(r.path, cases[i].path));
		CHECK_INT(r.port, cases[i].port);
		CHECK_INT(r.form, cases[i].form);
		CHECK_INT(r.head_len, strlen(cases[i].text));
	}
}

static void what_two_readers_could_read_differently_is_refused(void)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{ "GET / HTTP/1.1\nHost: a\n\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", 400 },
		{ "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", 400 },
		{ "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "GET //x HTTP/1.1 \r\nHost: a\r\n\r\n", 505 },
		{ "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
		{ "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 505 },
		{ "GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "CONNECT a:0 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "CONNECT a:65536 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501 },
		{ "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 501 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nExpect: dinner\r\n\r\n", 417 },
		{ "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct http_request r;
		struct http_refusal no = { 0, "" };

		if (parse(&r, cases[i].text, &no) != -1 || no.status != cases[i].status)
			CHECK_FAIL("case %zu: %d %s", i, no.status, no.why);
		CHECK(no.why[0]);
	}
}

static void a_head_may_come_byte_by_byte(void)
{
	static const char text[] = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
	struct http_request r;
	struct http_refusal no;
	size_t scanned = 0, n = 0;
	int got = 0;

	while (!got)
		got = http_request_parse(&r, (const uint8_t *)text, ++n, &scanned, &no);
	CHECK_INT(got, 1);
	CHECK_INT(n, strlen(text) - 2);
	CHECK_INT(r.length, 2);
	CHECK(r.keep_alive);
}

static void an_endless_head_is_refused(void)
{
	static uint8_t text[HTTP_HEAD_MAX + 8];
	struct http_request r;
	struct http_refusal no;

	memset(text, 'a', sizeof(text));
	CHECK_INT(http_request_parse(&r, text, HTTP_HEAD_MAX - 1, NULL, &no), 0);
	CHECK_INT(http_request_parse(&r, text, HTTP_HEAD_MAX, NULL, &no), -1);
	CHECK_INT(no.status, 431);
}

/* Feed a body in parts of `step` bytes; gives the payload. -1, or what was used. */
static long collect(const char *text, size_t step, const struct http_request *r, char *out)
{
	struct http_body b;
	size_t at = 0, len = strlen(text);

	http_body_begin(&b, r);
	while (at < len && !http_body_done(&b)) {
		struct http_span got;
		long used = http_body_take(&b, (const uint8_t *)text + at, len - at < step ? len - at : step, &got);

		if (used < 0)
			return -1;
		memcpy(out, got.at, got.n);
		out += got.n;
		at += (size_t)used;
	}
	*out = '\0';
	return http_body_done(&b) ? (long)at : 0;
}

static void bodies_end_where_they_end(void)
{
	static const struct {
		const char *text, *body;
		bool chunked;
		long used;
	} cases[] = {
		{ "hello, next", "hello", false, 5 },
		{ "5\r\nhello\r\n0\r\n\r\nnext", "hello", true, 15 },
		{ "2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nT: x\r\n\r\nnext", "hello", true, 32 },
		{ "0\r\n\r\n", "", true, 5 },
		{ "5\r\nhello", "hello", true, 0 },
		{ "5\nhello", "", true, -1 },
		{ "\r\n", "", true, -1 },
		{ "g\r\n", "", true, -1 },
		{ "-1\r\n", "", true, -1 },
		{ "5\r\nhello!\r\n", "hello", true, -1 },
		{ "1000000000000000\r\n", "", true, -1 },
		{ "0\r\nT: x\n\r\n", "", true, -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t step = 1; step < 40; step += 7) {
			struct http_request r = { .chunked = cases[i].chunked, .length = 5, .has_length = true };
			char out[64] = "";
			long used = collect(cases[i].text, step, &r, out);

			if (used != cases[i].used || (used >= 0 && strcmp(out, cases[i].body) != 0))
				CHECK_FAIL("case %zu in steps of %zu: %ld \"%s\"", i, step, used, out);
		}
}

static void headers_of_one_hop_are_known(void)
{
	struct http_request r;
	struct http_refusal no;

	CHECK_INT(parse(&r, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-One\r\nX-One: 1\r\nX-Two: 2\r\n"
			"Proxy-Authorization: x\r\n\r\n", &no), 1);
	CHECK(!r.keep_alive);
	CHECK(http_request_hop_by_hop(&r, r.headers[1].name));
	CHECK(http_request_hop_by_hop(&r, r.headers[2].name));
	CHECK(!http_request_hop_by_hop(&r, r.headers[3].name));
	CHECK(http_request_hop_by_hop(&r, r.headers[4].name));
	CHECK(http_request_find(&r, "x-two") == &r.headers[3]);
	CHECK(!http_request_find(&r, "x-three"));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "good requests are taken apart", good_requests_are_taken_apart },
		{ "what two readers could read differently is refused",
		  what_two_readers_could_read_differently_is_refused },
		{ "a head may come byte by byte", a_head_may_come_byte_by_byte },
		{ "an endless head is refused", an_endless_head_is_refused },
		{ "bodies end where they end", bodies_end_where_they_end },
		{ "headers of one hop are known", headers_of_one_hop_are_known },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
