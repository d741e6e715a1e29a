/* The QMP client against a peer that we play: what a good one gets, and what
 * a bad one does not achieve. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/vm/qmp.h"
#include "tests/test.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define WELCOME GREETING "{\"return\": {}, \"id\": 1}\r\n"

struct seen {
	struct loop loop;
	struct qmp qmp; /* its callbacks find us from here */
	int peer;
	int gone, violations, events, returns, failures;
	int last_code;
	char why[256], event[64], status[64];
};

static void on_event(struct qmp *q, const char *name, const cJSON *data)
{
	struct seen *s = LIST_ITEM(q, struct seen, qmp);

	(void)data;
	s->events++;
	snprintf(s->event, sizeof(s->event), "%s", name);
}

static void on_gone(struct qmp *q, const char *why, bool violation)
{
	struct seen *s = LIST_ITEM(q, struct seen, qmp);

	s->gone++;
	s->violations += violation;
	snprintf(s->why, sizeof(s->why), "%s", why);
}

static void on_reply(void *arg, const cJSON *ret, const struct error *err)
{
	struct seen *s = arg;

	if (ret) {
		s->returns++;
		json_copy(ret, "status", s->status, sizeof(s->status));
	} else {
		s->failures++;
		s->last_code = err->code;
	}
}

static int begin(struct seen *s, unsigned greeting_ms)
{
	struct error err;
	int pair[2];

	memset(s, 0, sizeof(*s));
	s->qmp.event = on_event;
	s->qmp.gone = on_gone;
	if (loop_init(&s->loop, &err) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	s->peer = pair[1];
	fd_nonblock(s->peer);
	fd_nonblock(pair[0]);
	return qmp_start(&s->qmp, &s->loop, pair[0], greeting_ms, &err);
}

static void end(struct seen *s)
{
	qmp_done(&s->qmp);
	close(s->peer);
	loop_done(&s->loop);
}

/* Turns for 20 ms, and some more should they be over in one of them. */
static void settle(struct seen *s)
{
	struct error err;
	uint64_t quiet = now_ms() + 20;

	for (int turns = 0; turns < 10 || now_ms() < quiet; turns++)
		loop_turn(&s->loop, turns < 10 ? 0 : 5, &err);
}

static void say(struct seen *s, const char *text)
{
	send(s->peer, text, strlen(text), MSG_NOSIGNAL); /* it may have hung up on us already */
	settle(s);
}

static void hear(struct seen *s, char *out, size_t cap)
{
	ssize_t n = read(s->peer, out, cap - 1);

	out[n > 0 ? n : 0] = '\0';
}

static void a_question_waits_for_the_handshake(void)
{
	struct seen s;
	char heard[512];

	CHECK(begin(&s, 120000) == 0);
	CHECK(qmp_ask(&s.qmp, "query-status", NULL, 0, on_reply, &s) == 0);
	hear(&s, heard, sizeof(heard));
	CHECK_STR(heard, "");
	say(&s, GREETING);
	hear(&s, heard, sizeof(heard));
	CHECK_STR(heard, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n");
	say(&s, "{\"return\": {}, \"id\": 1}\r\n");
	CHECK_INT(s.qmp.state, QMP_STATE_READY);
	hear(&s, heard, sizeof(heard));
	CHECK_STR(heard, "{\"execute\":\"query-status\",\"id\":2}\n");
	say(&s, "{\"return\": {\"status\": \"running\"}, \"id\": 2}\r\n");
	CHECK_INT(s.returns, 1);
	CHECK_STR(s.status, "running");
	end(&s);
}

static void answers_may_come_in_pieces_and_out_of_order(void)
{
	static const char text[] = "{\"return\": {\"status\": \"b\"}, \"id\": 3}\r\n"
				   "{\"event\": \"STOP\", \"timestamp\": {}}\n"
				   "{\"error\": {\"class\": \"X\", \"desc\": \"no\"}, \"id\": 2}\n";
	struct seen s;

	CHECK(begin(&s, 120000) == 0);
	say(&s, WELCOME);
	qmp_ask(&s.qmp, "a", NULL, 0, on_reply, &s);
	qmp_ask(&s.qmp, "b", "{\"x\":1}", 0, on_reply, &s);
	for (const char *p = text; *p; p++) {
		struct error err;

		CHECK(write(s.peer, p, 1) == 1);
		loop_turn(&s.loop, 0, &err);
	}
	settle(&s);
	CHECK_INT(s.returns, 1);
	CHECK_INT(s.failures, 1);
	CHECK_INT(s.events, 1);
	CHECK_STR(s.event, "STOP");
	CHECK_INT(s.gone, 0);
	end(&s);
}

static void a_deadline_fails_one_question_and_its_late_answer_is_dropped(void)
{
	struct seen s;
	uint64_t until;
	struct error err;

	CHECK(begin(&s, 120000) == 0);
	say(&s, WELCOME);
	qmp_ask(&s.qmp, "slow", NULL, 30, on_reply, &s);
	qmp_ask(&s.qmp, "patient", NULL, 0, on_reply, &s);
	for (until = now_ms() + 60000; !s.failures && now_ms() < until;)
		loop_turn(&s.loop, 10, &err);
	CHECK_INT(s.failures, 1);
	CHECK_INT(s.last_code, ETIMEDOUT);
	say(&s, "{\"return\": {}, \"id\": 2}\n");
	CHECK_INT(s.returns, 0);
	say(&s, "{\"return\": {}, \"id\": 3}\n");
	CHECK_INT(s.returns, 1);
	CHECK_INT(s.gone, 0);
	end(&s);
}

static void a_silent_handshake_ends(void)
{
	struct seen s;
	uint64_t until;
	struct error err;

	CHECK(begin(&s, 30) == 0);
	qmp_ask(&s.qmp, "query-status", NULL, 0, on_reply, &s);
	for (until = now_ms() + 60000; !s.gone && now_ms() < until;)
		loop_turn(&s.loop, 10, &err);
	CHECK_INT(s.gone, 1);
	CHECK_INT(s.failures, 1);
	end(&s);
}

static void when_it_goes_every_question_fails_once(void)
{
	struct seen s;

	CHECK(begin(&s, 120000) == 0);
	say(&s, WELCOME);
	for (int i = 0; i < QMP_PENDING; i++)
		CHECK(qmp_ask(&s.qmp, "x", NULL, 5000, on_reply, &s) == 0);
	CHECK_INT(qmp_ask(&s.qmp, "one too many", NULL, 0, on_reply, &s), -1);
	shutdown(s.peer, SHUT_RDWR);
	settle(&s);
	CHECK_INT(s.failures, QMP_PENDING);
	CHECK_INT(s.gone, 1);
	CHECK_INT(s.violations, 0);
	CHECK_INT(qmp_ask(&s.qmp, "x", NULL, 0, on_reply, &s), -1);
	end(&s);
}

static void every_violation_ends_it_once(void)
{
	static const struct {
		const char *name, *text;
		bool early; /* before the handshake */
	} cases[] = {
		{ "garbage", "\x01\x02\xff\xfe garbage\n", true },
		{ "garbage later", "}{\n", false },
		{ "no object", "[1,2,3]\n", false },
		{ "an answer first", "{\"return\": {}, \"id\": 1}\n", true },
		{ "two greetings", GREETING, false },
		{ "an id never asked", "{\"return\": {}, \"id\": 77}\n", false },
		{ "no id", "{\"return\": {}}\n", false },
		{ "id of text", "{\"return\": {}, \"id\": \"2\"}\n", false },
		{ "huge id", "{\"return\": {}, \"id\": 1e300}\n", false },
		{ "negative id", "{\"return\": {}, \"id\": -2}\n", false },
		{ "nameless event", "{\"event\": 5}\n", false },
		{ "unknown kind", "{\"hello\": 5}\n", false },
		{ "cut", "{\"event\": \"STO\n", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct seen s;

		CHECK(begin(&s, 120000) == 0);
		if (!cases[i].early)
			say(&s, WELCOME);
		qmp_ask(&s.qmp, "query-status", NULL, 0, on_reply, &s);
		say(&s, cases[i].text);
		say(&s, cases[i].text);
		if (s.gone != 1 || s.violations != 1 || s.failures != 1 || !s.why[0])
			CHECK_FAIL("%s: gone %d, violations %d, failures %d", cases[i].name, s.gone,
				   s.violations, s.failures);
		end(&s);
	}
}

static void a_nul_and_deep_nesting_are_refused(void)
{
	static const char nul[] = "{\"event\": \"A\0B\"}\n";
	struct qmp_reader r;
	struct error err;
	char deep[256];

	qmp_reader_init(&r);
	CHECK_INT(qmp_reader_feed(&r, nul, sizeof(nul) - 1, NULL, NULL, &err), -1);
	qmp_reader_done(&r);
	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\n';
	qmp_reader_init(&r);
	CHECK_INT(qmp_reader_feed(&r, deep, sizeof(deep), NULL, NULL, &err), -1);
	qmp_reader_done(&r);
}

static int count(void *arg, const struct qmp_message *m)
{
	(void)m;
	++*(int *)arg;
	return 0;
}

static long rss_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void a_100_mb_line_costs_its_cap(void)
{
	static char chunk[64 * 1024];
	struct qmp_reader r;
	struct error err;
	long before = rss_kib();
	size_t fed = 0;
	int messages = 0;

	memset(chunk, 'x', sizeof(chunk));
	qmp_reader_init(&r);
	while (fed < 100 * 1000 * 1000 &&
	       qmp_reader_feed(&r, chunk, sizeof(chunk), count, &messages, &err) == 0)
		fed += sizeof(chunk);
	CHECK(fed <= QMP_LINE_MAX);
	qmp_reader_done(&r);
	CHECK(rss_kib() - before <= 1024);
}

static void the_dearest_line_that_is_read_costs_less_than_1_mib(void)
{
	static char line[QMP_LINE_MAX];
	struct qmp_reader r;
	struct error err;
	size_t n = (size_t)sprintf(line, "{\"event\":\"A\",\"data\":[");
	long before;
	int messages = 0;

	for (int i = 0; i < QMP_VALUES_MAX - 10; i++)
		n += (size_t)sprintf(line + n, "\"abcdefghijklmnopqrstuvw\",");
	n += (size_t)sprintf(line + n, "0]}\n");
	qmp_reader_init(&r);
	before = rss_kib();
	CHECK_INT(qmp_reader_feed(&r, line, n, count, &messages, &err), 0);
	CHECK_INT(messages, 1);
	CHECK(rss_kib() - before <= 1024);
	qmp_reader_done(&r);
}

static void a_storm_of_events_leaves_the_loop_its_turns(void)
{
	static char storm[200000];
	struct seen s;
	size_t n = 0, sent = 0;
	int most = 0;

	CHECK(begin(&s, 120000) == 0);
	say(&s, WELCOME);
	while (n + 32 < sizeof(storm))
		n += (size_t)sprintf(storm + n, "{\"event\": \"RTC_CHANGE\"}\n");
	while (sent < n) {
		struct error err;
		ssize_t w = write(s.peer, storm + sent, n - sent);
		int before = s.events;

		sent += w > 0 ? (size_t)w : 0;
		loop_turn(&s.loop, 0, &err);
		most = s.events - before > most ? s.events - before : most;
	}
	for (int i = 0; i < 2000 && s.events < (int)(n / strlen("{\"event\": \"RTC_CHANGE\"}\n")); i++) {
		struct error err;

		loop_turn(&s.loop, 5, &err);
	}
	CHECK_INT(s.events, n / strlen("{\"event\": \"RTC_CHANGE\"}\n"));
	CHECK(most < 1000); /* in one turn, of 8000 that were there */
	CHECK_INT(s.gone, 0);
	end(&s);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "a question waits for the handshake", a_question_waits_for_the_handshake },
		{ "answers may come in pieces and out of order",
		  answers_may_come_in_pieces_and_out_of_order },
		{ "a deadline fails one question and its late answer is dropped",
		  a_deadline_fails_one_question_and_its_late_answer_is_dropped },
		{ "a silent handshake ends", a_silent_handshake_ends },
		{ "when it goes, every question fails once", when_it_goes_every_question_fails_once },
		{ "every violation ends it, once", every_violation_ends_it_once },
		{ "a NUL and deep nesting are refused", a_nul_and_deep_nesting_are_refused },
		{ "a 100 MB line costs its cap", a_100_mb_line_costs_its_cap },
		{ "the dearest line that is read costs less than 1 MiB",
		  the_dearest_line_that_is_read_costs_less_than_1_mib },
		{ "a storm of events leaves the loop its turns",
		  a_storm_of_events_leaves_the_loop_its_turns },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
