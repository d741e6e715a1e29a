#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/disk.h"
#include "engine/session/admission.h"
#include "engine/session/template.h"
#include "engine/supervisor/isolate.h"
#include "engine/supervisor/turn.h"

enum {
	HELLO_MS = 180 * 1000,	  /* for a kernel to boot, under emulation */
	RESUME_MS = 10 * 1000,	  /* for a machine from a template to answer */
	STOP_GUEST_MS = 5 * 1000, /* for the agent to end after SIGTERM */
	STOP_MS = 10 * 1000,	  /* for the machine to power off */
	STOP_SYSTEM_MS = 45 * 1000, /* for the image's own system to end, over and above */
	TURN_MS = 25,		  /* between two looks whether it is our turn */
	TURN_MAX_MS = 15 * 1000,
};

/* Its end, by request. */

static void stop_late(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, deadline);

	s->vm.backend->kill(&s->vm);
}

void supervisor_kill(struct supervisor *s, const char *cause)
{
	supervisor_enter(s, SESSION_STOPPING, cause);
	if (s->vm_started)
		s->vm.backend->kill(&s->vm);
	else
		supervisor_finish(s, SESSION_ENDED, cause, NULL);
}

void supervisor_stop(struct supervisor *s)
{
	uint32_t more = s->spec.boot_init ? STOP_SYSTEM_MS : 0;
	uint32_t grace = STOP_GUEST_MS + more;
	struct error err;

	if (s->ending || s->record.state == SESSION_STOPPING)
		return;
	if (!s->started || !s->guest.source.loop || s->record.state == SESSION_SILENT) {
		supervisor_kill(s, "stopped");
		return;
	}
	supervisor_enter(s, SESSION_STOPPING, "stopped");
	supervisor_tell(s, CONTROL_POWEROFF, 0, &grace, sizeof(grace));
	s->deadline.fn = stop_late;
	if (timer_start(&s->loop, &s->deadline, STOP_MS + more, 0, &err) < 0)
		supervisor_kill(s, "stopped");
}

/* Its end, and what happens to it. */

static void vm_over(struct supervisor *s)
{
	bool stopping = s->record.state == SESSION_STOPPING;
	bool asked = s->vm.asked || stopping;
	char cause[512];

	timer_stop(&s->deadline);
	boot_detach(&s->boot);
	execs_fail(&s->execs, "the machine ended");
	if (!asked || (!s->ready && !stopping)) {
		snprintf(cause, sizeof(cause), "%.240s%s%s",
			 s->record.cause[0] && asked ? s->record.cause :
			 s->vm.cause[0] ? s->vm.cause : "the machine ended",
			 s->boot.panic[0] ? ": " : "", s->boot.panic);
		supervisor_finish(s, SESSION_FAILED, cause,
				  s->boot.panic[0] ? "vmdeck logs --boot shows the kernel's log"
						   : NULL);
		return;
	}
	if (s->record.cause[0])
		snprintf(cause, sizeof(cause), "%s", s->record.cause);
	else
		snprintf(cause, sizeof(cause), "%s", s->vm.cause);
	supervisor_finish(s, SESSION_ENDED, cause, NULL);
}

static void standby_changed(struct supervisor *s)
{
	switch (s->vm.state) {
	case VM_RUNNING:
		if (s->resuming)
			supervisor_resumed(s);
		return;
	case VM_PAUSED:
		supervisor_standby_paused(s);
		return;
	case VM_SILENT:
	case VM_GONE:
		supervisor_standby_lost(s);
		return;
	default:
		return;
	}
}

static void vm_changed(struct vm *vm)
{
	struct supervisor *s = vm->owner;

	if (s->standby) {
		standby_changed(s);
		return;
	}
	switch (vm->state) {
	case VM_RUNNING:
		if (s->resuming && s->record.state == SESSION_STARTING) {
			supervisor_resumed(s);
			return;
		}
		if (s->record.state == SESSION_SILENT) {
			supervisor_enter(s, s->ready ? SESSION_READY : SESSION_STARTING, "");
			supervisor_show_attention(s);
		} else if (!s->ready && !s->hello) {
			supervisor_step(s, vm->control_fd < 0 ? "agent" : "guest");
		}
		return;
	case VM_SILENT:
		if (s->record.state != SESSION_STOPPING)
			supervisor_enter(s, SESSION_SILENT, "the hypervisor does not answer");
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

unsigned supervisor_ready_ms(const struct supervisor *s)
{
	return s->spec.boot_init ? SUPERVISOR_SYSTEM_MS : SUPERVISOR_READY_MS;
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
	error_set(&err, 0,
		  s->hello ? "the guest did not start the agent within %d s"
			   : "the guest did not come up within %d s",
		  (s->hello ? supervisor_ready_ms(s) : HELLO_MS) / 1000);
	error_hint(&err, "vmdeck logs --boot %s shows how far the kernel came", s->record.id);
	supervisor_fail(s, &err);
	s->vm.backend->kill(&s->vm);
}

/* What it costs. */

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
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
			 &sys) != 2)
		return 0;
	return user + sys;
}

/* What it has taken is missing from what is free, and promised no more. */
void supervisor_keep_promise(struct supervisor *s)
{
	uint64_t took = admission_own_kib(s->record.vm_pid) + admission_own_kib(s->record.pid);
	uint64_t disk_took = 0, most = (uint64_t)ADMISSION_DISK_MIB << 10, memory, disk;
	struct error ignored;
	struct stat st;

	if (s->fds[SPEC_FD_PROMISE] < 0)
		return;
	if (s->fds[SPEC_FD_DISK] >= 0 && fstat(s->fds[SPEC_FD_DISK], &st) == 0)
		disk_took = (uint64_t)st.st_blocks / 2;
	memory = s->spec.promised_kib > took ? s->spec.promised_kib - took : 0;
	disk = most > disk_took ? most - disk_took : 0;
	if (memory >> 10 == s->promised_memory >> 10 && disk >> 10 == s->promised_disk >> 10)
		return;
	s->promised_memory = memory;
	s->promised_disk = disk;
	promise_hold(s->fds[SPEC_FD_PROMISE], memory, disk, &ignored); /* too much is held, at worst */
}

static void sample(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, sample);
	unsigned long long ticks = s->record.vm_pid ? ticks_of(s->record.vm_pid) : 0;
	uint64_t now = now_ms();

	if (ticks && s->vm_ticks && now > s->vm_ticks_at)
		s->record.cpu = (double)(ticks - s->vm_ticks) / (double)sysconf(_SC_CLK_TCK) /
				((double)(now - s->vm_ticks_at) / 1000);
	if (s->ready && s->record.warm && !s->measured && s->record.vm_pid) {
		/* What the next one like it will be expected to take. */
		admission_measure(s->fds[SPEC_FD_TEMPLATE], admission_pss_kib(s->record.vm_pid) +
								    admission_pss_kib(s->record.pid));
		s->measured = true;
	}
	if (s->ready)
		supervisor_keep_promise(s);
	s->vm_ticks = ticks;
	s->vm_ticks_at = now;
	supervisor_tape_ended(s);
	s->record.dropped = console_dropped(&s->console);
	supervisor_changed(s, s->network_moved);
	s->network_moved = false;
}

/* Its start. */

int supervisor_watch(struct supervisor *s, struct error *err)
{
	if (s->vm.console_fd >= 0 &&
	    console_attach(&s->console, &s->loop, s->vm.console_fd, err) < 0)
		return -1;
	s->deadline.fn = too_late;
	if (timer_start(&s->loop, &s->deadline, s->resuming ? RESUME_MS : HELLO_MS, 0, err) < 0)
		return -1;
	s->sample.fn = sample;
	return timer_start(&s->loop, &s->sample, SUPERVISOR_STAT_MS, SUPERVISOR_STAT_MS, err);
}

static int watch_machine(struct supervisor *s, struct error *err)
{
	if (s->vm.control_fd >= 0 &&
	    guest_open(&s->guest, &s->loop, s->vm.control_fd, &supervisor_guest, err) < 0)
		return -1;
	if (s->vm.boot_fd >= 0 && boot_attach(&s->boot, &s->loop, s->vm.boot_fd, err) < 0)
		return -1;
	if (s->standby) /* its deadline is its own; its console is nobody's */
		return timer_start(&s->loop, &s->deadline, RESUME_MS, 0, err);
	return supervisor_watch(s, err);
}

/* The hypervisor holds them; what only it needs is not kept open here. */
void supervisor_let_go(struct supervisor *s)
{
	for (int i = SPEC_FD_KERNEL; i < SPEC_FD_COUNT; i++)
		/* A template's lock says that it is in use; layers are looked at later. */
		if (i != SPEC_FD_TEMPLATE && i != SPEC_FD_IMAGE && i != SPEC_FD_DISK && i != SPEC_FD_PROMISE)
			drop_fd(&s->fds[i]);
	drop_fd(&s->net.tap_fd);
}

/* Warm while the template is at hand, else cold. */
/* One more that this host could not give; "" is none. */
static void add_guard(struct supervisor *s, const char *text)
{
	size_t n = strlen(s->record.guards);

	if (text[0])
		snprintf(s->record.guards + n, sizeof(s->record.guards) - n, "%s%.200s", n ? ", " : "", text);
}

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
	if (s->resuming && s->fds[SPEC_FD_FILES] >= 0 &&
	    files_load(&s->files, s->fds[SPEC_FD_FILES], err) < 0)
		return -1;
	supervisor_step(s, "hypervisor");
	s->vm = (struct vm){ .backend = b,
			     .loop = &s->loop,
			     .changed = vm_changed,
			     .owner = s,
			     .console_fd = -1,
			     .control_fd = -1,
			     .boot_fd = -1 };
	if (b->start(&s->vm, &spec, err) < 0)
		return -1;
	s->vm_started = true;
	s->record.guards[0] = '\0';
	add_guard(s, s->user_ns ? "" : "no user namespace");
	add_guard(s, s->network.status && !s->network.status->confined ? "no root of its own for the gateway" : "");
	add_guard(s, s->vm.notes);
	snprintf(s->record.accel, sizeof(s->record.accel), "%s",
		 b == &backend_demo ? "none" : vm_accel_names[s->vm.accel]);
	drop_fd(&s->vm_pidfd);
	s->vm_pidfd = s->vm.pid ? (int)syscall(SYS_pidfd_open, s->vm.pid, 0) : -1;
	s->record.vm_pid = s->vm_pidfd >= 0 ? isolate_host_pid_of(s->vm_pidfd) : 0;
	if (!s->resuming)
		supervisor_let_go(s);
	supervisor_changed(s, true);
	return watch_machine(s, err);
}

static int start_machine(struct supervisor *s, const struct backend *b, struct error *err)
{
	if (b != &backend_demo) {
		supervisor_step(s, "network");
		if (netns_make(&s->net, err) < 0 || supervisor_network_start(s, err) < 0 ||
		    (!s->standby && supervisor_network_admit(s, err) < 0))
			return -1;
	}
	return start_vm(s, b, err);
}

/* One that takes so long waits for something; others may use the processor. */
static void give_up_turn(struct timer *t)
{
	drop_fd(&SOURCE_OWNER(t, struct supervisor, turn)->turn_fd);
}

static void have_turn(struct supervisor *s)
{
	struct error ignored;

	s->turn.fn = give_up_turn;
	timer_start(&s->loop, &s->turn, TURN_MAX_MS, 0, &ignored);
}

static void my_turn(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, turn);
	struct error err;

	if (s->ending || turn_take(s->turn_fd) != 0)
		return;
	have_turn(s);
	if (start_machine(s, backend_find(s->record.backend), &err) < 0)
		supervisor_fail(s, &err);
}

int supervisor_start(struct supervisor *s, struct error *err)
{
	const struct backend *b = backend_find(s->record.backend);

	if (!b)
		return error_set(err, 0, "no backend \"%s\"", s->record.backend);
	if (b == &backend_demo || s->standby)
		return start_machine(s, b, err);
	s->turn_fd = turn_open(s->dir, err);
	if (s->turn_fd < 0)
		return -1;
	if (turn_take(s->turn_fd) == 0) {
		have_turn(s);
		return start_machine(s, b, err);
	}
	s->record.steps_of++;
	supervisor_step(s, "turn");
	s->turn.fn = my_turn;
	return timer_start(&s->loop, &s->turn, TURN_MS, TURN_MS, err);
}

/* A disk as a cold start has it, in place of a copy of the template's. */
static int own_disk(struct supervisor *s, struct error *err)
{
	char dir[64];
	struct stat st;
	struct files files = { 0 };
	struct disk_spec spec = { .dir = dir, .image = s->fds[SPEC_FD_IMAGE] };

	if (fstat(s->fds[SPEC_FD_DISK], &st) < 0)
		return error_set(err, errno, "the session disk");
	if (s->fds[SPEC_FD_FILES] >= 0 && files_load(&files, s->fds[SPEC_FD_FILES], err) < 0)
		return -1;
	snprintf(dir, sizeof(dir), "/proc/self/fd/%d", s->dir);
	spec.size = (uint64_t)st.st_size;
	spec.files = files.items;
	spec.n_files = files.n;
	drop_fd(&s->fds[SPEC_FD_DISK]);
	s->fds[SPEC_FD_DISK] = disk_create(&spec, err);
	files_done(&files);
	return s->fds[SPEC_FD_DISK] < 0 ? -1 : 0;
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
	if (!s->record.standby) /* one that waited may have died of something else */
		template_spoil(s->fds[SPEC_FD_TEMPLATE]);
	for (int i = SPEC_FD_TEMPLATE; i <= SPEC_FD_STATE; i++)
		drop_fd(&s->fds[i]);
	files_done(&s->files);
	timer_stop(&s->deadline);
	timer_stop(&s->sample);
	console_detach(&s->console);
	guest_close(&s->guest);
	boot_detach(&s->boot);
	b->done(&s->vm);
	s->vm_started = s->asked = s->late = s->record.warm = false;
	s->record.vm_pid = 0;
	s->record.steps_of = s->record.n_steps + 3; /* hypervisor, guest, agent once more */
	if (own_disk(s, &err) < 0 || start_vm(s, b, &err) < 0)
		supervisor_fail(s, &err);
}

void supervisor_machine_init(struct supervisor *s)
{
	s->vm_pidfd = s->turn_fd = -1;
	s->net = (struct netns){ -1, -1 };
	s->again.fn = start_again;
	s->deadline.fn = too_late;
	s->sample.fn = sample;
}
