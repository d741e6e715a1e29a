/*
 * A session's network with all around it, for tests: the decoy world, a namespace with its
 * gateway, and a guest without a hypervisor. Each runs in a child of its own, as
 * root or as an ordinary user, so that nothing of it is left.
 */
#ifndef TESTS_WORLD_RIG_H
#define TESTS_WORLD_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/base/loop.h"
#include "engine/net/gateway.h"
#include "engine/net/netns.h"
#include "tests/test.h"
#include "tests/world/guest.h"
#include "tests/world/world.h"

enum { RIG_EVENTS = 256, RIG_DEADLINE_MS = 30000 };

struct rig {
	char log[64]; /* of the decoys */
	int log_fd;
	struct loop loop;
	struct netns net;
	struct gateway gateway;
	struct guest guest;
	struct gateway_refusal refused[RIG_EVENTS]; /* by name, port and reason; newest count */
	int n_refused;
	struct gateway_counter counted[RIG_EVENTS];
	int n_counted;
	struct gateway_totals totals;
	char gone[128];
	bool silent;
	int n_silent; /* how often it became so */
	bool failed;
	char why[400];
};

/* /dev/net/tun for everybody, with the mode that the kernel gives it: some containers have
 * 0600. As root, before becoming an ordinary user. */
void rig_open_tun(void);

/* Why the test fails; the first counts. */
void rig_note(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* In a body: note and leave. */
#define WANT(cond)                                                       \
	do {                                                             \
		if (!(cond)) {                                           \
			rig_note(r, "line %d: %s", __LINE__, #cond);     \
			return;                                          \
		}                                                        \
	} while (0)
#define WANT_INT(got, want)                                                              \
	do {                                                                             \
		long want_g = (long)(got), want_w = (long)(want);                        \
		if (want_g != want_w) {                                                  \
			rig_note(r, "line %d: %s is %ld, not %ld", __LINE__, #got, want_g, want_w); \
			return;                                                          \
		}                                                                        \
	} while (0)

enum rig_parts { RIG_WORLD = 1, RIG_SESSION = 2, RIG_GUEST = 4, RIG_ALL = 7 };
typedef void rig_body(struct rig *r);
/* Run it in a child; the test under way fails, skips or passes with it. As an ordinary
 * user when wanted or when we are one. */
void rig_run(bool ordinary, enum rig_parts parts, rig_body *body);

/* Turn the loop until it is so, or the deadline is over. */
typedef bool rig_cond(struct rig *r, const void *arg);
bool rig_until(struct rig *r, rig_cond *cond, const void *arg);
/* Turn until that refusal is told, at least `count` times. */
bool rig_told(struct rig *r, const char *name, int port, enum gateway_why why, uint64_t count);
/* Turn once, to read what has come. */
void rig_turn(struct rig *r);
uint64_t rig_refused_of(const struct rig *r, const char *name, int port, enum gateway_why why);

/* Rules end with NULL. */
int rig_policy(struct policy *p, enum policy_mode mode, const char *const *rules, struct error *err);
void rig_set_policy(struct rig *r, enum policy_mode mode, const char *const *rules);

/* The decoys' log. */
bool rig_logged(struct rig *r, const char *what);
bool rig_until_logged(struct rig *r, const char *what);
int rig_log_count(struct rig *r, const char *what);
void rig_forget_log(struct rig *r);
/* Was anything reached but the name server? Gives the line, "" when not. Asks the decoy
 * something of its own first, and waits until that is in the log. */
const char *rig_reached(struct rig *r, char line[256]);

/* What a guest does: look up (or take `address`), connect, say, end, read to the end.
 * What it got, or "connect -111", "read -104". */
struct rig_act {
	const char *name;
	uint16_t port;
	const char *text;
	size_t len; /* 0: strlen */
	const char *address;
	bool keep; /* do not end our side */
};
int rig_talk(struct rig *r, struct rig_act a, char *out, int cap);

#endif
