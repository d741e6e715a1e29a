/*
 * What init waits for: descriptors in one epoll. One event is fetched at a
 * time, so that a handler may close and reuse any descriptor, its own
 * included, without a stale event in the pipeline. It owns nothing but the
 * epoll descriptor.
 */
#ifndef ENGINE_GUEST_WATCH_H
#define ENGINE_GUEST_WATCH_H

#include <stdint.h>
#include <sys/epoll.h>

struct watch;
typedef void watch_fn(struct watch *w, uint32_t events);

struct watch {
	watch_fn *fn;
	void *arg;
	int fd; /* -1 when there is none */
};

int watch_open(void);                                 /* the epoll descriptor */
int watch_add(int epoll, struct watch *w, uint32_t events);
void watch_want(int epoll, struct watch *w, uint32_t events);
/* Hear nothing of it, not even its hang-up, until watch_want. */
void watch_pause(int epoll, struct watch *w);
/* Forget it and close the descriptor; harmless when there is none. */
void watch_close(int epoll, struct watch *w);
/* Wait for one event and handle it. */
void watch_turn(int epoll);

/* A timerfd, not yet running. */
int watch_timer(int epoll, struct watch *w);
/* Once after ms, then every every_ms if not 0; ms 0 stops it. */
void watch_timer_set(struct watch *w, uint32_t ms, uint32_t every_ms);
/* In the timer's handler: take the expiry. */
void watch_timer_take(struct watch *w);

#endif
