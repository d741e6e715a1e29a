#include "engine/vm/backend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/vm/qemu_args.h"
#include "engine/vm/qemu_errors.h"
#include "engine/vm/qemu_program.h"
#include "engine/vm/qemu_spawn.h"
#include "engine/vm/qmp.h"

/*
 * A QEMU process, from exec to its end.
 *
 * Three things tell of it: QMP (its state, why the guest stopped), its
 * standard error (why it would not start), and its pidfd (that it is over).
 * Only the last makes the machine GONE; the other two are read to the end
 * then, and whichever knows most gives the cause.
 *
 * It is asked for its status each PING_MS; one question at a time. No answer
 * within SILENT_MS makes it SILENT, and the answer, whenever it comes, makes
 * it what the answer says. So a stopped QEMU shows within 2.5 s and costs one
 * pending question, however long it stays.
 */
enum {
	PING_MS = 1000,
	SILENT_MS = 1500,
	START_MS = 5000,     /* its first answer, while it loads a kernel */
	GREETING_MS = 60000, /* more than that and it is no QEMU */
	END_MS = 2000,	     /* from the end of QMP to that of the process */
};

struct qemu {
	struct vm *vm;
	struct child child;
	struct qmp qmp;
	struct timer ping;   /* next question, or the answer's deadline */
	struct timer ending; /* after QMP has ended */
	bool asking;
	struct qemu_errors errors;
	char stopped[160];    /* why the guest stopped, by QMP; "" */
	bool ended_by_us;     /* it hung on its way out */
	char broke[160];      /* why we gave it up; "" */
	vm_saved_fn *saved;   /* while the state is being written */
};

/*
 * QMP: status, events.
 */

static const char *member(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsString(v) ? v->valuestring : "";
}

static void tell_saved(struct qemu *q, const char *why)
{
	vm_saved_fn *fn = q->saved;
	struct error err;

	q->saved = NULL;
	if (!fn)
		return;
	error_set(&err, 0, "save the state of the devices: %s", why ? why : "");
	fn(q->vm, why ? &err : NULL);
}

static void on_why(void *arg, const cJSON *ret, const struct error *err)
{
	const char *why = ret ? member(ret, "error-desc") : "";
	char clean[200];

	tell_saved(arg, *why ? text_clean_str(clean, sizeof(clean), why) : err ? err->msg : "it failed");
}

static void on_migration(struct qemu *q, const char *status)
{
	if (!strcmp(status, "completed"))
		tell_saved(q, NULL);
	else if (!strcmp(status, "failed") && qmp_ask(&q->qmp, "query-migrate", NULL, START_MS, on_why, q) < 0)
		tell_saved(q, status);
}

static void on_event(struct qmp *qmp, const char *name, const cJSON *data)
{
	struct qemu *q = LIST_ITEM(qmp, struct qemu, qmp);
	const char *reason = member(data, "reason");
	struct error ignored;

	if (!strcmp(name, "STOP")) {
		vm_enter(q->vm, VM_PAUSED);
	} else if (!strcmp(name, "RESUME")) {
		/* A question asked while it was starting had longer than one has now. */
		if (q->asking && q->vm->state == VM_STARTING)
			timer_start(q->vm->loop, &q->ping, SILENT_MS, 0, &ignored);
		vm_enter(q->vm, VM_RUNNING);
	} else if (!strcmp(name, "MIGRATION")) {
		on_migration(q, member(data, "status"));
	} else if (!strcmp(name, "SHUTDOWN")) {
		if (!strcmp(reason, "guest-shutdown")) {
			q->vm->asked = true;
			snprintf(q->stopped, sizeof(q->stopped), "powered off");
		} else if (!strcmp(reason, "guest-reset")) {
			snprintf(q->stopped, sizeof(q->stopped),
				 "the guest reset itself: a reboot, or a kernel panic (see its "
				 "boot log)");
		} else if (!strcmp(reason, "guest-panic")) {
			snprintf(q->stopped, sizeof(q->stopped), "the guest's kernel panicked");
		}
		/* QEMU 7.2 may hang in monitor_cleanup when a request of ours is under way. */
		timer_stop(&q->ping);
		timer_start(q->vm->loop, &q->ending, END_MS, 0, &ignored);
	}
}

static void ask_status(struct qemu *q);

static void on_status(void *arg, const cJSON *ret, const struct error *err)
{
	struct qemu *q = arg;
	const char *status = ret ? member(ret, "status") : "";
	struct error ignored;

	q->asking = false;
	if (err && err->code == ECONNRESET)
		return; /* gone: its own event tells */
	if (!strcmp(status, "running"))
		vm_enter(q->vm, VM_RUNNING);
	else if (!strcmp(status, "prelaunch") || !strcmp(status, "inmigrate"))
		vm_enter(q->vm, VM_STARTING);
	else
		vm_enter(q->vm, VM_PAUSED);
	timer_start(q->vm->loop, &q->ping, PING_MS, 0, &ignored);
}

static void on_ping(struct timer *t)
{
	struct qemu *q = LIST_ITEM(t, struct qemu, ping);

	if (q->asking)
		vm_enter(q->vm, VM_SILENT);
	else
		ask_status(q);
}

static void ask_status(struct qemu *q)
{
	struct error ignored;

	if (qmp_ask(&q->qmp, "query-status", NULL, 0, on_status, q) < 0)
		return;
	q->asking = true;
	timer_start(q->vm->loop, &q->ping, q->vm->state == VM_STARTING ? START_MS : SILENT_MS, 0,
		    &ignored);
}

static void on_qmp_gone(struct qmp *qmp, const char *why, bool violation)
{
	struct qemu *q = LIST_ITEM(qmp, struct qemu, qmp);
	char clean[128];
	struct error ignored;

	timer_stop(&q->ping);
	if (!violation) {
		timer_start(q->vm->loop, &q->ending, END_MS, 0, &ignored);
		return;
	}
	/* Whoever speaks like that is no QEMU any more. */
	snprintf(q->broke, sizeof(q->broke), "QEMU broke its protocol: %s",
		 text_clean_str(clean, sizeof(clean), why));
	child_signal(&q->child, SIGKILL);
}

static void on_ending(struct timer *t)
{
	struct qemu *q = LIST_ITEM(t, struct qemu, ending);

	if (!q->stopped[0])
		snprintf(q->broke, sizeof(q->broke), "QEMU closed its control connection and hung");
	q->ended_by_us = true;
	child_signal(&q->child, SIGKILL);
}

/*
 * The end.
 */

static void say_cause(struct qemu *q, int status)
{
	struct vm *vm = q->vm;
	const char *why = "";

	if (q->broke[0])
		snprintf(vm->cause, sizeof(vm->cause), "%s", q->broke);
	else if (q->ended_by_us && q->stopped[0])
		snprintf(vm->cause, sizeof(vm->cause), "%s", q->stopped);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && q->errors.last[0])
		snprintf(vm->cause, sizeof(vm->cause), "QEMU aborted: %.*s",
			 (int)sizeof(vm->cause) - 16, q->errors.last);
	else if (WIFSIGNALED(status)) {
		if (WTERMSIG(status) == SIGSYS)
			why = ": its sandbox refused a system call";
		else if (WTERMSIG(status) == SIGXFSZ)
			why = ": it wrote more than its disk holds";
		snprintf(vm->cause, sizeof(vm->cause), "QEMU was killed (SIG%s)%s",
			 sigabbrev_np(WTERMSIG(status)), why);
	} else if (WEXITSTATUS(status) && q->errors.last[0])
		snprintf(vm->cause, sizeof(vm->cause), "QEMU%s: %.*s",
			 strstr(q->errors.last, "kernel") ? " could not load the kernel" : "",
			 (int)sizeof(vm->cause) - 40, q->errors.last);
	else if (WEXITSTATUS(status))
		snprintf(vm->cause, sizeof(vm->cause), "QEMU failed (exit %d)",
			 WEXITSTATUS(status));
	else
		snprintf(vm->cause, sizeof(vm->cause), "%s",
			 q->stopped[0] ? q->stopped : "QEMU ended");
}

static void release(struct qemu *q)
{
	timer_stop(&q->ping);
	timer_stop(&q->ending);
	qmp_done(&q->qmp);
	qemu_errors_done(&q->errors);
}

static void on_end(struct child *c, int status)
{
	struct qemu *q = LIST_ITEM(c, struct qemu, child);

	qmp_drain(&q->qmp);
	qemu_errors_drain(&q->errors);
	say_cause(q, status);
	release(q);
	tell_saved(q, q->vm->cause);
	vm_enter(q->vm, VM_GONE);
}

static void qemu_done(struct vm *vm)
{
	struct qemu *q = vm->state_of;
	pid_t pid;

	if (!q)
		return;
	pid = q->child.pid;
	child_signal(&q->child, SIGKILL);
	child_forget(&q->child);
	if (pid)
		waitpid(pid, NULL, 0);
	release(q);
	free(q);
	vm->state_of = NULL;
	vm->pid = 0;
	drop_fd(&vm->console_fd);
	drop_fd(&vm->control_fd);
	drop_fd(&vm->boot_fd);
}

/*
 * The start.
 */

/* Watch what was started. */
static int attach(struct qemu *q, const struct qemu_ends *ends, struct error *err)
{
	struct loop *l = q->vm->loop;
	AUTO_CLOSE int qmp = ends->qmp;
	AUTO_CLOSE int errors = ends->errors;

	if (child_watch(l, &q->child, q->vm->pid, err) < 0) {
		kill(q->vm->pid, SIGKILL);
		waitpid(q->vm->pid, NULL, 0);
		return -1;
	}
	if (qmp_start(&q->qmp, l, qmp, GREETING_MS, err) < 0)
		return -1;
	take_fd(&qmp);
	if (qemu_errors_start(&q->errors, l, errors, err) < 0)
		return -1;
	take_fd(&errors);
	return 0;
}

static void ignore(void *arg, const cJSON *ret, const struct error *err)
{
	(void)arg;
	(void)ret;
	(void)err; /* the events STOP and RESUME, and the next status, tell what happened */
}

/* A state that is written leaves out the memory that is shared, and one that is
 * read expects that. Experimental by name, and unchanged since QEMU 4.0. */
static int allow_snapshot(struct qemu *q)
{
	static const char caps[] = "{\"capabilities\":["
				   "{\"capability\":\"x-ignore-shared\",\"state\":true},"
				   "{\"capability\":\"events\",\"state\":true}]}";

	return qmp_ask(&q->qmp, "migrate-set-capabilities", caps, 0, ignore, q);
}

static void on_load(void *arg, const cJSON *ret, const struct error *err)
{
	struct qemu *q = arg;

	(void)ret; /* that it loads; QEMU ends, and says why, when it cannot */
	if (!err || err->code == ECONNRESET)
		return;
	snprintf(q->broke, sizeof(q->broke), "QEMU does not resume: %.120s", err->msg);
	child_signal(&q->child, SIGKILL);
}

/* Asked before QMP is up, and so sent with the greeting's answer. */
static int load(struct qemu *q)
{
	char uri[32];

	snprintf(uri, sizeof(uri), "{\"uri\":\"fd:%d\"}", QEMU_FD_STATE);
	if (allow_snapshot(q) < 0)
		return -1;
	return qmp_ask(&q->qmp, "migrate-incoming", uri, 0, on_load, q);
}

static int qemu_start(struct vm *vm, const struct vm_spec *spec, struct error *err)
{
	struct qemu_ends ends;
	struct qemu *q;

	vm->console_fd = vm->control_fd = vm->boot_fd = -1;
	vm->state = VM_NONE;
	vm->pid = 0;
	vm->cause[0] = vm->notes[0] = '\0';
	if (spec->kernel_fd < 0)
		return error_set(err, 0, "QEMU: there is no kernel to start");
	q = calloc(1, sizeof(*q));
	if (!q)
		return error_set(err, ENOMEM, "QEMU");
	vm->state_of = q;
	q->vm = vm;
	q->child.fn = on_end;
	q->qmp.event = on_event;
	q->qmp.gone = on_qmp_gone;
	q->ping.fn = on_ping;
	q->ending.fn = on_ending;
	q->errors.notes = vm->notes;
	q->errors.notes_cap = sizeof(vm->notes);
	vm->accel = qemu_accel(spec->accel);
	if (qemu_spawn(vm, spec, &ends, err) < 0 || attach(q, &ends, err) < 0) {
		qemu_done(vm);
		return error_wrap(err, "QEMU");
	}
	vm->state = VM_STARTING;
	if (spec->snapshot && !spec->snapshot->making && load(q) < 0) {
		qemu_done(vm);
		return error_set(err, 0, "QEMU: cannot ask it to resume");
	}
	/* It waits for this (-S), so that no guest is over before we can hear of it. */
	if (!spec->snapshot || spec->snapshot->making)
		qmp_ask(&q->qmp, "cont", NULL, 0, ignore, q);
	ask_status(q);
	return 0;
}

static void qemu_kill(struct vm *vm)
{
	struct qemu *q = vm->state_of;

	vm->asked = true;
	if (q)
		child_signal(&q->child, SIGKILL);
}

static void qemu_pause(struct vm *vm)
{
	struct qemu *q = vm->state_of;

	if (q)
		qmp_ask(&q->qmp, "stop", NULL, 0, ignore, q);
}

static void qemu_resume(struct vm *vm)
{
	struct qemu *q = vm->state_of;

	if (q)
		qmp_ask(&q->qmp, "cont", NULL, 0, ignore, q);
}

static void on_save(void *arg, const cJSON *ret, const struct error *err)
{
	struct qemu *q = arg;

	(void)ret; /* an event tells when it is done */
	if (err)
		tell_saved(q, err->msg);
}

/* Not stopped before: a machine that was running when it was saved runs when
 * it is resumed, and needs no word for it. */
static int qemu_save(struct vm *vm, int fd, vm_saved_fn *saved, struct error *err)
{
	struct qemu *q = vm->state_of;

	if (!q || q->saved || allow_snapshot(q) < 0 ||
	    qmp_ask_fd(&q->qmp, "getfd", "{\"fdname\":\"state\"}", fd, ignore, q) < 0 ||
	    qmp_ask(&q->qmp, "migrate", "{\"uri\":\"fd:state\"}", START_MS, on_save, q) < 0)
		return error_set(err, 0, "QEMU cannot save this machine");
	q->saved = saved;
	return 0;
}

const struct backend backend_qemu = {
	.name = "qemu",
	.title = "QEMU microvm",
	.program = QEMU_PROGRAM,
	.start = qemu_start,
	.kill = qemu_kill,
	.done = qemu_done,
	.pause = qemu_pause,
	.resume = qemu_resume,
	.save = qemu_save,
	.identity = qemu_identity,
	.probe = qemu_probe,
};
