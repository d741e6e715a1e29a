/*
 * The agent: the one program that the session is about, a session leader on
 * the console. What happens when it ends is START's on_exit; a restart comes
 * at once after a long run and ever later (a quarter of a second, doubled up
 * to eight) after short ones. It does not know the protocol: `started`,
 * `failed` and `ended` tell whoever does.
 */
#ifndef ENGINE_GUEST_AGENT_H
#define ENGINE_GUEST_AGENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/guest/console.h"
#include "engine/guest/start.h"
#include "engine/guest/system.h"
#include "engine/guest/watch.h"

struct agent {
	int epoll;
	struct console *console;
	struct system *system; /* that it runs in */
	struct start *start;
	struct watch again; /* the timer until the next start */
	void (*ended)(struct agent *a, int status);
	void *arg;
	pid_t pid;       /* 0 when it does not run */
	pid_t spare;     /* a child that waits for the word to become the agent, 0 */
	int go, report;  /* to it, from it; -1 */
	uint32_t runs;   /* that have ended */
	uint32_t delay_ms;
	uint64_t began_ms;
	bool stopping;   /* no restart any more */
};

/* Have all done that does not depend on what is to run: terminal, process. It reads
 * `start`, which is memory that it shares, when the agent is started. 0 or an errno. */
int agent_prepare(struct agent *a);
/* Run what `start` says, a shell, to its prompt, and end it; then prepare again. It
 * cannot write to the root. For whoever wants the next start to be quick. 0 or an
 * errno. */
int agent_rehearse(struct agent *a);
/* Start it; 0 when exec has succeeded, or an errno. */
int agent_start(struct agent *a);
/* A child has ended: true if it was this one. */
bool agent_reaped(struct agent *a, pid_t pid, int status);
/* To its process group, and to the foreground of the console. */
void agent_signal(struct agent *a, int signo);
uint64_t agent_now_ms(void);

#endif
