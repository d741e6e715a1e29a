#include "engine/session/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/net/netns.h"
#include "engine/session/archive.h"
#include "engine/session/boot.h"
#include "engine/session/console.h"
#include "engine/session/execs.h"
#include "engine/session/guest.h"
#include "engine/session/isolate.h"
#include "engine/session/spec.h"
#include "engine/session/template.h"
#include "engine/session/viewer.h"
#include "engine/vm/backend.h"

enum {
	FRAME_MS = 8,              /* between two frames to a viewer */
	HELLO_MS = 180 * 1000,     /* for a kernel to boot, under emulation */
	RESUME_MS = 10 * 1000,     /* for a machine from a template to answer */
	READY_MS = 60 * 1000,      /* for init to start the agent */
	QUIET_MS = 2 * 1000,       /* for its first output */
	STOP_GUEST_MS = 5 * 1000,  /* for the agent to end after SIGTERM */
	STOP_MS = 10 * 1000,       /* for the machine to power off */
	FAREWELL_MS = 300,         /* for viewers to take the last messages */
	STAT_MS = 5 * 1000,
	BELL_MS = 1000,
	TYPING_MS = 3 * 1000,      /* a bell this soon after a key asks for nobody */
	VIEWERS = 64,
	SAVE_MS = 50,              /* between two records told */
	SLOW_MS = 5 * 1000,        /* for a viewer to take what its command wrote */
	RESERVE_BYTES = 64 << 10,
};

#define RESERVE "reserve"

struct supervisor {
	struct loop loop;
	struct spec spec;
	struct session_record record;
	int dir;
	bool user_ns;            /* there is one of our own */
	int fds[SPEC_FD_COUNT];  /* as handed over; -1 where there was none */

	struct netns net;
	struct vm vm;
	bool vm_started;
	int vm_pidfd;            /* for its figures only */
	uint64_t vm_ticks, vm_ticks_at;
	struct console console;
	struct guest guest;
	bool hello, started, ready;
	bool resuming, asked;    /* from a template, it has not answered yet; it was asked */
	bool late;               /* it did not answer in time */
	struct later again;      /* start cold after all */

	struct boot boot;
	struct execs execs;

	struct source listen;
	struct list viewers;
	uint32_t next_viewer;

	struct signals signals;
	struct timer frame_timer, deadline, farewell, sample;
	uint64_t frame_at, bell_at, step_us;
	struct later over;
	bool record_dirty, ending;
	struct timer save_timer, slow;
	uint64_t saved_at;
	struct later save;
};

/* Record. */

static void post_record(struct supervisor *s, struct viewer *v)
{
	AUTO_JSON cJSON *j = record_json(&s->record);
	AUTO_FREE char *text = json_text(j, false);
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (!text)
		return;
	wire_begin(&w, buf, WIRE_RECORD, 0);
	wire_put(&w, text, strlen(text));
	viewer_post(v, &w);
}

/* On a full disk even replacing a small file fails: then the reserve goes. */
static void save_file(struct supervisor *s)
{
	struct error err;

	if (record_save(&s->record, s->dir, &err) == 0 ||
	    (unlinkat(s->dir, RESERVE, 0) == 0 && record_save(&s->record, s->dir, &err) == 0))
		s->record_dirty = false;
	else
		fprintf(stderr, "%s\n", err.msg); /* it stays dirty: the next change tries again */
}

static void save_record(struct later *l)
{
	struct supervisor *s = LIST_ITEM(l, struct supervisor, save);

	s->saved_at = now_ms();
	if (s->record_dirty)
		save_file(s);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next) {
		struct viewer *v = LIST_ITEM(i, struct viewer, link);

		if (v->hello && !viewer_busy(v))
			post_record(s, v);
	}
}

static void save_due(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, save_timer);

	loop_later(&s->loop, &s->save);
}

/* The record changed: told to viewers at the end of the turn, and, when it is
 * more than figures, to the file; but a guest that changes it all the time is
 * not told of more often than every SAVE_MS. */
static void record_changed(struct supervisor *s, bool keep)
{
	uint64_t since = now_ms() - s->saved_at;
	struct error err;

	s->record_dirty |= keep;
	if (timer_running(&s->save_timer))
		return;
	if (since >= SAVE_MS || timer_start(&s->loop, &s->save_timer, SAVE_MS - since, 0, &err) < 0)
		loop_later(&s->loop, &s->save);
}

/* Something to give up when the disk is full, so that the end can be told. */
static void make_reserve(struct supervisor *s)
{
	AUTO_CLOSE int fd = openat(s->dir, RESERVE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && fallocate(fd, 0, 0, RESERVE_BYTES) < 0)
		unlinkat(s->dir, RESERVE, 0);
}

static void step_end(struct supervisor *s)
{
	uint64_t now = now_us();

	if (s->record.n_steps && s->record.steps[s->record.n_steps - 1].ms < 0)
		s->record.steps[s->record.n_steps - 1].ms = (double)(now - s->step_us) / 1000;
	s->step_us = now;
}

static void step_add(struct supervisor *s, const char *name, double ms)
{
	struct session_step *step;

	if (s->record.n_steps == SESSION_STEPS)
		return;
	for (unsigned i = 0; i < s->record.n_steps && ms > 0; i++)
		ms -= s->record.steps[i].ms;
	step = &s->record.steps[s->record.n_steps++];
	snprintf(step->name, sizeof(step->name), "%s", name);
	step->ms = ms;
}

static void step_begin(struct supervisor *s, const char *name)
{
	step_end(s);
	step_add(s, name, -1);
	record_changed(s, true);
}

static void set_state(struct supervisor *s, enum session_state state, const char *cause)
{
	if (s->record.state == state || !session_alive(s->record.state))
		return;
	s->record.state = state;
	text_clean_str(s->record.cause, sizeof(s->record.cause), cause ? cause : "");
	record_changed(s, true);
}

/* The end: whatever the way, it comes through here, once. */
static void finish(struct supervisor *s, enum session_state state, const char *cause,
		   const char *hint)
{
	struct error err;

	if (s->ending)
		return;
	s->ending = true;
	if (state == SESSION_FAILED)
		step_end(s);
	set_state(s, state, cause);
	text_clean_str(s->record.hint, sizeof(s->record.hint), hint ? hint : "");
	s->record.ended = time(NULL);
	s->record.vm_pid = 0;
	s->record.cpu = 0;
	console_detach(&s->console);
	if (s->console.any_output) {
		console_say(&s->console, "%s", s->record.cause);
		if (archive_save(s->console.vt, s->dir, &err) < 0)
			fprintf(stderr, "%s\n", err.msg);
	}
	record_changed(s, true);
	loop_later(&s->loop, &s->over);
}

static void fail(struct supervisor *s, const struct error *err)
{
	finish(s, SESSION_FAILED, err->msg, err->hint);
}

/* Viewers and frames. */

static void send_frames(struct supervisor *s)
{
	s->frame_at = now_ms();
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		viewer_frame(LIST_ITEM(i, struct viewer, link), s->console.vt);
}

static void frame_due(struct timer *t)
{
	send_frames(SOURCE_OWNER(t, struct supervisor, frame_timer));
}

static void console_changed(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);
	uint64_t now = now_ms();
	struct error err;

	/* While a frame is held nothing is taken: vt_clean would begin its time anew. */
	if (vt_frame_held(c->vt, now))
		return;
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		damage_add(&LIST_ITEM(i, struct viewer, link)->damage, c->vt);
	vt_clean(c->vt);
	if (timer_running(&s->frame_timer))
		return;
	if (now - s->frame_at >= FRAME_MS)
		send_frames(s);
	else if (timer_start(&s->loop, &s->frame_timer, FRAME_MS - (now - s->frame_at), 0, &err) < 0)
		send_frames(s);
}

/* Attention. */

static bool quiet(const struct supervisor *s)
{
	return now_ms() - s->console.last_input > TYPING_MS;
}

static void attend(struct supervisor *s)
{
	if (s->record.state == SESSION_ASKS)
		set_state(s, SESSION_READY, "");
}

static void console_bell(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);
	uint64_t now = now_ms();
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (now - s->bell_at < BELL_MS)
		return;
	s->bell_at = now;
	wire_begin(&w, buf, WIRE_BELL, 0);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		viewer_post(LIST_ITEM(i, struct viewer, link), &w);
	if (quiet(s) && (s->record.state == SESSION_READY || s->record.state == SESSION_IDLE))
		set_state(s, SESSION_ASKS, "rang the bell");
}

static void console_notify(struct console *c, const char *text)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->record.state == SESSION_READY || s->record.state == SESSION_IDLE)
		set_state(s, SESSION_ASKS, text);
}

static void console_agent_state(struct console *c, const char *state)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->record.state != SESSION_READY && s->record.state != SESSION_IDLE &&
	    s->record.state != SESSION_ASKS)
		return;
	if (!strcmp(state, "idle"))
		set_state(s, SESSION_IDLE, "");
	else
		set_state(s, SESSION_READY, "");
}

/* The agent runs. */

static void now_ready(struct supervisor *s)
{
	if (s->ready || s->ending)
		return;
	s->ready = true;
	timer_stop(&s->deadline);
	step_end(s);
	s->record.total_ms = (double)(now_us() - s->spec.requested_us) / 1000;
	s->record.ready = time(NULL);
	set_state(s, SESSION_READY, "");
}

static void console_output(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->started || s->vm.control_fd < 0) /* there, nobody else will tell */
		now_ready(s);
}

static void quiet_agent(struct timer *t)
{
	now_ready(SOURCE_OWNER(t, struct supervisor, deadline));
}

/* Init has executed the agent. It is ready when it has said something, so that
 * what is typed then is not typed into nothing; one that says nothing is ready
 * all the same, after a while. */
static void agent_started(struct supervisor *s)
{
	struct error err;

	s->started = true;
	s->deadline.fn = quiet_agent;
	if (s->console.any_output || timer_start(&s->loop, &s->deadline, QUIET_MS, 0, &err) < 0)
		now_ready(s);
}

static const struct console_events console_hooks = {
	.changed = console_changed,
	.output = console_output,
	.bell = console_bell,
	.notify = console_notify,
	.agent_state = console_agent_state,
};

/* The guest's control port. */

static void send_small(struct supervisor *s, enum control_type type, uint32_t id, const void *data,
		       size_t n)
{
	uint8_t buf[512];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), type, id);
	control_bytes(&w, data, n);
	guest_send(&s->guest, buf, control_finish(&w));
}

static void put_list(struct control_writer *w, const char *key, const cJSON *list)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (cJSON_IsString(item))
			control_pair(w, key, item->valuestring);
}

static int send_start(struct supervisor *s, struct error *err)
{
	AUTO_FREE uint8_t *buf = malloc(FRAME_MAX);
	struct control_writer w;
	struct timespec t;
	uint8_t machine[16], entropy[64];

	if (!buf || getrandom(machine, sizeof(machine), 0) != sizeof(machine) ||
	    getrandom(entropy, sizeof(entropy), 0) != sizeof(entropy))
		return error_set(err, ENOMEM, "start message");
	control_begin(&w, buf, FRAME_MAX, CONTROL_START, 1);
	put_list(&w, "argv", s->spec.argv);
	put_list(&w, "env", s->spec.env);
	if (s->spec.user[0])
		control_pair(&w, "user", s->spec.user);
	if (s->spec.cwd[0])
		control_pair(&w, "cwd", s->spec.cwd);
	control_pair(&w, "hostname", s->record.id);
	control_pair_hex(&w, "machine_id", machine, sizeof(machine));
	control_pair_u64(&w, "cols", (uint64_t)vt_cols(s->console.vt));
	control_pair_u64(&w, "rows", (uint64_t)vt_rows(s->console.vt));
	control_pair(&w, "term", "xterm-256color");
	control_pair(&w, "on_exit", agent_exit_names[s->spec.on_exit]);
	control_pair_u64(&w, "stat_ms", STAT_MS);
	if (s->spec.own_root)
		control_pair(&w, "disk", "own");
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	clock_gettime(CLOCK_REALTIME, &t);
	control_pair_u64(&w, "epoch_ns", (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	explicit_bzero(entropy, sizeof(entropy));
	if (guest_send(&s->guest, buf, control_finish(&w)) == 0)
		return 0;
	error_set(err, 0, "the agent's command and environment do not fit the start message");
	error_hint(err, "keep them under 60 KiB in all; longer texts go into \"files\"");
	return -1;
}

/*
 * A machine from a template says no hello: it said that when the template was
 * made. It is asked as soon as it runs, and told everything in the same breath.
 * The answer to the first, which comes before anything of the second is done,
 * tells that the resume was good. Without it, nothing of the session has
 * happened inside, and another machine may be started in its place.
 */
static void guest_resumed(struct supervisor *s)
{
	struct error err;

	if (s->asked)
		return;
	s->asked = true;
	step_begin(s, "guest");
	send_small(s, CONTROL_PING, 1, "", 0);
	if (send_start(s, &err) < 0) {
		fail(s, &err);
		s->vm.backend->kill(&s->vm);
	}
}

static void let_go(struct supervisor *s);

static void guest_answers(struct supervisor *s)
{
	struct error err;

	if (!s->resuming || !s->asked)
		return;
	s->resuming = false;
	s->hello = s->record.warm = true;
	timer_start(&s->loop, &s->deadline, READY_MS, 0, &err);
	let_go(s);
	step_begin(s, "agent");
}

/* START's time is as old as its way into the guest was long, which on a busy host
 * is a tenth of a second for a machine that was just resumed. Now it is awake. */
static void send_time(struct supervisor *s)
{
	uint8_t buf[64];
	struct control_writer w;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	control_begin(&w, buf, sizeof(buf), CONTROL_TIME, 0);
	control_u64(&w, (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	guest_send(&s->guest, buf, control_finish(&w));
}

static void guest_error(struct supervisor *s, const struct frame *f)
{
	char text[300], clean[300];
	struct error err;
	int code = 0;

	if (s->ready || f->id != 1 || control_read_text(f, &code, text, sizeof(text)) < 0)
		return;
	error_set(&err, code > 0 && code < 200 ? code : 0, "start in the guest: %s",
		  text_clean_str(clean, sizeof(clean), text));
	error_hint(&err, "look at the agent's \"command\", \"user\" and \"cwd\", and at its image: "
			 "vmdeck agents, vmdeck image verify");
	fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

static void guest_stats(struct supervisor *s, const struct frame *f)
{
	struct control_stats st;

	if (control_read_stats(f, &st) < 0)
		return;
	s->record.mem_total_kib = st.mem_total >> 10;
	s->record.mem_used_kib = st.mem_available <= st.mem_total ?
				 (st.mem_total - st.mem_available) >> 10 : 0;
	s->record.load1 = st.load_100 / 100.0;
	record_changed(s, false);
}

static void agent_exit(struct supervisor *s, const struct frame *f)
{
	struct control_end end;
	char cause[64];

	if (s->ending || control_read_end(f, &end) < 0)
		return;
	s->record.exit_code = end.signo ? 128 + (end.signo & 127) : end.code & 255;
	if (end.signo)
		snprintf(cause, sizeof(cause), "agent ended by signal %d", end.signo & 127);
	else
		snprintf(cause, sizeof(cause), "agent ended with exit code %d", end.code & 255);
	if (s->spec.on_exit == AGENT_STAY)
		set_state(s, SESSION_IDLE, cause);
	else if (s->record.state != SESSION_STOPPING)
		text_clean_str(s->record.cause, sizeof(s->record.cause), cause);
	record_changed(s, true);
}

static void guest_log(struct supervisor *s, const struct frame *f)
{
	char text[1025], clean[1025];
	int code;

	if (control_read_text(f, &code, text, sizeof(text)) == 0)
		boot_say(&s->boot, "init: %s", text_clean_str(clean, sizeof(clean), text));
}

static void guest_hello(struct supervisor *s)
{
	struct error err;

	if (s->hello || s->resuming)
		return;
	s->hello = true;
	if (!strcmp(s->record.steps[s->record.n_steps - 1].name, "hypervisor"))
		step_begin(s, "guest");
	step_begin(s, "agent");
	timer_start(&s->loop, &s->deadline, READY_MS, 0, &err);
	if (send_start(s, &err) < 0) {
		fail(s, &err);
		s->vm.backend->kill(&s->vm);
	}
}

static void guest_frame(struct guest *g, const struct frame *f)
{
	struct supervisor *s = SOURCE_OWNER(g, struct supervisor, guest);
	struct error err;

	if (execs_frame(&s->execs, f)) {
		if (g->held && !timer_running(&s->slow))
			timer_start(&s->loop, &s->slow, SLOW_MS, 0, &err);
		return;
	}
	switch (f->type) {
	case CONTROL_HELLO:
		guest_hello(s);
		return;
	case CONTROL_PONG:
		guest_answers(s);
		return;
	case CONTROL_READY:
		if (f->id != 1 || !s->hello || s->started)
			return;
		send_time(s);
		agent_started(s);
		return;
	case CONTROL_ERROR:
		guest_error(s, f);
		return;
	case CONTROL_STATS:
		guest_stats(s, f);
		return;
	case CONTROL_AGENT_EXIT:
		agent_exit(s, f);
		return;
	case CONTROL_LOG:
		guest_log(s, f);
		return;
	default:
		return; /* of an exec that is over */
	}
}

static void guest_bad(struct guest *g, const char *why)
{
	struct supervisor *s = SOURCE_OWNER(g, struct supervisor, guest);
	struct error err;

	boot_say(&s->boot, "the guest broke the control protocol: %s", why);
	execs_fail(&s->execs, "the guest broke the control protocol");
	if (s->ready) {
		snprintf(s->record.guards, sizeof(s->record.guards), "control port lost: %s", why);
		record_changed(s, true);
		return;
	}
	if (s->resuming) { /* what was resumed was no guest of ours: see start_again */
		s->late = true;
		s->vm.backend->kill(&s->vm);
		return;
	}
	error_set(&err, 0, "the guest broke the control protocol: %s", why);
	error_hint(&err, "the image or kernel is not one that vmdeck made; try the default ones");
	fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

static const struct guest_events guest_hooks = { .frame = guest_frame, .bad = guest_bad };

/* Requests of viewers. */

static void do_exec(struct supervisor *s, struct viewer *v, struct wire *w)
{
	struct error err;

	if (s->ready && s->guest.source.loop) {
		execs_start(&s->execs, v, w, s->spec.env, s->spec.user);
		return;
	}
	if (s->vm.control_fd < 0)
		error_set(&err, 0, "%s machines cannot run commands beside the agent", s->record.backend);
	else if (s->ready)
		error_set(&err, 0, "the machine's control port is lost");
	else
		error_set(&err, 0, "the session is not ready yet");
	err.code = s->vm.control_fd < 0 ? ENOTSUP : s->ready ? EPIPE : EAGAIN;
	viewer_fail(v, w->request, &err);
}

static void resize(struct supervisor *s, int cols, int rows)
{
	uint16_t size[2] = { (uint16_t)cols, (uint16_t)rows };

	if (cols < 1 || rows < 1 || cols > 500 || rows > 500 || s->ending ||
	    (cols == vt_cols(s->console.vt) && rows == vt_rows(s->console.vt)))
		return;
	if (vt_resize(s->console.vt, cols, rows) < 0)
		return;
	if (s->guest.source.loop)
		send_small(s, CONTROL_RESIZE, 0, size, sizeof(size));
	if (s->vm_started && s->vm.backend->resize)
		s->vm.backend->resize(&s->vm, size[0], size[1]);
	s->record.cols = (unsigned)cols;
	s->record.rows = (unsigned)rows;
	record_changed(s, true);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		damage_all(&LIST_ITEM(i, struct viewer, link)->damage);
	console_changed(&s->console);
}

static void stop_late(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, deadline);

	s->vm.backend->kill(&s->vm);
}

static void kill_now(struct supervisor *s, const char *cause)
{
	set_state(s, SESSION_STOPPING, cause);
	if (s->vm_started)
		s->vm.backend->kill(&s->vm);
	else
		finish(s, SESSION_ENDED, cause, NULL);
}

static void stop(struct supervisor *s)
{
	uint32_t grace = STOP_GUEST_MS;
	struct error err;

	if (s->ending || s->record.state == SESSION_STOPPING)
		return;
	if (!s->ready || !s->guest.source.loop || s->record.state == SESSION_SILENT) {
		kill_now(s, "stopped");
		return;
	}
	set_state(s, SESSION_STOPPING, "stopped");
	send_small(s, CONTROL_POWEROFF, 0, &grace, sizeof(grace));
	s->deadline.fn = stop_late;
	if (timer_start(&s->loop, &s->deadline, STOP_MS, 0, &err) < 0)
		kill_now(s, "stopped");
}

static void mouse(struct supervisor *s, struct wire *w)
{
	int button = (int)wire_get_u32(w);
	int row = wire_get_u16(w), col = wire_get_u16(w);
	unsigned mods = wire_get_u16(w);
	bool press = wire_get_u8(w), motion = wire_get_u8(w);

	console_mouse(&s->console, button, row, col, mods, press, motion);
}

/* Input from a person; the machine's answer is on the way. */
static bool typed(struct supervisor *s, struct wire *w)
{
	size_t n = wire_left(w);

	if (w->type == WIRE_KEY) {
		uint32_t key = wire_get_u32(w);

		console_key(&s->console, key, wire_get_u32(w));
	} else if (w->type == WIRE_PASTE) {
		console_paste(&s->console, (const char *)wire_get(w, n), n);
	} else if (w->type == WIRE_TYPE) {
		console_type(&s->console, wire_get(w, n), n);
	} else {
		return false;
	}
	attend(s);
	return true;
}

static void viewer_message(struct viewer *v, struct wire *w)
{
	struct supervisor *s = v->owner;

	if (typed(s, w))
		return;
	switch (w->type) {
	case WIRE_HELLO:
		post_record(s, v);
		return;
	case WIRE_WATCH:
		v->watch = wire_get_u8(w);
		if (v->watch) {
			damage_all(&v->damage);
			viewer_frame(v, s->console.vt);
		}
		return;
	case WIRE_MOUSE:
		mouse(s, w);
		return;
	case WIRE_FOCUS:
		console_focus(&s->console, wire_get_u8(w));
		return;
	case WIRE_RESIZE: {
		int cols = wire_get_u16(w);

		resize(s, cols, wire_get_u16(w));
		return;
	}
	case WIRE_EXEC:
		do_exec(s, v, w);
		return;
	case WIRE_EXEC_INPUT:
		execs_input(&s->execs, v, w);
		return;
	case WIRE_EXEC_SIGNAL:
		execs_signal(&s->execs, v, w);
		return;
	case WIRE_STOP:
		stop(s);
		return;
	case WIRE_KILL:
		kill_now(s, "killed");
		return;
	case WIRE_ATTEND:
		attend(s);
		return;
	default:
		if (answer_request(s->console.vt, w, viewer_post, v) == 1)
			viewer_let_go(v);
	}
}

static bool any_busy(const struct supervisor *s)
{
	for (const struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		if (viewer_busy(LIST_ITEM(i, struct viewer, link)))
			return true;
	return false;
}

/* Everybody's control port waits for a viewer that does not take what its
 * command wrote: not for ever. */
static void too_slow(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, slow);

	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		if (viewer_busy(LIST_ITEM(i, struct viewer, link)))
			viewer_let_go(LIST_ITEM(i, struct viewer, link));
}

static void release_guest(struct supervisor *s)
{
	if (any_busy(s))
		return;
	guest_hold(&s->guest, false);
	timer_stop(&s->slow);
}

static void viewer_drained(struct viewer *v)
{
	struct supervisor *s = v->owner;

	release_guest(s);
	viewer_frame(v, s->console.vt);
}

static void viewer_gone(struct viewer *v)
{
	struct supervisor *s = v->owner;

	execs_viewer_gone(&s->execs, v);
	viewer_free(v);
	release_guest(s);
}

static const struct viewer_events viewer_hooks = {
	.message = viewer_message, .drained = viewer_drained, .gone = viewer_gone,
};

static size_t list_length(const struct list *l)
{
	size_t n = 0;

	for (const struct list *i = l->next; i != l; i = i->next)
		n++;
	return n;
}

static void accept_viewer(struct source *src, uint32_t events)
{
	struct supervisor *s = SOURCE_OWNER(src, struct supervisor, listen);
	struct ucred peer;
	socklen_t len = sizeof(peer);
	struct viewer *v;
	int fd = accept4(src->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 || peer.uid != geteuid() ||
	    list_length(&s->viewers) >= VIEWERS) {
		close(fd);
		return;
	}
	v = viewer_new(&s->loop, fd, s->next_viewer++, &viewer_hooks, s);
	if (v)
		list_append(&s->viewers, &v->link);
}

/* The machine. */

static void vm_over(struct supervisor *s)
{
	bool stopping = s->record.state == SESSION_STOPPING;
	bool asked = s->vm.asked || stopping;
	char cause[512];

	timer_stop(&s->deadline);
	boot_detach(&s->boot);
	execs_fail(&s->execs, "the machine ended");
	if (!asked || (!s->ready && !stopping)) {
		snprintf(cause, sizeof(cause), "%.240s%s%s", s->vm.cause[0] ? s->vm.cause : "the machine ended",
			 s->boot.panic[0] ? ": " : "", s->boot.panic);
		finish(s, SESSION_FAILED, cause,
		       s->boot.panic[0] ? "vmdeck logs --boot shows the kernel's log" : NULL);
		return;
	}
	if (s->record.cause[0])
		snprintf(cause, sizeof(cause), "%s", s->record.cause);
	else
		snprintf(cause, sizeof(cause), "%s", s->vm.cause);
	finish(s, SESSION_ENDED, cause, NULL);
}

static void vm_changed(struct vm *vm)
{
	struct supervisor *s = vm->owner;

	switch (vm->state) {
	case VM_RUNNING:
		if (s->resuming && s->record.state == SESSION_STARTING) {
			guest_resumed(s);
			return;
		}
		if (s->record.state == SESSION_SILENT) {
			set_state(s, s->ready ? SESSION_READY : SESSION_STARTING, "");
		} else if (!s->ready && !s->hello) {
			step_begin(s, vm->control_fd < 0 ? "agent" : "guest");
		}
		return;
	case VM_SILENT:
		if (s->record.state != SESSION_STOPPING)
			set_state(s, SESSION_SILENT, "the hypervisor does not answer");
		execs_fail(&s->execs, "the machine does not answer");
		return;
	case VM_GONE:
		if (s->resuming && s->record.state != SESSION_STOPPING && !s->ending)
			loop_later(&s->loop, &s->again);
		else
			vm_over(s);
		return;
	default:
		return;
	}
}

static void too_late(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, deadline);
	struct error err;

	if (s->resuming) {
		s->late = true;
		s->vm.backend->kill(&s->vm);
		return;
	}
	error_set(&err, 0, s->hello ? "the guest did not start the agent within %d s" :
		  "the guest did not come up within %d s", (s->hello ? READY_MS : HELLO_MS) / 1000);
	error_hint(&err, "vmdeck logs --boot %s shows how far the kernel came", s->record.id);
	fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

static unsigned long long ticks_of(pid_t pid)
{
	char path[64];
	struct error err;
	AUTO_FREE char *text = NULL;
	unsigned long long user = 0, sys = 0;
	char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	text = file_read(AT_FDCWD, path, 4096, NULL, &err);
	p = text ? strrchr(text, ')') : NULL;
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &sys) != 2)
		return 0;
	return user + sys;
}

static void sample(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, sample);
	unsigned long long ticks = s->record.vm_pid ? ticks_of(s->record.vm_pid) : 0;
	uint64_t now = now_ms();

	if (ticks && s->vm_ticks && now > s->vm_ticks_at)
		s->record.cpu = (double)(ticks - s->vm_ticks) / (double)sysconf(_SC_CLK_TCK) /
				((double)(now - s->vm_ticks_at) / 1000);
	s->vm_ticks = ticks;
	s->vm_ticks_at = now;
	s->record.dropped = s->console.input.dropped + vt_replies_dropped(s->console.vt);
	record_changed(s, false);
}

static int watch_machine(struct supervisor *s, struct error *err)
{
	if (s->vm.console_fd >= 0 && console_attach(&s->console, &s->loop, s->vm.console_fd, err) < 0)
		return -1;
	if (s->vm.control_fd >= 0 &&
	    guest_open(&s->guest, &s->loop, s->vm.control_fd, &guest_hooks, err) < 0)
		return -1;
	if (s->vm.boot_fd >= 0 && boot_attach(&s->boot, &s->loop, s->vm.boot_fd, err) < 0)
		return -1;
	s->deadline.fn = too_late;
	if (timer_start(&s->loop, &s->deadline, s->resuming ? RESUME_MS : HELLO_MS, 0, err) < 0)
		return -1;
	s->sample.fn = sample;
	return timer_start(&s->loop, &s->sample, STAT_MS, STAT_MS, err);
}

/* The hypervisor holds them; what only it needs is not kept open here. */
static void let_go(struct supervisor *s)
{
	for (int i = SPEC_FD_KERNEL; i < SPEC_FD_COUNT; i++)
		if (i != SPEC_FD_TEMPLATE) /* its lock says that it is in use */
			drop_fd(&s->fds[i]);
	drop_fd(&s->net.tap_fd);
}

/* Warm while the template is at hand, else cold. */
static int start_vm(struct supervisor *s, const struct backend *b, struct error *err)
{
	struct vm_snapshot snapshot = { .ram_fd = s->fds[SPEC_FD_RAM],
					.state_fd = s->fds[SPEC_FD_STATE],
					.tsc_khz = s->spec.tsc_khz };
	struct vm_spec spec = {
		.name = s->record.id,
		.kernel_fd = s->fds[SPEC_FD_KERNEL],
		.initramfs_fd = s->fds[SPEC_FD_INITRAMFS],
		.image_fd = s->fds[SPEC_FD_IMAGE],
		.disk_fd = s->fds[SPEC_FD_DISK],
		.tap_fd = s->net.tap_fd,
		.netns_fd = s->net.ns_fd,
		.mac = NETNS_GUEST_MAC,
		.memory_mib = s->record.memory_mib,
		.cpus = s->record.cpus,
		.accel = s->spec.accel,
		.cpu_max = s->spec.cpu_max,
		.script = s->spec.script,
		.cols = (uint16_t)s->record.cols,
		.rows = (uint16_t)s->record.rows,
	};

	s->resuming = snapshot.ram_fd >= 0 && snapshot.state_fd >= 0;
	if (s->resuming)
		spec.snapshot = &snapshot;
	step_begin(s, "hypervisor");
	s->vm = (struct vm){ .backend = b, .loop = &s->loop, .changed = vm_changed, .owner = s,
			     .console_fd = -1, .control_fd = -1, .boot_fd = -1 };
	if (b->start(&s->vm, &spec, err) < 0)
		return -1;
	s->vm_started = true;
	snprintf(s->record.guards, sizeof(s->record.guards), "%s%s%.200s", s->user_ns ? "" : "no user namespace",
		 s->user_ns || !s->vm.notes[0] ? "" : ", ", s->vm.notes);
	snprintf(s->record.accel, sizeof(s->record.accel), "%s",
		 b == &backend_demo ? "none" : vm_accel_names[s->vm.accel]);
	drop_fd(&s->vm_pidfd);
	s->vm_pidfd = s->vm.pid ? (int)syscall(SYS_pidfd_open, s->vm.pid, 0) : -1;
	s->record.vm_pid = s->vm_pidfd >= 0 ? isolate_host_pid_of(s->vm_pidfd) : 0;
	if (!s->resuming)
		let_go(s);
	record_changed(s, true);
	return watch_machine(s, err);
}

static int start_machine(struct supervisor *s, struct error *err)
{
	const struct backend *b = backend_find(s->record.backend);

	if (!b)
		return error_set(err, 0, "no backend \"%s\"", s->record.backend);
	if (b != &backend_demo) {
		step_begin(s, "network");
		if (netns_make(&s->net, err) < 0)
			return -1;
	}
	return start_vm(s, b, err);
}

/* The template did not do. It goes, this session starts cold, and says so. */
static void start_again(struct later *l)
{
	struct supervisor *s = LIST_ITEM(l, struct supervisor, again);
	const struct backend *b = s->vm.backend;
	char why[200];
	struct error err;

	text_clean_str(why, sizeof(why), s->late ? "the machine did not answer" : s->vm.cause);
	snprintf(s->record.note, sizeof(s->record.note), "the template did not do: %s", why);
	boot_say(&s->boot, "%s", s->record.note);
	template_spoil(s->fds[SPEC_FD_TEMPLATE]);
	for (int i = SPEC_FD_TEMPLATE; i <= SPEC_FD_STATE; i++)
		drop_fd(&s->fds[i]);
	timer_stop(&s->deadline);
	timer_stop(&s->sample);
	console_detach(&s->console);
	guest_close(&s->guest);
	boot_detach(&s->boot);
	b->done(&s->vm);
	s->vm_started = s->asked = s->late = false;
	s->record.vm_pid = 0;
	s->record.steps_of = s->record.n_steps + 3; /* hypervisor, guest, agent once more */
	if (start_vm(s, b, &err) < 0)
		fail(s, &err);
}

/* The process. */

static void farewell_over(struct timer *t)
{
	loop_stop(&SOURCE_OWNER(t, struct supervisor, farewell)->loop, 0);
}

/* After the last event: viewers get the end, then this process goes. */
static void over(struct later *l)
{
	struct supervisor *s = LIST_ITEM(l, struct supervisor, over);
	struct error err;

	source_forget(&s->listen);
	timer_stop(&s->frame_timer);
	timer_stop(&s->save_timer);
	unlinkat(s->dir, RESERVE, 0);
	send_frames(s);
	save_record(&s->save);
	s->farewell.fn = farewell_over;
	if (list_empty(&s->viewers) ||
	    timer_start(&s->loop, &s->farewell, FAREWELL_MS, 0, &err) < 0)
		loop_stop(&s->loop, 0);
}

static void on_signal(struct signals *sig, int signo, pid_t sender)
{
	struct supervisor *s = SOURCE_OWNER(sig, struct supervisor, signals);

	(void)signo;
	(void)sender;
	stop(s);
}

static int set_up(struct supervisor *s, struct error *err)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, 0 };

	list_init(&s->viewers);
	s->next_viewer = 1;
	execs_init(&s->execs, &s->guest, &s->viewers);
	s->vm_pidfd = -1;
	s->net = (struct netns){ -1, -1 };
	s->frame_timer.fn = frame_due;
	s->save.fn = save_record;
	s->save_timer.fn = save_due;
	s->slow.fn = too_slow;
	s->over.fn = over;
	s->again.fn = start_again;
	s->listen.fn = accept_viewer;
	s->signals.fn = on_signal;
	if (loop_init(&s->loop, err) < 0 ||
	    signals_watch(&s->loop, &s->signals, signals, err) < 0 ||
	    loop_watch(&s->loop, &s->listen, SPEC_FD_LISTEN, EPOLLIN, err) < 0 ||
	    console_init(&s->console, s->dir, (int)s->record.cols, (int)s->record.rows, &console_hooks,
			 err) < 0 ||
	    boot_init(&s->boot, s->dir, err) < 0)
		return -1;
	make_reserve(s);
	return 0;
}

static int run(struct supervisor *s)
{
	struct error err;

	/* What went before is the launch's and this process's own beginning. */
	step_add(s, "supervisor", (double)(s->step_us - s->spec.requested_us) / 1000);
	s->record.pid = isolate_host_pid();
	s->record.started = process_started(s->record.pid);
	if (set_up(s, &err) < 0) {
		snprintf(s->record.cause, sizeof(s->record.cause), "%s", err.msg);
		s->record.state = SESSION_FAILED;
		record_save(&s->record, s->dir, &err);
		return 1;
	}
	record_changed(s, true);
	if (start_machine(s, &err) < 0) {
		fail(s, &err);
		if (s->vm_started)
			s->vm.backend->kill(&s->vm);
	}
	if (loop_run(&s->loop, &err) < 0)
		fprintf(stderr, "%s\n", err.msg);
	guest_close(&s->guest);
	if (s->vm_started)
		s->vm.backend->done(&s->vm);
	return 0;
}

/* What this process may use, whatever a guest makes it do. */
static void limit_self(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NAME, "vmdeck-session", 0, 0, 0);
}

static int record_failure(struct spec *spec, const struct error *err)
{
	struct error ignored;

	spec->record.state = SESSION_FAILED;
	spec->record.ended = time(NULL);
	text_clean_str(spec->record.cause, sizeof(spec->record.cause), err->msg);
	text_clean_str(spec->record.hint, sizeof(spec->record.hint), err->hint);
	record_save(&spec->record, SPEC_FD_DIR, &ignored);
	return 1;
}

int supervise_main(int argc, char **argv)
{
	struct supervisor *s;
	struct spec spec;
	int fds[SPEC_FD_COUNT];
	struct error err;
	bool user_ns;
	pid_t pid;

	(void)argv;
	if (argc != 3 || fcntl(SPEC_FD_LISTEN, F_GETFD) < 0) {
		fprintf(stderr, "supervise is what vmdeck runs for each session; it is not for people\n");
		return 2;
	}
	limit_self();
	/* Before anything is opened: a number that was not handed over is free now,
	 * and somebody else's soon. */
	for (int fd = 0; fd < SPEC_FD_COUNT; fd++)
		fds[fd] = fd >= 3 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
	if (spec_load(&spec, SPEC_FD_DIR, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	if (isolate_enter(&user_ns, &err) < 0)
		return record_failure(&spec, &err);
	pid = fork();
	if (pid < 0) {
		error_set(&err, errno, "start the supervisor");
		return record_failure(&spec, &err);
	}
	if (pid > 0)
		_exit(0); /* the child goes on by itself; the launch has been waiting for this */
	s = calloc(1, sizeof(*s));
	if (!s)
		return 1;
	s->spec = spec;
	s->record = spec.record;
	s->dir = SPEC_FD_DIR;
	memcpy(s->fds, fds, sizeof(fds));
	s->user_ns = user_ns;
	s->step_us = now_us();
	return run(s);
}
