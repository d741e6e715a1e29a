#include "engine/guest/freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/guest/control.h"

static int open_disk(const struct mounts *m)
{
	char path[64];

	if (m->disk < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", m->disk);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void answer(struct freeze *z, int code)
{
	struct control_writer w;

	port_begin(z->port, &w, CONTROL_FROZEN, z->id);
	control_u32(&w, (uint32_t)code);
	port_send(z->port, &w);
}

/* The child: say how it went, then hold until told or until the time is over. */
static void hold(const struct mounts *m, int say, int until, uint32_t ms)
{
	struct pollfd p = { .fd = until };
	int fd = open_disk(m), code = 0;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd < 0 || ioctl(fd, FIFREEZE, 0) < 0)
		code = errno ? errno : EIO;
	if (write(say, &code, sizeof(code)) == sizeof(code) && !code)
		poll(&p, 1, (int)ms);
	if (!code)
		ioctl(fd, FITHAW, 0);
	_exit(0);
}

static void let_go(struct freeze *z)
{
	if (z->hold >= 0)
		close(z->hold);
	z->hold = -1;
	watch_close(z->epoll, &z->said);
}

static void on_said(struct watch *w, uint32_t events)
{
	struct freeze *z = w->arg;
	int code = EIO;
	ssize_t n = read(w->fd, &code, sizeof(code));

	(void)events;
	if (n != sizeof(code)) { /* the child is gone: its time is over */
		let_go(z);
		return;
	}
	answer(z, code);
	if (code)
		let_go(z);
}

static void begin(struct freeze *z, uint32_t ms)
{
	int word[2], end[2];
	pid_t pid;

	if (pipe2(word, O_CLOEXEC) < 0) {
		answer(z, errno);
		return;
	}
	if (pipe2(end, O_CLOEXEC) < 0) {
		answer(z, errno);
		close(word[0]);
		close(word[1]);
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(end[1]); /* init's end alone keeps it open */
		hold(z->mounts, word[1], end[0], ms);
	}
	close(word[1]);
	close(end[0]);
	z->hold = end[1];
	z->said = (struct watch){ .fn = on_said, .arg = z, .fd = word[0] };
	if (pid < 0 || watch_add(z->epoll, &z->said, EPOLLIN) < 0) {
		answer(z, errno);
		let_go(z);
	}
}

void freeze_init(struct freeze *z, int epoll, struct port *port, const struct mounts *mounts)
{
	*z = (struct freeze){ .epoll = epoll, .port = port, .mounts = mounts, .said.fd = -1, .hold = -1 };
}

void freeze_frame(struct freeze *z, const struct frame *f)
{
	uint32_t ms = 0, id = z->id;

	control_read_u32(f, &ms);
	if (!ms) {
		let_go(z);
		return;
	}
	z->id = f->id;
	if (z->hold >= 0) {
		answer(z, EBUSY);
		z->id = id;
		return;
	}
	begin(z, ms < FREEZE_MAX_MS ? ms : FREEZE_MAX_MS);
}

void freeze_end(struct freeze *z)
{
	int fd = open_disk(z->mounts);

	let_go(z);
	if (fd >= 0) {
		ioctl(fd, FITHAW, 0); /* in case the child has not come to it */
		close(fd);
	}
}
