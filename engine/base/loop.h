/*
 * The event loop: one epoll_wait, and everything is a descriptor. A source is
 * embedded in its owner; the loop never owns descriptors and never frees
 * anything but through loop_later.
 *
 * Rules that keep it safe: forget a source before closing its descriptor;
 * free from loop_later, never inside somebody's callback; across turns keep an
 * id, not a pointer. A callback may forget any source, its own included: the
 * loop drops events of forgotten sources that it already fetched.
 */
#ifndef ENGINE_BASE_LOOP_H
#define ENGINE_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/base/list.h"

struct loop;
struct source;

/* events: EPOLLIN, EPOLLOUT, EPOLLHUP ... as epoll_wait gave them. */
typedef void source_fn(struct source *s, uint32_t events);

struct source {
	source_fn *fn;     /* set before loop_watch */
	struct loop *loop; /* NULL while not watched */
	int fd;
	uint32_t events;
};

#define SOURCE_OWNER(s, type, member) LIST_ITEM(s, type, member)

/* A one-shot or repeating timer on a timerfd of its own (CLOCK_BOOTTIME would
 * count sleep; this is CLOCK_MONOTONIC). */
struct timer;
typedef void timer_fn(struct timer *t);
struct timer {
	struct source source;
	timer_fn *fn;
};

/* A child's end, by pidfd: `status` is as waitpid gave it. The pidfd is closed
 * before fn runs. */
struct child;
typedef void child_fn(struct child *c, int status);
struct child {
	struct source source;
	child_fn *fn;
	pid_t pid; /* 0 when there is none */
};

/* Work at the end of this turn, once; queueing it again is harmless. */
struct later;
typedef void later_fn(struct later *l);
struct later {
	struct list link;
	later_fn *fn;
	bool queued;
};

/* Signals as events, through one signalfd. */
struct signals;
typedef void signals_fn(struct signals *s, int signo, pid_t sender);
struct signals {
	struct source source;
	signals_fn *fn;
};

struct loop {
	int epoll;
	bool stop;
	int result;
	struct list laters;
	struct epoll_event *fetched; /* of the turn under way */
	int n_fetched;
};

int loop_init(struct loop *l, struct error *err);
void loop_done(struct loop *l);

/* Run until loop_stop; gives its argument, or -1 with err. */
int loop_run(struct loop *l, struct error *err);
/* One turn; timeout in ms, -1 for ever. */
int loop_turn(struct loop *l, int timeout_ms, struct error *err);
void loop_stop(struct loop *l, int result);

int loop_watch(struct loop *l, struct source *s, int fd, uint32_t events, struct error *err);
/* Change what is waited for; harmless when nothing changes. */
void source_want(struct source *s, uint32_t events);
/* For a source with EPOLLET: tell again if something is there. Waiting for a terminal the
 * other way makes the kernel look at it each time, and a look at one without input waits
 * for the kernel's own thread to be done with the last of it. */
void source_again(struct source *s);
void source_forget(struct source *s);

/* Arm for `ms` from now, then every `every_ms` if not 0. */
int timer_start(struct loop *l, struct timer *t, uint64_t ms, uint64_t every_ms, struct error *err);
void timer_stop(struct timer *t); /* closes its descriptor; harmless when stopped */
static inline bool timer_running(const struct timer *t)
{
	return t->source.loop;
}

/* Watch a child that this process forked; takes it over from waitpid. */
int child_watch(struct loop *l, struct child *c, pid_t pid, struct error *err);
/* Signal it through its pidfd; harmless when it is gone. */
void child_signal(struct child *c, int signo);
void child_forget(struct child *c);

void loop_later(struct loop *l, struct later *w);
void later_cancel(struct later *w);

/* Block the signals (0-terminated list) and deliver them as events. */
int signals_watch(struct loop *l, struct signals *s, const int *list, struct error *err);
void signals_forget(struct signals *s);

/* CLOCK_MONOTONIC, in milliseconds and microseconds. */
uint64_t now_ms(void);
uint64_t now_us(void);

#endif
