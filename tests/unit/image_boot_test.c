/*
 * A real machine: the fetched kernel, our initramfs and init, tiny and a
 * session disk, in QEMU without acceleration, driven over the control port.
 * This is the proof that the parts of engine/image and engine/guest fit.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/guest/control.h"
#include "engine/image/disk.h"
#include "engine/image/ext4.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/image/tiny.h"
#include "tests/test.h"

enum {
	DEADLINE_MS = 60 * 1000,
	FLOOD = 3 << 20,
	INPUT = 300 * 1000,
	DISK_FD = 10,
	IMAGE_FD = 11,
	CONTROL_FD = 12,
	CONSOLE_FD = 13,
};

static const char config[] = "{\"models\":{}}";

/* What every boot needs, made once. */
struct parts {
	struct kernel kernel;
	struct image image;
	char initramfs[PATH_MAX];
	char cmdline[128];
};

struct machine {
	pid_t pid;
	int control, console, disk;
	uint8_t in[2 * FRAME_MAX];
	size_t in_len, eaten;
	char text[64 * 1024]; /* of the console */
	size_t text_len;
};

/* A guest without KVM learns the rate of its clock from its host, or hangs
 * when a busy host spoils its calibration. */
static unsigned long tsc_khz(void)
{
	struct timespec a, b;
	double ns;

	clock_gettime(CLOCK_MONOTONIC, &a);
	unsigned long long from = __rdtsc();
	do {
		clock_gettime(CLOCK_MONOTONIC, &b);
		ns = (double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec);
	} while (ns < 20e6);
	return (unsigned long)((double)(__rdtsc() - from) / (ns / 1e6));
}

/* 0, or the test is skipped or failed. */
static int prepare(struct parts *p)
{
	const char *home = getenv("PREPARED") ? getenv("PREPARED") : ".build/prepared";
	char kernels[PATH_MAX], images[PATH_MAX], qemu[PATH_MAX];
	struct error err = { 0 };

	memset(p, 0, sizeof(*p));
	snprintf(kernels, sizeof(kernels), "%s/cache/kernels", home);
	snprintf(images, sizeof(images), "%s/data/images", home);
	if (process_find("qemu-system-x86_64", qemu, sizeof(qemu)) < 0) {
		snprintf(test_now.why, sizeof(test_now.why), "qemu-system-x86_64");
		test_now.skipped = 1;
		return -1;
	}
	if (kernel_find(kernels, NULL, &p->kernel, &err) != 0 &&
	    kernel_fetch(kernels, &p->kernel, NULL, &err) < 0) {
		snprintf(test_now.why, sizeof(test_now.why), "the kernel package: %.400s", err.msg);
		test_now.skipped = 1;
		return -1;
	}
	if ((store_find(images, "tiny", &p->image, &err) != 0 &&
	     tiny_build(images, &p->image, &err) < 0) ||
	    initramfs_ensure(&p->kernel, p->kernel.dir, p->initramfs, sizeof(p->initramfs), &err) < 0) {
		snprintf(test_now.why, sizeof(test_now.why), "%.400s", err.msg);
		test_now.failed = 1;
		return -1;
	}
	snprintf(p->cmdline, sizeof(p->cmdline), "console=ttyS0 quiet panic=-1 tsc_early_khz=%lu",
		 tsc_khz());
	return 0;
}

static int make_disk(int image, struct error *err)
{
	const struct disk_file files[] = {
		{ .path = "/root/.nullclaw/config.json", .data = config,
		  .len = sizeof(config) - 1, .mode = 0600 },
	};
	const struct disk_spec spec = { .dir = "/tmp", .size = 1ULL << 30, .image = image,
					.files = files, .n_files = 1 };

	return disk_create(&spec, err);
}

static int die_with_us(void *arg)
{
	(void)arg;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? errno : 0;
}

static int machine_start(struct machine *m, struct parts *p, struct error *err)
{
	static const char *const args[] = {
		"-M", "microvm,acpi=on", "-accel", "tcg", "-m", "256", "-smp", "2", "-nodefaults",
		"-no-user-config", "-no-reboot", "-display", "none", "-global",
		"virtio-mmio.force-legacy=false", "-serial", "file:/dev/null",
		"-chardev", "socket,id=control,fd=12", "-chardev", "socket,id=console,fd=13",
		"-device", "virtio-serial-device", "-device", "virtconsole,chardev=console",
		"-device", "virtserialport,chardev=control,name=" CONTROL_PORT,
		"-drive", "if=none,id=image,file=/proc/self/fd/11,format=raw,readonly=on",
		"-device", "virtio-blk-device,drive=image,serial=" CONTROL_IMAGE_SERIAL,
		"-drive", "if=none,id=disk,file=/proc/self/fd/10,format=raw",
		"-device", "virtio-blk-device,drive=disk,serial=" CONTROL_DISK_SERIAL,
	};
	const char *argv[64] = { "qemu-system-x86_64" };
	size_t n = 1;
	int control[2], console[2];

	memset(m, 0, sizeof(*m));
	m->disk = m->control = m->console = -1;
	AUTO_CLOSE int image = open(p->image.path, O_RDONLY | O_CLOEXEC);
	m->disk = make_disk(image, err);
	if (m->disk < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, console) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		argv[n++] = args[i];
	argv[n++] = "-kernel";
	argv[n++] = p->kernel.vmlinux;
	argv[n++] = "-initrd";
	argv[n++] = p->initramfs;
	argv[n++] = "-append";
	argv[n++] = p->cmdline;
	struct process child = { .file = argv[0], .argv = (char *const *)argv, .n_fds = CONSOLE_FD + 1,
				 .prepare = die_with_us };
	for (int i = 0; i <= CONSOLE_FD; i++)
		child.fds[i] = -1;
	child.fds[2] = 2;
	child.fds[DISK_FD] = m->disk;
	child.fds[IMAGE_FD] = image;
	child.fds[CONTROL_FD] = control[1];
	child.fds[CONSOLE_FD] = console[1];
	m->pid = process_start(&child, err);
	close(control[1]);
	close(console[1]);
	m->control = control[0];
	m->console = console[0];
	fcntl(m->console, F_SETFL, O_NONBLOCK);
	return m->pid < 0 ? -1 : 0;
}

static void machine_end(struct machine *m)
{
	if (m->pid > 0) {
		kill(m->pid, SIGKILL);
		waitpid(m->pid, NULL, 0);
	}
	drop_fd(&m->control);
	drop_fd(&m->console);
	drop_fd(&m->disk);
}
#define AUTO_MACHINE __attribute__((cleanup(machine_end)))

static void take_console(struct machine *m)
{
	ssize_t n;

	while ((n = read(m->console, m->text + m->text_len,
			 sizeof(m->text) - 1 - m->text_len)) > 0)
		m->text_len += (size_t)n;
	m->text[m->text_len] = '\0';
}

/* The next frame: 1, 0 when the machine has closed the line, -1 at the deadline
 * or when it does not speak the protocol. The console is read meanwhile. */
static int next(struct machine *m, struct frame *f)
{
	uint64_t end = now_ms() + DEADLINE_MS;

	memmove(m->in, m->in + m->eaten, m->in_len -= m->eaten);
	m->eaten = 0;
	for (;;) {
		ssize_t used = frame_parse(m->in, m->in_len, FRAME_FROM_GUEST, f, NULL);
		if (used < 0)
			return -1;
		if (used > 0) {
			m->eaten = (size_t)used;
			return 1;
		}
		struct pollfd p[2] = { { .fd = m->control, .events = POLLIN },
				       { .fd = m->console, .events = POLLIN } };
		uint64_t now = now_ms();
		if (now >= end || poll(p, 2, (int)(end - now)) <= 0)
			return -1;
		if (p[1].revents)
			take_console(m);
		if (!p[0].revents)
			continue;
		ssize_t n = read(m->control, m->in + m->in_len, sizeof(m->in) - m->in_len);
		if (n <= 0)
			return 0;
		m->in_len += (size_t)n;
	}
}

/* Until a frame of this type and id; other replies are passed over. */
static int await(struct machine *m, enum control_type type, uint32_t id, struct frame *f)
{
	int r;

	while ((r = next(m, f)) > 0 && (f->type != type || f->id != id))
		if (f->type == CONTROL_ERROR && f->id == id)
			return -1;
	return r > 0 ? 0 : -1;
}

static void send_frame(struct machine *m, struct control_writer *w)
{
	size_t n = control_finish(w);
	struct error err;

	fd_write_all(m->control, w->out, n, &err);
}

/* Type into the console, and wait until it shows `want`. */
static int type(struct machine *m, const char *keys, const char *want)
{
	uint64_t end = now_ms() + DEADLINE_MS;
	size_t from = m->text_len;

	if (write(m->console, keys, strlen(keys)) < 0)
		return -1;
	for (;;) {
		struct pollfd p = { .fd = m->console, .events = POLLIN };
		take_console(m);
		if (strstr(m->text + from, want))
			return 0;
		uint64_t now = now_ms();
		if (now >= end || poll(&p, 1, (int)(end - now)) <= 0 || p.revents & POLLHUP)
			return -1;
	}
}

static void send_start(struct machine *m, const char *on_exit, const char *const argv[])
{
	static uint8_t buf[FRAME_MAX];
	struct control_writer w;
	struct timespec t;
	uint8_t entropy[32] = { 7 };

	clock_gettime(CLOCK_REALTIME, &t);
	control_begin(&w, buf, sizeof(buf), CONTROL_START, 1);
	for (; *argv; argv++)
		control_pair(&w, "argv", *argv);
	control_pair(&w, "env", "COLOUR=green");
	control_pair(&w, "hostname", "shell-1");
	control_pair(&w, "machine_id", "0123456789abcdef0123456789abcdef");
	control_pair_u64(&w, "cols", 100);
	control_pair_u64(&w, "rows", 30);
	control_pair_u64(&w, "epoch_ns", (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec);
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	control_pair(&w, "on_exit", on_exit);
	control_pair(&w, "from_the_future", "ignored");
	send_frame(m, &w);
}

static void send_exec(struct machine *m, uint32_t id, const char *user, const char *script)
{
	static uint8_t buf[FRAME_MAX];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), CONTROL_EXEC, id);
	control_pair(&w, "argv", "sh");
	control_pair(&w, "argv", "-c");
	control_pair(&w, "argv", script);
	if (user)
		control_pair(&w, "user", user);
	send_frame(m, &w);
}

static void send_u32(struct machine *m, enum control_type t, uint32_t id, uint32_t v)
{
	uint8_t buf[64];
	struct control_writer w;

	control_begin(&w, buf, sizeof(buf), t, id);
	if (t == CONTROL_RESIZE) {
		control_u16(&w, (uint16_t)v);
		control_u16(&w, (uint16_t)(v >> 16));
	} else if (t != CONTROL_STAT && t != CONTROL_EXEC_CLOSE) {
		control_u32(&w, v);
	}
	send_frame(m, &w);
}

struct result {
	char out[4096], err[256];
	size_t out_len, err_len, total;
	struct control_end end;
	int error; /* errno of an ERROR */
};

/* Run a script to its end. 0, or -1 with r->error or a dead machine. */
static int run(struct machine *m, uint32_t id, const char *user, const char *script,
	       struct result *r)
{
	struct frame f;
	char ignored[100];

	memset(r, 0, sizeof(*r));
	send_exec(m, id, user, script);
	while (next(m, &f) > 0) {
		if (f.id != id)
			continue;
		if (f.type == CONTROL_ERROR)
			return control_read_text(&f, &r->error, ignored, sizeof(ignored)), -1;
		if (f.type == CONTROL_EXEC_EXIT)
			return control_read_end(&f, &r->end);
		if (f.type != CONTROL_EXEC_OUTPUT)
			continue;
		char *to = f.flags & CONTROL_STDERR ? r->err : r->out;
		size_t *len = f.flags & CONTROL_STDERR ? &r->err_len : &r->out_len;
		size_t room = (to == r->err ? sizeof(r->err) : sizeof(r->out)) - 1 - *len;
		memcpy(to + *len, f.payload, f.len < room ? f.len : room);
		*len += f.len < room ? f.len : room;
		r->total += f.len;
	}
	return -1;
}

/* Feed INPUT bytes to `cat | wc -c`, keeping to the window. */
static int feed(struct machine *m, uint32_t id, struct result *r)
{
	static uint8_t frame[FRAME_MAX], data[16 * 1024];
	size_t sent = 0, taken = 0;
	struct control_writer w;
	struct frame f;

	memset(r, 0, sizeof(*r));
	send_exec(m, id, NULL, "cat | wc -c");
	for (;;) {
		while (sent < INPUT && sent - taken + sizeof(data) <= CONTROL_INPUT_WINDOW) {
			size_t n = INPUT - sent < sizeof(data) ? INPUT - sent : sizeof(data);
			control_begin(&w, frame, sizeof(frame), CONTROL_EXEC_INPUT, id);
			control_bytes(&w, data, n);
			send_frame(m, &w);
			sent += n;
			if (sent == INPUT)
				send_u32(m, CONTROL_EXEC_CLOSE, id, 0);
		}
		uint32_t n;
		if (next(m, &f) <= 0)
			return -1;
		if (f.type == CONTROL_EXEC_TAKEN && control_read_u32(&f, &n) == 0)
			taken += n;
		if (f.type == CONTROL_EXEC_OUTPUT && f.len < sizeof(r->out))
			memcpy(r->out, f.payload, f.len);
		if (f.type == CONTROL_EXEC_EXIT)
			return taken == INPUT ? 0 : -1;
	}
}

/* The machine is gone by itself: its status, or -1. */
static int ended(struct machine *m)
{
	struct frame f;
	int status, r;

	while ((r = next(m, &f)) > 0)
		;
	if (r < 0)
		return -1;
	waitpid(m->pid, &status, 0);
	m->pid = 0;
	return status;
}

static void boots_and_obeys(void)
{
	static const char *const shell[] = { "/bin/sh", "-l", NULL };
	static struct parts parts;
	AUTO_MACHINE struct machine m = { .disk = -1, .control = -1, .console = -1 };
	struct control_stats stats;
	struct error err = { 0 };
	static struct result r;
	struct frame f;

	if (prepare(&parts) < 0)
		return;
	uint64_t from = now_ms();
	if (machine_start(&m, &parts, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(await(&m, CONTROL_HELLO, 0, &f), 0);
	uint64_t hello = now_ms();
	send_start(&m, "poweroff", shell);
	CHECK_INT(await(&m, CONTROL_READY, 1, &f), 0);
	printf("# hello after %llu ms, ready after %llu ms\n", (unsigned long long)(hello - from),
	       (unsigned long long)(now_ms() - from));

	/* Exec: exit code, both outputs, and the machine is who it should be. */
	CHECK_INT(run(&m, 5, NULL, "hostname; cat /etc/machine-id /root/.nullclaw/config.json; "
				   "stat -c %a:%u /root/.nullclaw/config.json; echo oops >&2; exit 7",
		      &r), 0);
	CHECK_INT(r.end.code, 7);
	CHECK_STR(r.err, "oops\n");
	CHECK_STR(r.out, "shell-1\n0123456789abcdef0123456789abcdef\n{\"models\":{}}600:0\n");
	CHECK_INT(run(&m, 6, "nobody", "id -u; echo $HOME; kill -9 $$", &r), 0);
	CHECK_STR(r.out, "65534\n/\n");
	CHECK_INT(r.end.signo, SIGKILL);
	CHECK_INT(run(&m, 7, "stranger", "true", &r), -1);
	CHECK_INT(r.error, ENOENT);

	/* A flood arrives whole; input goes through its window; a background child
	 * that keeps the pipe does not keep the exec. */
	CHECK_INT(run(&m, 8, NULL, "head -c 3145728 /dev/zero", &r), 0);
	CHECK_INT(r.total, FLOOD);
	CHECK_INT(feed(&m, 9, &r), 0);
	CHECK_STR(r.out, "300000\n");
	CHECK_INT(run(&m, 10, NULL, "sleep 1000 & echo gone", &r), 0);
	CHECK_STR(r.out, "gone\n");

	/* The console has the size it was given, and hears of a new one. */
	CHECK_INT(type(&m, "stty size; echo $TERM $COLOUR\r", "xterm-256color green"), 0);
	CHECK(strstr(m.text, "30 100"));
	send_u32(&m, CONTROL_RESIZE, 0, 41 << 16 | 133);
	send_u32(&m, CONTROL_STAT, 3, 0);
	CHECK_INT(await(&m, CONTROL_STATS, 3, &f), 0);
	CHECK_INT(control_read_stats(&f, &stats), 0);
	CHECK(stats.mem_total > 150 << 20 && stats.mem_available < stats.mem_total);
	CHECK(stats.processes > 2 && stats.cpus == 2);
	CHECK_INT(type(&m, "stty size; tty\r", "/dev/pts/0"), 0);
	CHECK(strstr(m.text, "41 133"));

	/* Power off: the agent goes, QEMU ends, and what was written is on a clean disk. */
	CHECK_INT(run(&m, 11, NULL, "echo kept > /root/made", &r), 0);
	from = now_ms();
	send_u32(&m, CONTROL_POWEROFF, 0, 5000);
	CHECK_INT(await(&m, CONTROL_AGENT_EXIT, 0, &f), 0);
	CHECK_INT(ended(&m), 0);
	printf("# off after %llu ms\n", (unsigned long long)(now_ms() - from));
	AUTO_EXT4 struct ext4 *fs = ext4_open(m.disk, true, &err);
	if (!fs)
		CHECK_FAIL("%s", err.msg);
	AUTO_FREE void *made = NULL;
	size_t len;
	CHECK_INT(ext4_read(fs, "/upper/root/made", 100, &made, &len, &err), 0);
	CHECK_STR((char *)made, "kept\n");
	image_done(&parts.image);
}

static void agent_ends_and_machine_with_it(void)
{
	static const char *const three[] = { "sh", "-c", "echo bye; exit 3", NULL };
	static struct parts parts;
	AUTO_MACHINE struct machine m = { .disk = -1, .control = -1, .console = -1 };
	struct control_end end;
	struct error err = { 0 };
	struct frame f;

	if (prepare(&parts) < 0)
		return;
	if (machine_start(&m, &parts, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(await(&m, CONTROL_HELLO, 0, &f), 0);
	send_start(&m, "poweroff", three);
	CHECK_INT(await(&m, CONTROL_READY, 1, &f), 0);
	CHECK_INT(await(&m, CONTROL_AGENT_EXIT, 0, &f), 0);
	CHECK_INT(control_read_end(&f, &end), 0);
	CHECK_INT(end.code, 3);
	CHECK_INT(end.count, 1);
	CHECK_INT(ended(&m), 0);
	take_console(&m);
	CHECK(strstr(m.text, "bye\r\n"));
	image_done(&parts.image);
}

static void agent_is_restarted(void)
{
	static const char *const one[] = { "sh", "-c", "exit 1", NULL };
	static struct parts parts;
	AUTO_MACHINE struct machine m = { .disk = -1, .control = -1, .console = -1 };
	struct control_end end;
	struct error err = { 0 };
	struct frame f;

	if (prepare(&parts) < 0)
		return;
	if (machine_start(&m, &parts, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(await(&m, CONTROL_HELLO, 0, &f), 0);
	send_start(&m, "restart", one);
	for (uint32_t n = 1; n <= 3; n++) {
		CHECK_INT(await(&m, CONTROL_AGENT_EXIT, 0, &f), 0);
		CHECK_INT(control_read_end(&f, &end), 0);
		CHECK_INT(end.count, n);
	}
	send_u32(&m, CONTROL_POWEROFF, 0, 1000);
	CHECK_INT(ended(&m), 0);
	image_done(&parts.image);
}

static void missing_agent_is_said(void)
{
	static const char *const none[] = { "no-such-agent", NULL };
	static struct parts parts;
	AUTO_MACHINE struct machine m = { .disk = -1, .control = -1, .console = -1 };
	struct error err = { 0 };
	struct frame f;
	char text[200];
	int code;

	if (prepare(&parts) < 0)
		return;
	if (machine_start(&m, &parts, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(await(&m, CONTROL_HELLO, 0, &f), 0);
	send_start(&m, "poweroff", none);
	CHECK_INT(next(&m, &f), 1);
	CHECK_INT(f.type, CONTROL_ERROR);
	CHECK_INT(control_read_text(&f, &code, text, sizeof(text)), 0);
	CHECK_INT(code, ENOENT);
	CHECK_STR(text, "no-such-agent");
	send_u32(&m, CONTROL_POWEROFF, 0, 1000);
	CHECK_INT(ended(&m), 0);
	image_done(&parts.image);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "image: a machine boots, runs, resizes, powers off", boots_and_obeys },
		{ "image: the agent's end is reported, then the machine's", agent_ends_and_machine_with_it },
		{ "image: an agent is restarted", agent_is_restarted },
		{ "image: an agent that is not there is an error", missing_agent_is_said },
		{ 0 },
	};

	signal(SIGPIPE, SIG_IGN);
	return test_main(tests, argc, argv);
}
