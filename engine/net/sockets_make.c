/* The sockets made inside the namespace, and verified there. */
#include "engine/net/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/netns_build.h"
#include "engine/net/redirect.h"
#include "engine/net/wall.h"

enum { BACKLOG = 512, DNS_PORT = 53, DNS_BUFFER = 256 << 10 };

static int step_enter(struct sockets_work *w, struct error *err)
{
	if (setns(w->ns_fd, CLONE_NEWNET) < 0)
		return error_set(err, errno, "enter the session's namespace");
	return 0;
}

static int step_redirect(struct sockets_work *w, struct error *err)
{
	if (!w->want->redirect || w->have->redirect)
		return 0;
	return redirect_make(err);
}

static int hand_out(struct sockets_work *w, int *fd)
{
	w->out->fd[w->out->n++] = take_fd(fd);
	return 0;
}

static int listen_on(struct sockets_work *w, uint16_t port, struct error *err)
{
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0 || listen(fd, BACKLOG) < 0)
		return error_set(err, errno, "TCP port %u", port);
	return hand_out(w, &fd);
}

static int step_listen(struct sockets_work *w, struct error *err)
{
	for (int i = 0; i < w->want->n_ports; i++)
		if (!sockets_listens(w->have, w->want->ports[i]) &&
		    listen_on(w, w->want->ports[i], err) < 0)
			return -1;
	return 0;
}

static int step_dns(struct sockets_work *w, struct error *err)
{
	AUTO_CLOSE int fd = -1;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(DNS_PORT) };
	int size = DNS_BUFFER;

	if (!w->want->dns || w->have->dns)
		return 0;
	inet_pton(AF_INET, "10.200.0.1", &at.sin_addr);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		return error_set(err, errno, "UDP port %d", DNS_PORT);
	return hand_out(w, &fd);
}

static int step_wall(struct sockets_work *w, struct error *err)
{
	AUTO_CLOSE int fd = -1;

	if (!w->want->wall || w->have->wall)
		return 0;
	fd = wall_open(NETNS_TAP, err);
	return fd < 0 ? -1 : hand_out(w, &fd);
}

static int step_verify(struct sockets_work *w, struct error *err)
{
	return netns_verify(w->want, err);
}

const struct sockets_step sockets_steps[] = {
	{ "enter", step_enter }, { "redirect", step_redirect }, { "listen", step_listen },
	{ "dns", step_dns },	 { "wall", step_wall },		{ "verify", step_verify },
	{ NULL, NULL },
};

struct job {
	const struct sockets_step *steps;
	struct sockets_work work;
};

static int make(void *arg, struct inside_fds *out, struct error *err)
{
	struct job *j = arg;

	j->work.out = out;
	for (const struct sockets_step *s = j->steps; s->name; s++)
		if (s->run(&j->work, err) < 0)
			return error_wrap(err, "network: %s", s->name);
	return 0;
}

int sockets_make_by(const struct sockets_step *steps, int ns_fd, const struct sockets *have,
		    const struct sockets *want, struct inside_fds *out, struct error *err)
{
	struct job j = { .steps = steps, .work = { .ns_fd = ns_fd, .have = have, .want = want } };

	return inside_run(make, &j, out, err);
}

int sockets_make(int ns_fd, const struct sockets *have, const struct sockets *want,
		 struct inside_fds *out, struct error *err)
{
	return sockets_make_by(sockets_steps, ns_fd, have, want, out, err);
}
