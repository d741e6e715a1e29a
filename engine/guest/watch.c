#include "engine/guest/watch.h"

#include <sys/timerfd.h>
#include <unistd.h>

int watch_open(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

int watch_add(int epoll, struct watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, w->fd, &e);
}

void watch_want(int epoll, struct watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	if (w->fd >= 0 && epoll_ctl(epoll, EPOLL_CTL_MOD, w->fd, &e) < 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, w->fd, &e); /* it was paused */
}

void watch_pause(int epoll, struct watch *w)
{
	if (w->fd >= 0)
		epoll_ctl(epoll, EPOLL_CTL_DEL, w->fd, NULL);
}

void watch_close(int epoll, struct watch *w)
{
	if (w->fd < 0)
		return;
	epoll_ctl(epoll, EPOLL_CTL_DEL, w->fd, NULL);
	close(w->fd);
	w->fd = -1;
}

void watch_turn(int epoll)
{
	struct epoll_event e;

	if (epoll_wait(epoll, &e, 1, -1) != 1)
		return;
	struct watch *w = e.data.ptr;
	w->fn(w, e.events);
}

int watch_timer(int epoll, struct watch *w)
{
	w->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return w->fd < 0 ? -1 : watch_add(epoll, w, EPOLLIN);
}

void watch_timer_set(struct watch *w, uint32_t ms, uint32_t every_ms)
{
	struct itimerspec t = {
		.it_value = { ms / 1000, ms % 1000 * 1000000L },
		.it_interval = { every_ms / 1000, every_ms % 1000 * 1000000L },
	};

	timerfd_settime(w->fd, 0, &t, NULL);
}

void watch_timer_take(struct watch *w)
{
	uint64_t expiries;
	ssize_t n = read(w->fd, &expiries, sizeof(expiries));

	(void)n;
}
