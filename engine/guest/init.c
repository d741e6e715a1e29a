/*
 * vmdeck's init: PID 1 of a guest, from the initramfs to the end.
 *
 *	WAITING   modules loaded, looking for the control port (kernel events
 *	          say when to look again)
 *	GREETED   HELLO sent, no disk touched
 *	READY     rehearsed: mounted, all but the agent is there; here a template is
 *	          paused
 *	BOOTING   the image is /, its own init was started and is not up yet
 *	RUNNING   START done: the image is /, the agent runs on the console
 *	STOPPING  POWEROFF asked for, the agent has some time left
 *
 * One epoll, no threads, no sleeps. It is the program that never ends, so a
 * failure is told to the host (ERROR, LOG) and to the kernel's log, and what
 * can go on goes on.
 *
 * Limits: a host that sends what is not our protocol is not talked to again;
 * the pid of an exec's orphan is reaped but its end is nobody's business.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/guest/agent.h"
#include "engine/guest/command.h"
#include "engine/guest/console.h"
#include "engine/guest/control.h"
#include "engine/guest/exec.h"
#include "engine/guest/files.h"
#include "engine/guest/freeze.h"
#include "engine/guest/identity.h"
#include "engine/guest/idle.h"
#include "engine/guest/modules.h"
#include "engine/guest/mounts.h"
#include "engine/guest/net.h"
#include "engine/guest/port.h"
#include "engine/guest/power.h"
#include "engine/guest/proof.h"
#include "engine/guest/rehearsal.h"
#include "engine/guest/say.h"
#include "engine/guest/start.h"
#include "engine/guest/stats.h"
#include "engine/guest/system.h"
#include "engine/guest/watch.h"

enum {
	CONSOLE_PATIENCE_MS = 500, /* for the console to come up beside the port */
	HANG_UP_MS = 2000, /* between two hang-ups, while an agent is to end */
};

enum state {
	WAITING,
	GREETED,
	READY,
	BOOTING,
	RUNNING,
	STOPPING,
};

struct init {
	int epoll;
	enum state state;
	struct watch signals, events, timer, stats; /* timer: hello's, then power off's */
	uint64_t end_at; /* STOPPING: ms, when patience ends */
	struct port port;
	struct console console;
	struct mounts mounts;
	struct agent agent;
	struct execs execs;
	struct proof proof;
	struct files files;
	struct freeze freeze;
	struct identity identity;
	struct system system;
	struct start start;
	uint32_t start_id;   /* START's, until it is answered */
	uint64_t began, mounted; /* when START came, and when the image was / */
};

static void hello(struct init *i)
{
	struct control_writer w;
	struct utsname u = { 0 };

	uname(&u);
	i->state = GREETED;
	watch_close(i->epoll, &i->events);
	watch_timer_set(&i->timer, 0, 0);
	port_begin(&i->port, &w, CONTROL_HELLO, 0);
	control_pair_u64(&w, "version", CONTROL_VERSION);
	control_pair(&w, "kernel", u.release);
	control_pair(&w, "init", VERSION);
	port_send(&i->port, &w);
}

/* The port and the console come up in no fixed order; a template should have
 * both, but a machine without one is not waited for long. */
static void look(struct init *i, bool patient)
{
	if (i->state != WAITING)
		return;
	if (i->port.watch.fd < 0 && port_find(&i->port) < 0)
		return;
	if (console_open_virtio(&i->console) == 0 || !patient)
		hello(i);
}

static void on_event(struct watch *w, uint32_t events)
{
	struct init *i = w->arg;
	char buf[8192];

	(void)events;
	while (recv(w->fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	look(i, port_has_console());
}

static void send_end(struct init *i, int status)
{
	struct control_writer w;
	int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	port_begin(&i->port, &w, CONTROL_AGENT_EXIT, 0);
	control_u32(&w, signo ? 0 : (uint32_t)WEXITSTATUS(status));
	control_u32(&w, (uint32_t)signo);
	control_u32(&w, i->agent.runs);
	port_send(&i->port, &w);
}

static void end(struct init *i)
{
	freeze_end(&i->freeze);
	power_off(&i->mounts);
}

/* An interactive shell ignores SIGTERM, and goes on SIGHUP; not on one that comes between a
 * command and its next prompt (bash: one in fifty), so it is told again. */
static void hang_up(struct init *i)
{
	uint64_t now = agent_now_ms(), left = i->end_at > now ? i->end_at - now : 1;

	agent_signal(&i->agent, SIGHUP);
	agent_signal(&i->agent, SIGCONT);
	watch_timer_set(&i->timer, left < HANG_UP_MS ? (uint32_t)left : HANG_UP_MS, 0);
}

/* Its own system, if there is one, gets so long to end by itself. */
static void end_gently(struct init *i, uint32_t ms)
{
	i->state = STOPPING;
	i->agent.stopping = true;
	if (!ms || !system_stop(&i->system))
		end(i);
	i->end_at = agent_now_ms() + ms;
	watch_timer_set(&i->timer, ms, 0);
}

static void agent_ended(struct agent *a, int status)
{
	struct init *i = a->arg;

	send_end(i, status);
	a->stopping |= i->system.stopping; /* it was ended with everything else */
	if (i->state == STOPPING && !i->system.pid)
		end(i);
	if (i->state != STOPPING && a->start->on_exit == START_POWEROFF && !i->system.stopping)
		end_gently(i, SYSTEM_END_MS);
}

/* The image's init has ended, and all in there with it. What it did before is reaped
 * in any order, so its agent may be among them. */
static void system_ended(struct init *i, int status)
{
	int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (i->state == BOOTING)
		port_send_error(&i->port, i->start_id, ECHILD, "the image's init ended");
	port_log(&i->port, "the image's own system %s", signo == SIGINT ? "has powered off" :
		 signo == SIGHUP ? "wants to start again: so the session ends" : "has ended");
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		if (!execs_reaped(&i->execs, pid, status))
			agent_reaped(&i->agent, pid, status);
	end(i);
}

static void on_signal(struct watch *w, uint32_t events)
{
	struct init *i = w->arg;
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	(void)events;
	while (read(w->fd, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (system_reaped(&i->system, pid))
			system_ended(i, status);
		if (!execs_reaped(&i->execs, pid, status))
			agent_reaped(&i->agent, pid, status);
	}
}

static void on_timer(struct watch *w, uint32_t events)
{
	struct init *i = w->arg;

	(void)events;
	watch_timer_take(w);
	if (i->state == STOPPING && agent_now_ms() < i->end_at)
		return hang_up(i);
	if (i->state == STOPPING)
		end(i);
	look(i, false);
}

static void send_stats(struct init *i, uint32_t id)
{
	struct control_writer w;
	struct control_stats s;

	stats_take(&s);
	port_begin(&i->port, &w, CONTROL_STATS, id);
	control_stats(&w, &s);
	port_send(&i->port, &w);
}

static void on_stats(struct watch *w, uint32_t events)
{
	struct init *i = w->arg;

	(void)events;
	watch_timer_take(w);
	if (port_room(&i->port))
		send_stats(i, 0);
}

static int stats_timer(struct init *i)
{
	return i->stats.fd >= 0 ? 0 : watch_timer(i->epoll, &i->stats);
}

/* From START to the image as /; 0 or an errno and what failed. */
static int settle(struct init *i, const struct frame *f, const char **what)
{
	struct start *s = &i->start;

	*what = "start: it was started before";
	if (i->state != GREETED && i->state != READY)
		return EALREADY;
	int code = start_read(s, f, what);
	if (!code)
		code = identity_take(s, what);
	if (!code)
		code = mounts_switch(&i->mounts, s->own_disk, what);
	if (code)
		return code;
	i->mounted = agent_now_ms();
	i->state = s->boot_init ? BOOTING : RUNNING;
	identity_write(&i->identity, s);
	if (strcmp(s->address, CONTROL_ADDRESS) != 0 || strcmp(s->gateway, CONTROL_GATEWAY) != 0)
		net_up(s->address, s->gateway);
	return 0;
}

/* From there to the agent's exec. */
static int begin(struct init *i, const char **what)
{
	struct start *s = &i->start;
	int code;

	i->state = RUNNING;
	*what = "open the console";
	if ((code = console_open(&i->console)))
		return code;
	console_resize(&i->console, s->cols, s->rows);
	*what = s->command.user.name;
	if ((code = user_complete(&s->command.user)))
		return code;
	*what = s->command.argv[0];
	return agent_start(&i->agent);
}

static void start_agent(struct init *i)
{
	struct control_writer w;
	const char *what = "";

	int code = begin(i, &what);
	if (code)
		return port_send_error(&i->port, i->start_id, code, what);
	port_begin(&i->port, &w, CONTROL_READY, i->start_id);
	control_pair_u64(&w, "pid", (uint64_t)i->agent.pid);
	control_pair(&w, "console", i->console.name);
	control_pair_u64(&w, "mount_ms", i->mounted - i->began);
	control_pair_u64(&w, "exec_ms", agent_now_ms() - i->mounted);
	port_send(&i->port, &w);
	if (i->start.stat_ms && stats_timer(i) == 0)
		watch_timer_set(&i->stats, i->start.stat_ms, i->start.stat_ms);
}

static void system_up(struct system *s, bool late)
{
	struct init *i = s->arg;

	if (i->state != BOOTING)
		return;
	if (late)
		port_log(&i->port, "the image's own system is not up after %d s: the agent starts all the same",
			 SYSTEM_UP_MS / 1000);
	start_agent(i);
}

static void start(struct init *i, const struct frame *f)
{
	const char *what = "";

	i->began = i->mounted = agent_now_ms();
	int code = settle(i, f, &what);
	if (!code) {
		i->start_id = f->id;
		if (!i->start.boot_init)
			return start_agent(i);
		code = system_start(&i->system, &i->start, &what);
	}
	if (code)
		port_send_error(&i->port, f->id, code, what);
}

static void on_rehearse(struct init *i, const struct frame *f)
{
	const struct rehearsal r = { &i->mounts, &i->console, &i->identity, &i->agent };
	struct control_writer w;
	const char *what = "rehearse: it was started before";

	int code = i->state == GREETED || i->state == READY ? rehearse(&r, f, &what) : EALREADY;
	if (code)
		return port_send_error(&i->port, f->id, code, what);
	i->state = READY;
	stats_timer(i); /* if not now, then later */
	port_begin(&i->port, &w, CONTROL_REHEARSED, f->id);
	port_send(&i->port, &w);
}

static void on_file(struct init *i, const struct frame *f)
{
	if (i->state != READY)
		port_send_error(&i->port, f->id, EALREADY, "file: not between REHEARSED and START");
	else
		files_begin(&i->files, f);
}

static void stop(struct init *i, uint32_t grace_ms)
{
	i->state = STOPPING;
	i->agent.stopping = true;
	if (!grace_ms || (!system_stop(&i->system) && !i->agent.pid))
		end(i);
	i->end_at = agent_now_ms() + grace_ms;
	agent_signal(&i->agent, SIGTERM);
	hang_up(i);
}

static void pong(struct init *i, const struct frame *f)
{
	struct control_writer w;

	port_begin(&i->port, &w, CONTROL_PONG, f->id);
	control_bytes(&w, f->payload, f->len);
	port_send(&i->port, &w);
}

static void on_frame(struct port *p, const struct frame *f)
{
	struct init *i = p->arg;
	uint16_t cols, rows;
	uint32_t n = 0;
	uint64_t ns;

	switch ((enum control_type)f->type) {
	case CONTROL_START:
		start(i, f);
		break;
	case CONTROL_REHEARSE:
		on_rehearse(i, f);
		break;
	case CONTROL_FILE:
		on_file(i, f);
		break;
	case CONTROL_FILE_DATA:
		files_data(&i->files, f);
		break;
	case CONTROL_RESIZE:
		if (control_read_size(f, &cols, &rows) == 0)
			console_resize(&i->console, cols, rows);
		break;
	case CONTROL_EXEC:
		if (i->state == RUNNING)
			execs_start(&i->execs, f);
		else
			port_send_error(p, f->id, EAGAIN, "exec: the session is not running");
		break;
	case CONTROL_EXEC_INPUT:
		execs_input(&i->execs, f);
		break;
	case CONTROL_EXEC_CLOSE:
		execs_close_input(&i->execs, f->id);
		break;
	case CONTROL_SIGNAL:
		control_read_u32(f, &n);
		if (n == 0 || n >= NSIG)
			port_send_error(p, f->id, EINVAL, "signal");
		else if (f->id)
			execs_signal(&i->execs, f->id, (int)n);
		else
			agent_signal(&i->agent, (int)n);
		break;
	case CONTROL_STAT:
		send_stats(i, f->id);
		break;
	case CONTROL_POWEROFF:
		control_read_u32(f, &n);
		stop(i, n);
		break;
	case CONTROL_TIME:
		if (control_read_u64(f, &ns) == 0)
			identity_set_clock(ns);
		break;
	case CONTROL_FREEZE:
		freeze_frame(&i->freeze, f);
		break;
	case CONTROL_PROVE:
		if (i->state == RUNNING)
			proof_begin(&i->proof, f);
		else
			port_send_error(p, f->id, EAGAIN, "proof: the session is not running");
		break;
	case CONTROL_PING:
		pong(i, f);
		break;
	default: /* the guest's own, which the parser has refused */
		break;
	}
}

static void drained(struct port *p)
{
	struct init *i = p->arg;

	execs_pump(&i->execs);
}

static int watch_signals(struct init *i)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	i->signals = (struct watch){ .fn = on_signal, .arg = i,
				     .fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK) };
	return watch_add(i->epoll, &i->signals, EPOLLIN);
}

static int watch_events(struct init *i)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	i->events = (struct watch){ .fn = on_event, .arg = i, .fd = fd };
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -1;
	return watch_add(i->epoll, &i->events, EPOLLIN);
}

static void prepare(struct init *i)
{
	i->epoll = watch_open();
	i->state = WAITING;
	i->timer = (struct watch){ .fn = on_timer, .arg = i, .fd = -1 };
	i->stats = (struct watch){ .fn = on_stats, .arg = i, .fd = -1 };
	console_init(&i->console, i->epoll);
	i->mounts.disk = -1;
	i->port.epoll = i->epoll;
	i->port.watch.fd = -1;
	i->port.frame = on_frame;
	i->port.drained = drained;
	i->port.arg = i;
	i->agent.epoll = i->epoll;
	i->agent.console = &i->console;
	i->agent.start = &i->start;
	i->agent.system = &i->system;
	system_init(&i->system, i->epoll);
	i->system.up = system_up;
	i->system.arg = i;
	i->agent.again.fd = i->agent.go = i->agent.report = -1;
	i->agent.ended = agent_ended;
	i->agent.arg = i;
	execs_init(&i->execs, i->epoll, &i->port, &i->system);
	proof_init(&i->proof, i->epoll, &i->port);
	files_init(&i->files, &i->port);
	freeze_init(&i->freeze, i->epoll, &i->port, &i->mounts);
	i->identity = (struct identity){ -1, -1, -1 };
	if (watch_signals(i) < 0 || watch_events(i) < 0 || watch_timer(i->epoll, &i->timer) < 0)
		say_errno("prepare");
}

int main(void)
{
	static struct init i; /* larger than a stack should be asked for */

	if (getpid() != 1) {
		fprintf(stderr, "vmdeck's init runs as the first process of a machine\n");
		return 1;
	}
	mounts_early();
	idle_settle();
	reboot(RB_DISABLE_CAD);
	prepare(&i);
	modules_load();
	/* The same for every session, so a template has it done. */
	net_up(CONTROL_ADDRESS, CONTROL_GATEWAY);
	mounts_find(&i.mounts);
	watch_timer_set(&i.timer, CONSOLE_PATIENCE_MS, CONSOLE_PATIENCE_MS);
	look(&i, port_has_console());
	for (;;)
		watch_turn(i.epoll);
}
