#include "engine/check/runner_parts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/check/answer.h"

/*
 * A child usually ends before its deadline, but it may be stuck in the kernel
 * where no signal reaches (a dead NFS server under statvfs): so at the deadline
 * its rows are answered at once with "took longer than", and the ask is a stray
 * until the child does end.
 */
enum { STOP_WAIT_MS = 200 };

struct ask {
	struct list link;       /* in runner->asks, or ->strays when its rows are answered */
	struct child child;
	struct timer deadline;
	struct later gone;
	struct runner *runner;
	size_t row;             /* the leading one */
	uint64_t since;
	struct answers *shared; /* the child writes, we read after its death */
};

static void ask_free(struct ask *a)
{
	munmap(a->shared, sizeof(*a->shared));
	free(a);
}

static void gone(struct later *l)
{
	ask_free(LIST_ITEM(l, struct ask, gone));
}

/* Its rows are over, with what it said or with `why` it did not. */
static void answered(struct ask *a, const char *why)
{
	AUTO_FREE struct answers *copy = malloc(sizeof(*copy));
	struct runner *r = a->runner;
	uint32_t took = (uint32_t)(now_ms() - a->since);
	size_t rows[SHARE_MAX];
	size_t n = runner_members(r, a->row, rows);

	if (copy)
		memcpy(copy, a->shared, sizeof(*copy));
	timer_stop(&a->deadline);
	r->running--;
	for (size_t i = 0; i < n; i++) {
		bool said = copy && i < copy->n;
		bool good = said && answer_sound(&copy->records[i]);
		uint32_t ms = good && copy->ms[i] <= took ? copy->ms[i] : took;

		runner_settle(r, rows[i], good ? &copy->records[i] : NULL, ms,
		       said ? "the check gave a malformed answer" : why);
	}
	loop_later(r->loop, &r->turn);
}

static void ended(struct child *c, int status)
{
	struct ask *a = LIST_ITEM(c, struct ask, child);
	bool stray = !timer_running(&a->deadline);
	struct loop *loop = a->runner->loop;
	char why[128] = "the check ended without an answer";

	if (WIFSIGNALED(status))
		snprintf(why, sizeof(why), "the check itself crashed (%s)",
			 strsignal(WTERMSIG(status)));
	list_remove(&a->link); /* before any callback may stop the runner */
	if (!stray)
		answered(a, why);
	loop_later(loop, &a->gone);
}

static void late(struct timer *t)
{
	struct ask *a = LIST_ITEM(t, struct ask, deadline);
	struct runner *r = a->runner;
	char why[128];

	kill(-a->child.pid, SIGKILL); /* not reaped yet, so the number is still its own */
	child_signal(&a->child, SIGKILL);
	list_remove(&a->link);
	list_append(&r->strays, &a->link);
	snprintf(why, sizeof(why), "took longer than %u s",
		 (r->table[a->row].timeout_ms + 999) / 1000);
	answered(a, why);
}

static struct ask *ask_new(struct runner *r, size_t row)
{
	struct ask *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->runner = r;
	a->row = row;
	a->since = now_ms();
	a->child.fn = ended;
	a->deadline.fn = late;
	a->gone.fn = gone;
	list_init(&a->link);
	a->shared = mmap(NULL, sizeof(*a->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a->shared == MAP_FAILED) {
		free(a);
		return NULL;
	}
	return a;
}

int ask_start(struct runner *r, size_t row, struct error *err)
{
	struct ask *a = ask_new(r, row);
	struct answer_work work = { .ctx = &r->ctx, .parent = getpid() };
	size_t rows[SHARE_MAX];
	pid_t pid;

	if (!a)
		return error_set(err, errno, "start the check");
	work.n = runner_members(r, row, rows);
	for (size_t i = 0; i < work.n; i++)
		work.rows[i] = &r->table[rows[i]];
	pid = fork();
	if (pid == 0)
		answer_child(&work, a->shared);
	if (pid > 0) {
		setpgid(pid, pid);
		if (child_watch(r->loop, &a->child, pid, err) == 0) {
			if (timer_start(r->loop, &a->deadline, r->table[row].timeout_ms, 0, err) == 0) {
				list_append(&r->asks, &a->link);
				r->running++;
				return 0;
			}
			child_forget(&a->child);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	} else
		error_set(err, errno, "start the check");
	ask_free(a);
	return -1;
}

void asks_kill(struct list *asks)
{
	while (!list_empty(asks)) {
		struct ask *a = LIST_ITEM(asks->next, struct ask, link);
		struct pollfd dead = { .fd = a->child.source.fd, .events = POLLIN };
		pid_t pid = a->child.pid;

		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		list_remove(&a->link);
		timer_stop(&a->deadline);
		if (poll(&dead, 1, STOP_WAIT_MS) > 0)
			waitpid(pid, NULL, WNOHANG);
		child_forget(&a->child);
		ask_free(a);
	}
}
