#include "engine/supervisor/maker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/disk.h"
#include "engine/net/netns.h"
#include "engine/session/order.h"
#include "engine/session/template_build.h"
#include "engine/supervisor/guest.h"
#include "engine/supervisor/isolate.h"
#include "engine/vm/backend.h"
#include "engine/vm/tsc.h"

enum {
	HELLO_MS = 180 * 1000, /* as for a session */
	REHEARSE_MS = 60 * 1000,
	SAVE_MS = 30 * 1000,
	NICE = 10,             /* sessions come first */
};

struct maker {
	struct loop loop;
	struct template_wish wish;
	struct vm vm;
	struct guest guest;
	struct timer deadline;
	struct signals cancel; /* SIGTERM: template_build_stop */
	struct template files;
	struct vm_snapshot snapshot;
	bool saving, saved;
	int claim;
	int64_t began;
	struct error why; /* it did not work; msg "" so far */
};

static void tell(const struct maker *m, enum template_phase phase)
{
	template_build_tell(m->claim, m->wish.key, phase, m->began);
}

static void give_up(struct maker *m, const struct error *err)
{
	if (!m->why.msg[0])
		m->why = *err;
	loop_stop(&m->loop, 1);
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct maker *m = SOURCE_OWNER(s, struct maker, cancel);
	struct error err;

	(void)signo;
	(void)sender;
	error_set(&err, 0, "it was cancelled");
	give_up(m, &err);
}

static void on_saved(struct vm *vm, const struct error *err)
{
	struct maker *m = vm->owner;

	if (err) {
		give_up(m, err);
		return;
	}
	m->saved = true;
	loop_stop(&m->loop, 0);
}

static void on_deadline(struct timer *t)
{
	struct maker *m = SOURCE_OWNER(t, struct maker, deadline);
	struct error err;

	error_set(&err, ETIMEDOUT, m->saving ? "save the machine" : "wait for the guest's hello and rehearsal");
	give_up(m, &err);
}

/* Random bytes of its own, so that a template is not the only one of its machines to
 * know them: those that resume get others. */
static void rehearse(struct maker *m)
{
	uint8_t buf[512], entropy[32];
	struct control_writer w;
	struct error err;

	if (getrandom(entropy, sizeof(entropy), 0) != sizeof(entropy))
		memset(entropy, 0, sizeof(entropy));
	tell(m, TEMPLATE_REHEARSING);
	control_begin(&w, buf, sizeof(buf), CONTROL_REHEARSE, 1);
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	timer_stop(&m->deadline);
	if (timer_start(&m->loop, &m->deadline, REHEARSE_MS, 0, &err) < 0 ||
	    guest_send(&m->guest, buf, control_finish(&w)) < 0)
		give_up(m, (error_set(&err, 0, "ask the guest to rehearse"), &err));
}

static void guest_failed(struct maker *m, const struct frame *f)
{
	char text[300], clean[300];
	struct error err;
	int code = 0;

	if (control_read_text(f, &code, text, sizeof(text)) < 0)
		return;
	error_set(&err, code > 0 && code < 200 ? code : 0, "rehearse in the guest: %s",
		  text_clean_str(clean, sizeof(clean), text));
	give_up(m, &err);
}

/* Once it has rehearsed it is a template: nothing of a session was said to it. */
static void on_frame(struct guest *g, const struct frame *f)
{
	struct maker *m = SOURCE_OWNER(g, struct maker, guest);
	struct error err;

	if (f->type == CONTROL_HELLO)
		rehearse(m);
	if (f->type == CONTROL_ERROR)
		guest_failed(m, f);
	if (f->type != CONTROL_REHEARSED || m->saving)
		return;
	m->saving = true;
	tell(m, TEMPLATE_SAVING);
	timer_stop(&m->deadline);
	if (timer_start(&m->loop, &m->deadline, SAVE_MS, 0, &err) < 0 ||
	    m->vm.backend->save(&m->vm, m->files.state_fd, on_saved, &err) < 0)
		give_up(m, &err);
}

static void on_bad(struct guest *g, const char *why)
{
	struct maker *m = SOURCE_OWNER(g, struct maker, guest);
	struct error err;

	error_set(&err, 0, "the guest broke the control protocol: %s", why);
	give_up(m, &err);
}

static const struct guest_events guest_hooks = { .frame = on_frame, .bad = on_bad };

static void on_changed(struct vm *vm)
{
	struct maker *m = vm->owner;
	struct error err;

	if (vm->state != VM_GONE || m->saved)
		return;
	error_set(&err, 0, "%s", vm->cause);
	give_up(m, &err);
}

/* A disk like a session's, without files. */
static int make_disk(const struct template_wish *w, struct error *err)
{
	char dir[64];
	struct disk_spec disk = { .dir = dir, .size = w->disk_size, .image = -1 };

	snprintf(dir, sizeof(dir), "/proc/self/fd/%d", ORDER_FD_TEMPLATES);
	return disk_create(&disk, err);
}

static int boot(struct maker *m, struct error *err)
{
	struct vm_spec spec = template_machine(&m->wish);
	struct netns net = { -1, -1 };
	int r;

	m->files.disk_fd = make_disk(&m->wish, err);
	if (m->files.disk_fd < 0 || netns_make(&net, err) < 0)
		return -1;
	m->snapshot = (struct vm_snapshot){ .making = true, .ram_fd = m->files.ram_fd,
					    .state_fd = -1,
					    .tsc_khz = m->files.tsc_khz };
	spec.disk_fd = m->files.disk_fd;
	spec.tap_fd = net.tap_fd;
	spec.netns_fd = net.ns_fd;
	spec.snapshot = &m->snapshot;
	m->vm = (struct vm){ .backend = backend_find(m->wish.backend), .loop = &m->loop,
			     .changed = on_changed, .owner = m,
			     .console_fd = -1, .control_fd = -1, .boot_fd = -1 };
	r = m->vm.backend->start(&m->vm, &spec, err);
	netns_done(&net);
	if (r < 0)
		return -1;
	m->deadline.fn = on_deadline;
	if (timer_start(&m->loop, &m->deadline, HELLO_MS, 0, err) < 0)
		return -1;
	return guest_open(&m->guest, &m->loop, m->vm.control_fd, &guest_hooks, err);
}

static int make(struct maker *m, struct error *err)
{
	int r;

	if (template_files(ORDER_FD_TEMPLATES, (uint64_t)m->wish.memory_mib << 20, &m->files.ram_fd,
			   &m->files.state_fd, err) < 0)
		return -1;
	m->files.tsc_khz = tsc_khz();
	m->cancel.fn = on_signal;
	if (loop_init(&m->loop, err) < 0 ||
	    signals_watch(&m->loop, &m->cancel, (const int[]){ SIGTERM, 0 }, err) < 0 || boot(m, err) < 0)
		return -1;
	r = loop_run(&m->loop, err);
	guest_close(&m->guest);
	timer_stop(&m->deadline);
	/* Dead before its memory is looked at. */
	m->vm.backend->done(&m->vm);
	if (r > 0)
		*err = m->why;
	tell(m, TEMPLATE_WRITING);
	return r ? -1 : template_commit(ORDER_FD_TEMPLATES, &m->wish, &m->files, err);
}

/* The cache does not grow for ever without anybody's gc. */
static void make_room(void)
{
	struct template_entry *all;
	struct error ignored;
	size_t n;

	if (template_list(ORDER_FD_TEMPLATES, TEMPLATE_CAP_BYTES, &all, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (all[i].why[0] && !all[i].in_use)
			template_remove(ORDER_FD_TEMPLATES, all[i].name, &ignored);
	free(all);
}

/* Somebody may have been faster. */
static bool is_there(const char *key)
{
	char path[TEMPLATE_KEY + 32];

	snprintf(path, sizeof(path), "%s/template.json", key);
	return faccessat(ORDER_FD_TEMPLATES, path, F_OK, 0) == 0;
}

static int run(struct maker *m)
{
	struct error err;
	AUTO_CLOSE int claim = template_claim(ORDER_FD_TEMPLATES, m->wish.key, &err);

	if (claim < 0 || is_there(m->wish.key))
		return 0;
	m->claim = claim;
	m->began = time(NULL);
	m->files.begun = now_ms();
	template_build_begin(claim, m->wish.key, m->wish.memory_mib,
			     template_expected_ms(ORDER_FD_TEMPLATES, &m->wish));
	tell(m, TEMPLATE_BOOTING);
	if (make(m, &err) == 0) {
		make_room();
		return 0;
	}
	m->vm.backend ? m->vm.backend->done(&m->vm) : (void)0;
	template_failed(ORDER_FD_TEMPLATES, m->wish.key, &err);
	return 1;
}

int maker_main(int argc, char **argv)
{
	struct rlimit none = { 0, 0 };
	sigset_t term;
	struct maker *m = calloc(1, sizeof(*m));
	struct error err;
	bool user_ns;
	pid_t pid;

	(void)argv;
	if (argc != 3 || !m || fcntl(ORDER_FD_IMAGE, F_GETFD) < 0) {
		fprintf(stderr, "template-build is what vmdeck runs by itself; it is not for people\n");
		free(m);
		return 2;
	}
	setrlimit(RLIMIT_CORE, &none);
	/* From before anybody can send it: the first process of a namespace loses what it
	 * neither blocks nor handles. */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	prctl(PR_SET_NAME, "vmdeck-template", 0, 0, 0);
	setpriority(PRIO_PROCESS, 0, NICE);
	for (int fd = ORDER_FD_WISH; fd < ORDER_FD_COUNT; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	m->files = TEMPLATE_NONE;
	if (order_read(&m->wish, &err) < 0 || isolate_enter(&user_ns, &err) < 0 || (pid = fork()) < 0) {
		free(m);
		return 1;
	}
	if (pid > 0)
		_exit(0); /* the child goes on by itself */
	return run(m);
}
