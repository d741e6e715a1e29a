#include "engine/net/pipes.h"

#include <fcntl.h>
#include <unistd.h>

#include "engine/base/loop.h"

static int make(struct pipes *p, struct pipe_loan *l)
{
	uint64_t now = now_ms();
	int fd[2];

	if (p->refused_ms && now - p->refused_ms < PIPES_AGAIN_MS)
		return -1;
	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) == 0) {
		fcntl(fd[0], F_SETPIPE_SZ, PIPE_WANTED); /* or as large as it was made */
		if (fcntl(fd[0], F_GETPIPE_SZ) >= PIPE_LEAST) {
			l->out = fd[0];
			l->in = fd[1];
			return 0;
		}
		close(fd[0]);
		close(fd[1]);
	}
	p->refused_ms = now;
	return -1;
}

int pipes_take(struct pipes *p, struct pipe_loan *l)
{
	if (l->lent)
		return 0;
	if (p->n_spare) {
		p->n_spare--;
		l->in = p->spare[p->n_spare].in;
		l->out = p->spare[p->n_spare].out;
	} else if (p->n_lent == PIPES_MAX || make(p, l) < 0)
		return -1;
	p->n_lent++;
	p->used_ms = now_ms();
	l->lent = true;
	l->held = 0;
	return 0;
}

void pipes_give(struct pipes *p, struct pipe_loan *l)
{
	if (!l->lent)
		return;
	l->lent = false;
	p->n_lent--;
	if (l->held) {
		close(l->in);
		close(l->out);
		l->held = 0;
	} else {
		p->spare[p->n_spare].in = l->in;
		p->spare[p->n_spare++].out = l->out;
	}
}

void pipes_sweep(struct pipes *p, uint64_t now)
{
	if (now - p->used_ms < PIPES_AGAIN_MS)
		return;
	while (p->n_spare) {
		p->n_spare--;
		close(p->spare[p->n_spare].in);
		close(p->spare[p->n_spare].out);
	}
}
