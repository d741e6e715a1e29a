#include "engine/vm/kvm_host.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/loop.h"

static void on_alarm(int signo, siginfo_t *info, void *context)
{
	volatile uint8_t *flag = info->si_value.sival_ptr;

	(void)signo;
	(void)context;
	if (info->si_code == SI_TIMER)
		*flag = 1;
}

static int host_signal(void)
{
	return SIGRTMAX - 1;
}

static int host_open(void *arg, const char *path)
{
	(void)arg;
	return open(path, O_RDWR | O_CLOEXEC);
}

static int host_ioctl(void *arg, int fd, unsigned long request, void *p)
{
	(void)arg;
	return ioctl(fd, request, p);
}

static void *host_map(void *arg, int fd, size_t size)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	(void)arg;
	return p == MAP_FAILED ? NULL : p;
}

static void host_unmap(void *arg, void *p, size_t size)
{
	(void)arg;
	munmap(p, size);
}

static void host_close(void *arg, int fd)
{
	(void)arg;
	close(fd);
}

static uint64_t host_now(void *arg)
{
	(void)arg;
	return now_us();
}

static void host_disarm(struct kvm_host *h)
{
	struct timespec none = { 0 };
	sigset_t pending;

	if (!h->armed)
		return;
	timer_delete(h->timer);
	sigemptyset(&pending);
	sigaddset(&pending, host_signal());
	/* One that fired meanwhile must not reach the handler restored below. */
	pthread_sigmask(SIG_BLOCK, &pending, NULL);
	while (sigtimedwait(&pending, NULL, &none) > 0)
		;
	sigaction(host_signal(), &h->before, NULL);
	pthread_sigmask(SIG_SETMASK, &h->mask, NULL);
	h->armed = false;
}

static int host_alarm(void *arg, uint8_t *flag, uint64_t us)
{
	struct kvm_host *h = arg;
	struct sigaction sa = { .sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO };
	struct sigevent ev = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = host_signal(),
		.sigev_value.sival_ptr = flag,
	};
	/* Again each millisecond: should one signal be lost on its way, the next ends it. */
	struct itimerspec when = {
		.it_value = { .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000 },
		.it_interval = { .tv_nsec = 1000000 },
	};
	sigset_t ours;

	host_disarm(h);
	if (!flag)
		return 0;
	ev._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &ev, &h->timer) < 0)
		return -1;
	sigemptyset(&sa.sa_mask);
	sigaction(host_signal(), &sa, &h->before);
	sigemptyset(&ours);
	sigaddset(&ours, host_signal());
	pthread_sigmask(SIG_UNBLOCK, &ours, &h->mask);
	h->armed = true;
	return timer_settime(h->timer, 0, &when, NULL);
}

const struct kvm_ops kvm_host_ops = {
	.open = host_open,
	.ioctl = host_ioctl,
	.map = host_map,
	.unmap = host_unmap,
	.close = host_close,
	.now_us = host_now,
	.alarm = host_alarm,
};
