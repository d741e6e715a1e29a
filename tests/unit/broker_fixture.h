/*
 * The broker with a guest on one side and a provider, some child of the test, on the
 * other, for tests of what is between them.
 */
#ifndef TESTS_UNIT_BROKER_FIXTURE_H
#define TESTS_UNIT_BROKER_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/net/broker.h"
#include "engine/net/gateway.h"
#include "tests/test.h"

#define KEY "sk-real-4242"
enum { PATIENCE_MS = 20000 };

/* The provider: a child that serves connections and writes each request to `seen`, one
 * packet each. */
struct provider {
	pid_t pid;
	int seen; /* SOCK_SEQPACKET */
	int port;
	const char *base; /* of its URLs; NULL: http and its address */
	const char *ca;   /* PEM, or NULL */
};

/* The world of one test. */
struct world {
	struct provider provider;
	struct loop loop;
	struct broker *broker;
	struct broker_figures figures;
	struct broker_times times;
	bool public;
};

static inline void on_report(void *arg, const void *report, size_t n)
{
	struct world *w = arg;
	struct broker_figures rows[BROKER_PROVIDERS];

	if (broker_report_read(report, n, rows) > 0)
		w->figures = rows[0];
}

static inline bool on_is_public(void *arg, const struct sockaddr *a, socklen_t len)
{
	(void)a;
	(void)len;
	return ((struct world *)arg)->public;
}

static inline int configure(struct world *w, struct broker_provider *p)
{
	static uint8_t config[BROKER_CONFIG_MAX];
	struct error err;
	long n;

	snprintf(p->name, sizeof(p->name), "acme");
	if (!p->base[0])
		snprintf(p->base, sizeof(p->base), "%s:%d/base", w->provider.base ? w->provider.base : "http://127.0.0.1",
			 w->provider.port);
	p->ca = w->provider.ca;
	p->ca_len = p->ca ? strlen(p->ca) : 0;
	snprintf(p->header, sizeof(p->header), "x-api-key");
	p->secret = KEY;
	p->secret_len = strlen(KEY);
	n = broker_config_write(config, sizeof(config), p, 1);
	return n < 0 ? -1 : broker_configure(w->broker, config, (size_t)n, &err);
}

static inline void world_start(struct world *w, void (*provider_start)(struct provider *p))
{
	struct broker_host host = { on_report, on_is_public, w, &w->times };
	struct broker_provider p = { .local = true };
	struct error err;

	*w = (struct world){ .public = true, .times = gateway_times_usual.broker };
	provider_start(&w->provider);
	CHECK(loop_init(&w->loop, &err) == 0);
	w->broker = broker_new(&w->loop, &host, &err);
	CHECK(w->broker);
	CHECK_INT(configure(w, &p), 0);
}

static inline void world_end(struct world *w)
{
	broker_free(w->broker);
	loop_done(&w->loop);
	kill(w->provider.pid, SIGKILL);
	waitpid(w->provider.pid, NULL, 0);
	close(w->provider.seen);
}

/* A guest's connection. */
static inline int guest(struct world *w)
{
	int pair[2];

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	broker_take(w->broker, pair[1], "", 0);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	return pair[0];
}

static inline void say(struct world *w, int fd, const char *s, size_t n)
{
	struct error err;

	while (n) {
		ssize_t sent = send(fd, s, n, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return;
		if (sent > 0) {
			s += sent;
			n -= (size_t)sent;
		}
		loop_turn(&w->loop, 5, &err);
	}
}

/* Read until the text has come, or the connection ended (text NULL). */
static inline bool hear(struct world *w, int fd, char *out, size_t cap, const char *text)
{
	uint64_t end = now_ms() + PATIENCE_MS;
	size_t n = strlen(out);
	struct error err;

	while (now_ms() < end) {
		ssize_t got = recv(fd, out + n, cap - 1 - n, 0);

		if (got > 0)
			out[n += (size_t)got] = '\0';
		if (text && strstr(out, text))
			return true;
		if (got == 0 || (got < 0 && errno != EAGAIN))
			return !text;
		loop_turn(&w->loop, 5, &err);
	}
	return false;
}

/* What reached the provider; "" when nothing did. */
static inline const char *seen(struct world *w)
{
	static char text[65536];
	struct error err;
	ssize_t n;

	for (int i = 0; i < 3; i++)
		loop_turn(&w->loop, 0, &err);
	n = recv(w->provider.seen, text, sizeof(text) - 1, MSG_DONTWAIT);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

#define REQUEST(line, headers) line " HTTP/1.1\r\nHost: acme.vmdeck\r\n" headers "\r\n"

#endif
