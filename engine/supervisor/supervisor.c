#include "engine/supervisor/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/session/archive.h"
#include "engine/supervisor/isolate.h"
#include "engine/supervisor/supervisor_parts.h"

enum {
	FAREWELL_MS = 300, /* for viewers to take the last messages */
};

/* The end: whatever the way, it comes through here, once. */
void supervisor_finish(struct supervisor *s, enum session_state state, const char *cause,
		       const char *hint)
{
	struct error err;

	if (s->ending)
		return;
	s->ending = true;
	if (state == SESSION_FAILED)
		supervisor_step_end(s);
	supervisor_enter(s, state, cause);
	text_clean_str(s->record.hint, sizeof(s->record.hint), hint ? hint : "");
	s->record.ended = time(NULL);
	s->record.vm_pid = 0;
	s->record.cpu = 0;
	console_detach(&s->console);
	network_stop(&s->network);
	if (s->console.any_output) {
		console_say(&s->console, "%s", s->record.cause);
		if (archive_save(s->console.vt, s->dir, &err) < 0)
			fprintf(stderr, "%s\n", err.msg);
	}
	recording_stop(&s->console.recording);
	supervisor_tape_ended(s);
	supervisor_changed(s, true);
	if (!supervisor_last_look(s))
		loop_later(&s->loop, &s->over);
}

void supervisor_fail(struct supervisor *s, const struct error *err)
{
	supervisor_finish(s, SESSION_FAILED, err->msg, err->hint);
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
	supervisor_drop_reserve(s);
	supervisor_frames(s);
	supervisor_save(&s->save);
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
	supervisor_stop(s);
}

static int set_up(struct supervisor *s, struct error *err)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, 0 };

	s->over.fn = over;
	s->signals.fn = on_signal;
	supervisor_machine_init(s);
	if (loop_init(&s->loop, err) < 0 ||
	    signals_watch(&s->loop, &s->signals, signals, err) < 0 ||
	    supervisor_viewers_init(s, err) < 0 ||
	    console_init(&s->console, s->dir, (int)s->record.cols, (int)s->record.rows,
			 &supervisor_console, err) < 0 ||
	    boot_init(&s->boot, s->dir, err) < 0)
		return -1;
	supervisor_record_init(s);
	if (s->spec.standby)
		supervisor_standby_init(s);
	supervisor_attention_init(s);
	supervisor_looks_init(s);
	return 0;
}

static int run(struct supervisor *s)
{
	struct error err;

	/* What went before is the launch's and this process's own beginning. */
	supervisor_step_add(s, "supervisor", (double)(s->step_us - s->spec.requested_us) / 1000);
	s->record.pid = isolate_host_pid();
	s->record.started = process_started(s->record.pid);
	if (set_up(s, &err) < 0) {
		snprintf(s->record.cause, sizeof(s->record.cause), "%s", err.msg);
		s->record.state = SESSION_FAILED;
		record_save(&s->record, s->dir, &err);
		return 1;
	}
	supervisor_changed(s, true);
	if (supervisor_start(s, &err) < 0) {
		supervisor_fail(s, &err);
		if (s->vm_started)
			s->vm.backend->kill(&s->vm);
	}
	if (loop_run(&s->loop, &err) < 0)
		fprintf(stderr, "%s\n", err.msg);
	guest_close(&s->guest);
	if (s->vm_started)
		s->vm.backend->done(&s->vm);
	supervisor_standby_done(s);
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
		fprintf(stderr,
			"supervise is what vmdeck runs for each session; it is not for people\n");
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
