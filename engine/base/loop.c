#include "engine/base/loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TURN_EVENTS = 64 };

int loop_init(struct loop *l, struct error *err)
{
	*l = (struct loop){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	list_init(&l->laters);
	if (l->epoll < 0)
		return error_set(err, errno, "event loop");
	return 0;
}

void loop_done(struct loop *l)
{
	if (l->epoll > 0)
		close(l->epoll);
	l->epoll = -1;
}

int loop_watch(struct loop *l, struct source *s, int fd, uint32_t events, struct error *err)
{
	struct epoll_event ev = { .events = events, .data.ptr = s };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		return error_set(err, errno, "watch descriptor %d", fd);
	s->loop = l;
	s->fd = fd;
	s->events = events;
	return 0;
}

void source_want(struct source *s, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = s };

	if (!s->loop || s->events == events)
		return;
	if (epoll_ctl(s->loop->epoll, EPOLL_CTL_MOD, s->fd, &ev) == 0)
		s->events = events;
}

void source_again(struct source *s)
{
	struct epoll_event ev = { .events = s->events, .data.ptr = s };

	if (s->loop)
		epoll_ctl(s->loop->epoll, EPOLL_CTL_MOD, s->fd, &ev);
}

void source_forget(struct source *s)
{
	if (!s->loop)
		return;
	epoll_ctl(s->loop->epoll, EPOLL_CTL_DEL, s->fd, NULL);
	for (int i = 0; i < s->loop->n_fetched; i++)
		if (s->loop->fetched[i].data.ptr == s)
			s->loop->fetched[i].data.ptr = NULL;
	s->loop = NULL;
}

static void run_laters(struct loop *l)
{
	while (!list_empty(&l->laters)) {
		struct later *w = LIST_ITEM(l->laters.next, struct later, link);

		later_cancel(w);
		w->fn(w);
	}
}

int loop_turn(struct loop *l, int timeout_ms, struct error *err)
{
	struct epoll_event ev[TURN_EVENTS];
	/* Work queued from outside a turn must not wait for an event. */
	int n = epoll_wait(l->epoll, ev, TURN_EVENTS, list_empty(&l->laters) ? timeout_ms : 0);

	if (n < 0 && errno != EINTR)
		return error_set(err, errno, "wait for events");
	l->fetched = ev;
	l->n_fetched = n > 0 ? n : 0;
	for (int i = 0; i < l->n_fetched; i++) {
		struct source *s = ev[i].data.ptr;

		if (s)
			s->fn(s, ev[i].events);
	}
	l->fetched = NULL;
	l->n_fetched = 0;
	run_laters(l);
	return 0;
}

int loop_run(struct loop *l, struct error *err)
{
	l->stop = false;
	while (!l->stop)
		if (loop_turn(l, -1, err) < 0)
			return -1;
	return l->result;
}

void loop_stop(struct loop *l, int result)
{
	l->stop = true;
	l->result = result;
}

static void timer_event(struct source *s, uint32_t events)
{
	struct timer *t = SOURCE_OWNER(s, struct timer, source);
	struct itimerspec now;
	uint64_t n;

	(void)events;
	if (read(s->fd, &n, sizeof(n)) != sizeof(n))
		return; /* re-armed since the event was fetched */
	if (timerfd_gettime(s->fd, &now) == 0 && !now.it_interval.tv_sec &&
	    !now.it_interval.tv_nsec)
		timer_stop(t);
	t->fn(t);
}

static struct timespec from_ms(uint64_t ms)
{
	return (struct timespec){ .tv_sec = (time_t)(ms / 1000),
				  .tv_nsec = (long)(ms % 1000) * 1000000 };
}

int timer_start(struct loop *l, struct timer *t, uint64_t ms, uint64_t every_ms, struct error *err)
{
	struct itimerspec when = { .it_value = from_ms(ms), .it_interval = from_ms(every_ms) };
	int fd;

	if (!ms)
		when.it_value.tv_nsec = 1; /* 0 would disarm it */
	if (!t->source.loop) {
		fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
		if (fd < 0)
			return error_set(err, errno, "timer");
		t->source.fn = timer_event;
		if (loop_watch(l, &t->source, fd, EPOLLIN, err) < 0) {
			close(fd);
			return -1;
		}
	}
	timerfd_settime(t->source.fd, 0, &when, NULL);
	return 0;
}

void timer_stop(struct timer *t)
{
	if (!t->source.loop)
		return;
	source_forget(&t->source);
	close(t->source.fd);
	t->source.fd = -1;
}

static void child_event(struct source *s, uint32_t events)
{
	struct child *c = SOURCE_OWNER(s, struct child, source);
	int status = 0;

	(void)events;
	if (waitpid(c->pid, &status, WNOHANG) == 0)
		return;
	child_forget(c);
	c->fn(c, status);
}

int child_watch(struct loop *l, struct child *c, pid_t pid, struct error *err)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return error_set(err, errno, "watch process %d", (int)pid);
	c->source.fn = child_event;
	if (loop_watch(l, &c->source, fd, EPOLLIN, err) < 0) {
		close(fd);
		return -1;
	}
	c->pid = pid;
	return 0;
}

void child_signal(struct child *c, int signo)
{
	if (c->pid)
		syscall(SYS_pidfd_send_signal, c->source.fd, signo, NULL, 0);
}

void child_forget(struct child *c)
{
	if (!c->pid)
		return;
	source_forget(&c->source);
	close(c->source.fd);
	c->pid = 0;
}

void loop_later(struct loop *l, struct later *w)
{
	if (w->queued)
		return;
	w->queued = true;
	list_append(&l->laters, &w->link);
}

void later_cancel(struct later *w)
{
	if (!w->queued)
		return;
	list_remove(&w->link);
	w->queued = false;
}

static void signals_event(struct source *s, uint32_t events)
{
	struct signals *sig = SOURCE_OWNER(s, struct signals, source);
	struct signalfd_siginfo info;

	(void)events;
	if (read(s->fd, &info, sizeof(info)) == sizeof(info))
		sig->fn(sig, (int)info.ssi_signo, (pid_t)info.ssi_pid);
}

int signals_watch(struct loop *l, struct signals *s, const int *list, struct error *err)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (; *list; list++)
		sigaddset(&set, *list);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "signals");
	s->source.fn = signals_event;
	if (loop_watch(l, &s->source, fd, EPOLLIN, err) < 0) {
		close(fd);
		return -1;
	}
	return 0;
}

void signals_forget(struct signals *s)
{
	if (!s->source.loop)
		return;
	source_forget(&s->source);
	close(s->source.fd);
}

uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t now_ms(void)
{
	return now_us() / 1000;
}
