/*
 * A QMP client on the loop: asks with ids and deadlines, hands on events, and
 * trusts its peer with nothing (qmp_read.h bounds what is read).
 *
 *	GREETING --{"QMP"}--> CAPABILITIES --reply--> READY
 *	   \___________________ | ____________________/ |
 *	                        v      a violation, an error of the handshake,
 *	                       GONE <- end of file, a full output
 *
 * Questions may be asked from the start: they are held until READY. When the
 * peer is gone, every pending question fails and then `gone` is called, once;
 * nothing comes after it. Callbacks may ask, but not call qmp_done.
 */
#ifndef ENGINE_VM_QMP_H
#define ENGINE_VM_QMP_H

#include <stdbool.h>

#include "engine/base/loop.h"
#include "engine/vm/qmp_read.h"

enum qmp_state { QMP_STATE_GREETING, QMP_STATE_CAPABILITIES, QMP_STATE_READY, QMP_STATE_GONE };

enum { QMP_PENDING = 16, QMP_OUT_MAX = 64 * 1024 };

/* Exactly one of ret and err is not NULL; both are valid during the call. */
typedef void qmp_reply_fn(void *arg, const cJSON *ret, const struct error *err);

struct qmp;
typedef void qmp_event_fn(struct qmp *q, const char *name, const cJSON *data);
/* `violation`: the peer broke the protocol; else it closed the connection. */
typedef void qmp_gone_fn(struct qmp *q, const char *why, bool violation);

struct qmp_slot {
	uint64_t id; /* 0: free */
	uint64_t deadline_ms;
	qmp_reply_fn *fn;
	void *arg;
};

struct qmp {
	/* The owner's, set before qmp_start. */
	qmp_event_fn *event;
	qmp_gone_fn *gone;

	enum qmp_state state;
	struct loop *loop;
	struct source source;
	struct timer deadline;
	struct qmp_reader reader;
	struct bytes held; /* questions until READY */
	struct bytes out;
	struct qmp_slot slots[QMP_PENDING];
	uint64_t next_id;
};

/* Takes over `fd` (a nonblocking stream socket) when it succeeds. `greeting_ms`
 * is the deadline of the whole handshake. */
int qmp_start(struct qmp *q, struct loop *loop, int fd, unsigned greeting_ms, struct error *err);
/* Forget everything without calling anybody. Harmless on a zeroed one. */
void qmp_done(struct qmp *q);

/* Ask `command`, with `args` (an object as JSON text) or NULL. fn is called
 * once, by then or at the deadline (ms from now; 0: none) with ETIMEDOUT; an
 * answer after that is dropped. -1 when it is gone or too much is pending: fn
 * is not called then. */
int qmp_ask(struct qmp *q, const char *command, const char *args, unsigned deadline_ms,
	    qmp_reply_fn *fn, void *arg);

/* The same with a descriptor beside it, borrowed. Only when it is READY and
 * nothing waits to be sent, else -1: for the quiet life of a template's maker. */
int qmp_ask_fd(struct qmp *q, const char *command, const char *args, int fd, qmp_reply_fn *fn,
	       void *arg);

/* Read what is there now, without waiting for the loop: for the end of the
 * peer's process, whose last words may still be in the socket. */
void qmp_drain(struct qmp *q);

#endif
