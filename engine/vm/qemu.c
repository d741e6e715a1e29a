#include "engine/vm/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/vm/jail.h"
#include "engine/vm/kvm.h"
#include "engine/vm/preload.h"
#include "engine/vm/qemu_args.h"
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
	FILES_MAX = 256,
	ENV_MAX = 250,
};

struct qemu {
	struct vm *vm;
	struct child child;
	struct qmp qmp;
	struct timer ping;   /* next question, or the answer's deadline */
	struct timer ending; /* after QMP has ended */
	bool asking;
	struct source errors; /* its standard error */
	char line[512];	      /* the line under way */
	size_t len;
	char last[512];	      /* the last whole one that was not a warning */
	char stopped[160];    /* why the guest stopped, by QMP; "" */
	bool ended_by_us;     /* it hung on its way out */
	char broke[160];      /* why we gave it up; "" */
	vm_saved_fn *saved;   /* while the state is being written */
};

/*
 * Standard error: notes of the jail, warnings, and at the end the reason.
 */

static void take_line(struct qemu *q)
{
	static const char *const selves[] = { "qemu-system-x86_64: ", "qemu: ", NULL };
	char clean[sizeof(q->line)];
	const char *s = clean;
	struct vm *vm = q->vm;
	size_t n;

	text_clean(clean, sizeof(clean), q->line, q->len, false);
	q->len = 0;
	if (!strncmp(s, JAIL_NOTE, strlen(JAIL_NOTE))) {
		n = strlen(vm->notes);
		snprintf(vm->notes + n, sizeof(vm->notes) - n, "%s%s", n ? "; " : "",
			 s + strlen(JAIL_NOTE));
		return;
	}
	for (const char *const *self = selves; *self; self++)
		if (!strncmp(s, *self, strlen(*self)))
			s += strlen(*self);
	if (strstr(s, ": Assertion `") && q->last[0])
		return; /* the line before it says what happened, this one where */
	if (*s && strncmp(s, "warning:", 8) != 0)
		snprintf(q->last, sizeof(q->last), "%s", s);
}

/* 1: there may be more. A line that is too long is cut. */
static int read_errors(struct qemu *q)
{
	char buf[1024];
	ssize_t n = read(q->errors.fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		source_forget(&q->errors);
		close(q->errors.fd);
		return 0;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			take_line(q);
		else if (q->len < sizeof(q->line))
			q->line[q->len++] = buf[i];
	}
	return 1;
}

static void on_errors(struct source *s, uint32_t events)
{
	(void)events;
	read_errors(SOURCE_OWNER(s, struct qemu, errors));
}

static void drain_errors(struct qemu *q)
{
	/* Bounded by a pipe's 64 KiB. */
	for (int i = 0; i < 64 && q->errors.loop && read_errors(q); i++)
		;
	if (q->len)
		take_line(q);
}

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
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && q->last[0])
		snprintf(vm->cause, sizeof(vm->cause), "QEMU aborted: %.*s",
			 (int)sizeof(vm->cause) - 16, q->last);
	else if (WIFSIGNALED(status)) {
		if (WTERMSIG(status) == SIGSYS)
			why = ": its sandbox refused a system call";
		else if (WTERMSIG(status) == SIGXFSZ)
			why = ": it wrote more than its disk holds";
		snprintf(vm->cause, sizeof(vm->cause), "QEMU was killed (SIG%s)%s",
			 sigabbrev_np(WTERMSIG(status)), why);
	} else if (WEXITSTATUS(status) && q->last[0])
		snprintf(vm->cause, sizeof(vm->cause), "QEMU%s: %.*s",
			 strstr(q->last, "kernel") ? " could not load the kernel" : "",
			 (int)sizeof(vm->cause) - 40, q->last);
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
	if (q->errors.loop) {
		source_forget(&q->errors);
		close(q->errors.fd);
	}
}

static void on_end(struct child *c, int status)
{
	struct qemu *q = LIST_ITEM(c, struct qemu, child);

	qmp_drain(&q->qmp);
	drain_errors(q);
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

/* A stream between us and a descriptor of the child. */
static int make_stream(int *ours, int *theirs, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "socket pair");
	*ours = pair[0];
	*theirs = pair[1];
	return fd_nonblock(*ours) < 0 ? error_set(err, errno, "socket pair") : 0;
}

static enum vm_accel decide_accel(enum vm_accel wanted)
{
	struct kvm_probe probe;

	if (wanted != VM_ACCEL_AUTO)
		return wanted;
	kvm_probe(&probe, NULL, NULL);
	return kvm_worthwhile(&probe) ? VM_ACCEL_KVM : VM_ACCEL_TCG;
}

static int find_program(const struct vm_spec *spec, char out[PATH_MAX], struct error *err)
{
	const char *name = spec->program ? spec->program : backend_qemu.program;
	char found[PATH_MAX];

	if (process_find(name, found, sizeof(found)) < 0 || !realpath(found, out)) {
		error_set(err, ENOENT, "find %s", name);
		error_hint(err, "install QEMU: sudo apt install qemu-system-x86");
		return -1;
	}
	return 0;
}

/* Room for a session disk to fill up, and never more than that. */
static uint64_t largest_file(const struct vm_spec *spec)
{
	struct stat st;

	if (spec->disk_fd < 0 || fstat(spec->disk_fd, &st) < 0 || st.st_size <= 0)
		return 1 << 20;
	return (uint64_t)st.st_size + (1 << 20);
}

/* The child's ends, closed when start returns. */
struct ends {
	int console, control, boot, qmp, errors;
};

static void close_ends(struct ends *e)
{
	own_close(&e->console);
	own_close(&e->control);
	own_close(&e->boot);
	own_close(&e->qmp);
	own_close(&e->errors);
}

/* Ours, and what is to be loaded. */
static void environment(char *env[ENV_MAX + 2], char preload[64])
{
	int n = 0;

	snprintf(preload, 64, "LD_PRELOAD=/proc/self/fd/%d", QEMU_FD_PRELOAD);
	for (int i = 0; environ[i] && n < ENV_MAX; i++)
		if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0)
			env[n++] = environ[i];
	env[n++] = preload;
	env[n] = NULL;
}

static pid_t spawn(struct vm *vm, const struct vm_spec *spec, const struct ends *e,
		   struct error *err)
{
	bool resume = spec->snapshot && !spec->snapshot->making;
	char program[PATH_MAX], preload[64], *env[ENV_MAX + 2];
	AUTO_CLOSE int shim = -1;
	struct qemu_args args;
	struct jail jail = { .netns_fd = spec->netns_fd < 0 ? -1 : QEMU_FD_NETNS,
			     .program = program, .kvm = vm->accel == VM_ACCEL_KVM,
			     .file_size = largest_file(spec), .files = FILES_MAX };
	struct process p = { .file = program, .argv = args.v, .n_fds = QEMU_FD_COUNT,
			     .prepare = jail_enter, .arg = &jail,
			     .fds = {
				     [0] = -1,
				     [1] = e->errors,
				     [2] = e->errors,
				     [QEMU_FD_KERNEL] = spec->kernel_fd,
				     [QEMU_FD_INITRAMFS] = spec->initramfs_fd,
				     [QEMU_FD_IMAGE] = spec->image_fd,
				     [QEMU_FD_DISK] = spec->disk_fd,
				     [QEMU_FD_TAP] = spec->tap_fd,
				     [QEMU_FD_CONSOLE] = e->console,
				     [QEMU_FD_CONTROL] = e->control,
				     [QEMU_FD_BOOT] = e->boot,
				     [QEMU_FD_QMP] = e->qmp,
				     [QEMU_FD_NETNS] = spec->netns_fd,
				     [QEMU_FD_RAM] = spec->snapshot ? spec->snapshot->ram_fd : -1,
				     [QEMU_FD_STATE] = spec->snapshot ? spec->snapshot->state_fd : -1,
				     [QEMU_FD_PRELOAD] = -1,
			     } };

	if (find_program(spec, program, err) < 0)
		return -1;
	if (resume) {
		shim = p.fds[QEMU_FD_PRELOAD] = preload_open(err);
		if (shim < 0)
			return -1;
		environment(env, preload);
		p.env = env;
	}
	qemu_args(&args, spec, vm->accel);
	if (args.full)
		return error_set(err, E2BIG, "QEMU's command line");
	return process_start(&p, err);
}

/* Watch what was started. The two descriptors become the machine's. */
static int attach(struct qemu *q, int *qmp, int *errors, struct error *err)
{
	struct loop *l = q->vm->loop;

	if (child_watch(l, &q->child, q->vm->pid, err) < 0) {
		kill(q->vm->pid, SIGKILL);
		waitpid(q->vm->pid, NULL, 0);
		return -1;
	}
	if (qmp_start(&q->qmp, l, *qmp, GREETING_MS, err) < 0)
		return -1;
	take_fd(qmp);
	if (loop_watch(l, &q->errors, *errors, EPOLLIN, err) < 0)
		return -1;
	take_fd(errors);
	return 0;
}

static int start(struct qemu *q, const struct vm_spec *spec, struct error *err)
{
	__attribute__((cleanup(close_ends))) struct ends e = { -1, -1, -1, -1, -1 };
	AUTO_CLOSE int qmp = -1;
	AUTO_CLOSE int errors = -1;
	struct vm *vm = q->vm;
	int pipefd[2];

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return error_set(err, errno, "pipe");
	errors = pipefd[0];
	e.errors = pipefd[1];
	if (fd_nonblock(errors) < 0 || make_stream(&vm->console_fd, &e.console, err) < 0 ||
	    make_stream(&vm->control_fd, &e.control, err) < 0 ||
	    make_stream(&vm->boot_fd, &e.boot, err) < 0 || make_stream(&qmp, &e.qmp, err) < 0)
		return -1;
	vm->pid = spawn(vm, spec, &e, err);
	if (vm->pid < 0)
		return -1;
	return attach(q, &qmp, &errors, err);
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
	q->errors.fn = on_errors;
	vm->accel = decide_accel(spec->accel);
	if (start(q, spec, err) < 0) {
		qemu_done(vm);
		return error_wrap(err, "QEMU");
	}
	vm->state = VM_STARTING;
	read_errors(q); /* the jail's notes were written before exec */
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

/* Numbers that differ from one host or launch to the next are the caller's to
 * compare (tsc_khz) or mean nothing to the guest (the name). */
static int qemu_identity(const struct vm_spec *spec, char *out, size_t cap, struct error *err)
{
	struct vm_snapshot none = { .ram_fd = -1, .state_fd = -1, .tsc_khz = 1 };
	struct vm_spec s = *spec;
	char program[PATH_MAX];
	struct qemu_args args;
	struct stat st;
	size_t n;

	if (find_program(spec, program, err) < 0)
		return -1;
	if (stat(program, &st) < 0)
		return error_set(err, errno, "look at %s", program);
	s.name = "template";
	s.snapshot = &none;
	qemu_args(&args, &s, decide_accel(spec->accel));
	n = (size_t)snprintf(out, cap, "%s %llu %lld.%09ld\n", program,
			     (unsigned long long)st.st_size, (long long)st.st_mtim.tv_sec,
			     st.st_mtim.tv_nsec);
	for (size_t i = 1; i < args.n && n < cap; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s\n", args.v[i]);
	return args.full || n >= cap ? error_set(err, E2BIG, "QEMU's command line") : 0;
}

static int qemu_probe(char *out, size_t cap, struct error *err)
{
	struct vm_spec spec = { .program = NULL };
	char path[PATH_MAX], text[4096];
	char version[] = "--version", machine[] = "-machine", help[] = "help";
	char *ask_version[] = { path, version, NULL }, *ask_machines[] = { path, machine, help, NULL };
	int status, major = 0, minor = 0, micro = 0;

	if (find_program(&spec, path, err) < 0 ||
	    process_capture(ask_version, text, sizeof(text), 5000, &status, err) < 0)
		return -1;
	if (sscanf(text, "QEMU emulator version %d.%d.%d", &major, &minor, &micro) < 2)
		return error_set(err, 0, "%s does not tell its version", path);
	if (major * 100 + minor < 602) {
		error_set(err, 0, "QEMU %d.%d at %s is too old", major, minor, path);
		error_hint(err, "install QEMU 6.2 or newer");
		return -1;
	}
	if (process_capture(ask_machines, text, sizeof(text), 5000, &status, err) < 0)
		return -1;
	if (!strstr(text, "\nmicrovm ")) {
		error_set(err, 0, "QEMU %d.%d at %s has no microvm machine", major, minor, path);
		error_hint(err, "install a QEMU with it: sudo apt install qemu-system-x86");
		return -1;
	}
	snprintf(out, cap, "QEMU %d.%d.%d at %s", major, minor, micro, path);
	return 0;
}

const struct backend backend_qemu = {
	.name = "qemu",
	.title = "QEMU microvm",
	.program = "qemu-system-x86_64",
	.start = qemu_start,
	.kill = qemu_kill,
	.done = qemu_done,
	.pause = qemu_pause,
	.resume = qemu_resume,
	.save = qemu_save,
	.identity = qemu_identity,
	.probe = qemu_probe,
};
