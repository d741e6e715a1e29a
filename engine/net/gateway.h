/*
 * The gateway, seen from the supervisor: a process of its own that is the only
 * thing a guest can reach.
 *
 * It is a child of the supervisor (fork), so it stands in the host's network
 * namespace and in the supervisor's pid and user namespaces: the kernel ends it
 * with PID 1. Its listening sockets are made inside the session's namespace by
 * the supervisor's end (engine/net/sockets.h), verified there, and handed over
 * with the policy. The gateway itself has no capability and cannot enter the
 * session's namespace. When it dies, its sockets die: new flows are refused by
 * the kernel at once, and `gone` is called.
 *
 * What comes up from the gateway is checked like a stranger's bytes, because it
 * parses what guests and servers send (engine/net/gateway_wire.h). Names in
 * reports are host names or addresses in plain ASCII, nothing else gets through.
 *
 * Without a policy it refuses everything, so that it can be started for a
 * machine that waits for its session.
 */
#ifndef ENGINE_NET_GATEWAY_H
#define ENGINE_NET_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/loop.h"
#include "engine/net/broker.h"
#include "engine/net/policy.h"
#include "engine/net/sockets.h"

/* The guest's view: see netns.h. */
#define GATEWAY_ADDRESS "10.200.0.1"
enum {
	GATEWAY_DNS = 53,     /* UDP and TCP */
	GATEWAY_BROKER = 80,  /* http://NAME.vmdeck/ */
	GATEWAY_PROXY = 3128, /* for HTTP_PROXY and HTTPS_PROXY */
};
#define GATEWAY_PROXY_URL "http://10.200.0.1:3128"
/* For NO_PROXY: what programs must not send through the proxy. */
#define GATEWAY_NO_PROXY "localhost,127.0.0.1,.vmdeck"

enum gateway_why {
	GATEWAY_WHY_NAME,     /* the policy has no such name (port 0: asked of DNS only) */
	GATEWAY_WHY_PORT,     /* the name, but not this port */
	GATEWAY_WHY_NO_NAME,  /* connected to an address that no name stands for */
	GATEWAY_WHY_SPECIAL,  /* the name resolves to special-purpose addresses only */
	GATEWAY_WHY_OTHER,    /* TLS SNI or HTTP Host is not the name that was connected to */
	GATEWAY_WHY_INVALID,  /* not valid TLS, HTTP or DNS */
	GATEWAY_WHY_LIMIT,    /* too many connections */
	GATEWAY_WHY_RESOLVE,  /* allowed, but the host cannot resolve it */
	GATEWAY_WHY_CONNECT,  /* allowed, but nothing answers there */
	GATEWAY_WHY_COUNT
};
/* "not allowed", "port not allowed", ... */
extern const char *const gateway_why_texts[];
/* The first ones are the policy's and can be turned into a rule; RESOLVE and CONNECT
 * are failures, shown as such. */
static inline bool gateway_why_is_failure(enum gateway_why why)
{
	return why >= GATEWAY_WHY_RESOLVE;
}

struct gateway_refusal {
	char name[HOSTNAME_SIZE]; /* a host name, or an IPv4 address */
	uint16_t port;            /* 0: none was given */
	enum gateway_why why;
	uint64_t count; /* so far, of this name, port and reason */
};

struct gateway_counter {
	char name[HOSTNAME_SIZE];
	uint64_t connections;
	uint64_t in;  /* bytes to the guest */
	uint64_t out; /* bytes from the guest */
	uint32_t open; /* connections now */
};

struct gateway_totals {
	uint64_t connections, in, out;
	uint64_t refused; /* all of them, also those that were not reported one by one */
	uint64_t lost;    /* refusals and names that found no room in the tables */
	uint32_t open;
};

/* How long what hangs is left alone, and how often it is looked; in ms. */
struct gateway_times {
	unsigned word;  /* a first word that may be the beginning of HTTP is held (guard.h) */
	unsigned begun; /* a hello, a head, a question that was begun is finished */
	unsigned half;  /* one side has ended */
	unsigned idle;  /* nothing moves */
	unsigned sweep;
	unsigned ping;  /* it is asked whether it lives; twice without an answer: it does not */
	struct broker_times broker;
};
extern const struct gateway_times gateway_times_usual;

struct gateway;

/* Called from the loop; they may call gateway_stop, but not free the gateway. Each may
 * be NULL. */
struct gateway_hooks {
	void (*refused)(struct gateway *g, const struct gateway_refusal *r);
	void (*counted)(struct gateway *g, const struct gateway_counter *c);
	void (*totals)(struct gateway *g, const struct gateway_totals *t);
	/* What the broker reported (broker.h): bytes of the gateway process, to be checked. */
	void (*broker)(struct gateway *g, const void *report, size_t n);
	/* It does not answer (any more), or does again: stopped, or the host is very busy. What
	 * is under way stands still meanwhile, and nothing new gets anywhere. */
	void (*silent)(struct gateway *g, bool silent);
	/* It is dead, and nothing goes through any more. Not called by gateway_stop. */
	void (*gone)(struct gateway *g, const char *why);
};

struct gateway {
	const struct gateway_hooks *hooks;
	struct loop *loop;
	struct policy policy; /* as last set; to read */
	bool confined; /* it has a root of its own; to read, and to be shown where it has not */
	/* private */
	struct source source;
	struct child child;
	int ns_fd;
	struct sockets sockets; /* that are there */
	struct timer ping;
	unsigned unanswered;    /* looks at an answer that was not there */
	bool running, silent;
};

/* Start it for the namespace (borrowed for as long as the gateway runs). Blocks until
 * it says that it is ready, some milliseconds, 5 s at most. It refuses everything
 * until the first gateway_set_policy. */
int gateway_start(struct gateway *g, struct loop *l, int ns_fd, const struct gateway_hooks *hooks,
		  struct error *err);
/* With other times than the usual: for tests. */
int gateway_start_timed(struct gateway *g, struct loop *l, int ns_fd, const struct gateway_hooks *hooks,
			const struct gateway_times *times, struct error *err);

/* Make the policy true: the sockets it needs are made inside the namespace and
 * verified (blocks for some milliseconds; for `open`, `nft` is run there), and
 * connections that it no longer allows are cut. Sockets stay once they are made: what
 * is not allowed any more is refused by name. After an error the policy is as before. */
int gateway_set_policy(struct gateway *g, const struct policy *p, struct error *err);
/* The same with one rule more, or less. */
int gateway_allow(struct gateway *g, const struct policy_rule *r, struct error *err);
int gateway_deny(struct gateway *g, const struct policy_rule *r, struct error *err);

/* Opaque bytes for the broker (at most GATEWAY_CONFIG_MAX): providers and secrets. They
 * go through memory only, and reach broker_configure in the gateway's process. */
enum { GATEWAY_CONFIG_MAX = 48 << 10, GATEWAY_REPORT_MAX = 4 << 10 };
int gateway_configure_broker(struct gateway *g, const void *config, size_t n, struct error *err);

/* End it now; harmless when it never ran or is gone. */
void gateway_stop(struct gateway *g);

/* What the gateway's process does to itself, for a trial in a process that is done with
 * everything else. -1 with errno when the host gave it no root of its own; the rest is done all the same. */
int gateway_confine(void);

#endif
