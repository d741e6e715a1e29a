#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/apart.h"
#include "engine/image/archive.h"
#include "engine/image/digest.h"
#include "engine/image/ext4.h"
#include "engine/image/fresh.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/image/tiny.h"
#include "engine/image/tool.h"
#include "tests/test.h"

/* A directory that goes with the test. */
struct home {
	char dir[64];
};

static void home_done(struct home *h)
{
	struct error ignored;

	dir_remove(AT_FDCWD, h->dir, &ignored);
}
#define AUTO_HOME __attribute__((cleanup(home_done)))

static struct home home_new(void)
{
	struct home h = { "/tmp/vmdeck-store-XXXXXX" };

	if (!mkdtemp(h.dir))
		abort();
	return h;
}

static void done(struct image *i)
{
	image_done(i);
}
#define AUTO_IMAGE __attribute__((cleanup(done)))

static void tiny_is_built_found_and_sound(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image made = { 0 };
	AUTO_IMAGE struct image i = { 0 };
	AUTO_FREE void *data = NULL;
	char path[PATH_MAX];
	struct error err = { 0 };
	struct ext4_node node;
	struct image *list;
	size_t n, len;

	if (process_find("busybox", path, sizeof(path)) < 0)
		SKIP("busybox-static");
	if (tiny_build(h.dir, &made, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(store_find(h.dir, "tiny", &i, &err), 0);
	CHECK_STR(i.argv[0], "/bin/sh");
	CHECK_STR(i.sha256, made.sha256);
	CHECK_INT(i.cpu, IMAGE_CPU_DEFAULT);
	CHECK_INT(store_check(&i, &err), 0);
	CHECK_INT(store_verify(&i, "sh", &err), 0);
	CHECK_INT(store_verify(&i, "claude", &err), -1);
	CHECK_STR(err.msg, "image tiny: there is no command claude in it");
	CHECK(err.hint[0]);

	AUTO_CLOSE int fd = open(i.path, O_RDONLY | O_CLOEXEC);
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);
	CHECK(fs);
	CHECK_INT(ext4_read(fs, "/etc/resolv.conf", 1000, &data, &len, &err), 0);
	CHECK_STR((char *)data, "nameserver 10.200.0.1\n");
	CHECK_INT(ext4_stat(fs, "/etc/ssl/cert.pem", true, &node, &err), 0);
	CHECK(node.size > 50 * 1000);
	CHECK_INT(ext4_stat(fs, "/tmp", true, &node, &err), 0);
	CHECK_INT(node.mode, S_IFDIR | 01777);
	CHECK_INT(ext4_stat(fs, "/bin/vi", true, &node, &err), 0);

	/* The same host gives the same image. */
	AUTO_IMAGE struct image again = { 0 };
	CHECK_INT(tiny_build(h.dir, &again, &err), 0);
	CHECK_STR(again.sha256, made.sha256);
	CHECK_INT(store_list(h.dir, &list, &n, &err), 0);
	CHECK_INT(n, 1);
	store_list_free(list, n);
	CHECK_INT(store_remove(h.dir, "tiny", &err), 0);
	CHECK_INT(store_remove(h.dir, "tiny", &err), 1);
	AUTO_IMAGE struct image none = { 0 };
	CHECK_INT(store_find(h.dir, "tiny", &none, &err), 1);
}

static int make_image(const char *images, const char *name, struct image *i, struct error *err)
{
	struct store_new n;

	if (store_begin(images, name, &n, err) < 0)
		return -1;
	struct ext4 *fs = ext4_make(n.fd, &(struct ext4_make){ .size = 1 << 20, .inodes = 64 }, err);
	if (!fs || ext4_close(fs, err) < 0)
		return -1;
	memset(i, 0, sizeof(*i));
	snprintf(i->name, sizeof(i->name), "%s", name);
	i->cpu = IMAGE_CPU_MAX;
	return store_commit(images, &n, i, err);
}

static void a_cut_image_is_told_before_launch(void)
{
	AUTO_HOME struct home h = home_new();
	AUTO_IMAGE struct image i = { 0 };
	AUTO_IMAGE struct image by_path = { 0 };
	AUTO_IMAGE struct image none = { 0 };
	struct error err = { 0 };
	char byte = 1;

	CHECK_INT(make_image(h.dir, "web", &i, &err), 0);
	CHECK_INT(store_check(&i, &err), 0);
	CHECK_INT(store_find(h.dir, i.path, &by_path, &err), 0);
	CHECK_STR(by_path.name, "root");
	CHECK_INT(store_verify(&by_path, NULL, &err), 0);

	AUTO_CLOSE int fd = open(i.path, O_RDWR | O_CLOEXEC);
	CHECK_INT(pwrite(fd, &byte, 1, 900 * 1024), 1);
	CHECK_INT(store_check(&i, &err), 0);
	CHECK_INT(store_verify(&i, NULL, &err), -1);
	CHECK(strstr(err.msg, "SHA-256"));
	CHECK_INT(ftruncate(fd, 512 * 1024), 0);
	CHECK_INT(store_check(&i, &err), -1);
	CHECK(strstr(err.msg, "524288 bytes") && err.hint[0]);
	CHECK_INT(store_check(&by_path, &err), -1);
	CHECK(strstr(err.msg, "cut short") && err.hint[0]);
	CHECK_INT(unlink(i.path), 0);
	CHECK_INT(store_check(&i, &err), -1);
	CHECK_INT(err.code, ENOENT);

	CHECK_INT(store_find(h.dir, "../web", &none, &err), 1);
	CHECK_INT(store_find(h.dir, "..", &none, &err), -1);
	CHECK_INT(store_find(h.dir, "a b", &none, &err), -1);
	CHECK_INT(store_find(h.dir, "./nothing", &none, &err), 1);
}

static void what_a_dead_builder_left_goes(void)
{
	AUTO_HOME struct home h = home_new();
	struct fresh dead, live, next;
	struct error err = { 0 };
	struct stat st;

	CHECK_INT(fresh_begin(&dead, h.dir, &err), 0);
	CHECK_INT(file_write(dead.fd, "half", "x", 1, 0644, &err), 0);
	close(dead.fd); /* as when it dies: the lock is free */
	CHECK_INT(fresh_begin(&live, h.dir, &err), 0);
	CHECK_INT(stat(dead.dir, &st), -1);
	CHECK_INT(fresh_begin(&next, h.dir, &err), 0);
	CHECK_INT(stat(live.dir, &st), 0);

	/* The second of a name replaces the first, whole. */
	CHECK_INT(file_write(live.fd, "who", "first", 5, 0644, &err), 0);
	CHECK_INT(file_write(next.fd, "who", "next", 4, 0644, &err), 0);
	CHECK_INT(fresh_commit(&live, h.dir, "name", &err), 0);
	CHECK_INT(fresh_commit(&next, h.dir, "name", &err), 0);
	char path[128];
	snprintf(path, sizeof(path), "%s/name/who", h.dir);
	AUTO_FREE char *who = file_read(AT_FDCWD, path, 100, NULL, &err);
	CHECK(who);
	CHECK_STR(who, "next");
	fresh_abort(&live);
	fresh_abort(&next);
}

static void a_kernel_that_is_none_is_told(void)
{
	AUTO_HOME struct home h = home_new();
	struct error err = { 0 };
	struct kernel k;
	struct kernel_probe probe;
	char path[128];
	static const struct {
		const char *bytes;
		size_t n;
		enum kernel_format format;
	} some[] = {
		{ "#!/bin/sh\n", 10, KERNEL_TEXT },
		{ "\x1f\x8b\x08\0\0\0", 6, KERNEL_GZIP },
		{ "\xfd" "7zXZ\0", 6, KERNEL_XZ },
		{ "\x28\xb5\x2f\xfd\0", 5, KERNEL_ZSTD },
		{ "MZ\0\0", 4, KERNEL_PE },
		{ "\177ELF\0\0", 6, KERNEL_ELF },
		{ "\0\1\2\3", 4, KERNEL_UNKNOWN },
		{ "", 0, KERNEL_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		kernel_probe_bytes(some[i].bytes, some[i].n, &probe);
		CHECK_INT(probe.format, some[i].format);
		CHECK(!probe.pvh && !probe.entry64);
	}
	snprintf(path, sizeof(path), "%s/notes.txt", h.dir);
	CHECK_INT(file_write(AT_FDCWD, path, "buy milk\n", 9, 0644, &err), 0);
	CHECK_INT(kernel_from_file(path, NULL, h.dir, &k, &err), -1);
	CHECK(strstr(err.msg, "this is a text file") && err.hint[0]);
	CHECK_INT(kernel_from_deb(path, h.dir, &k, &err), -1);
	CHECK(strstr(err.msg, "notes.txt"));
	CHECK_INT(kernel_find(h.dir, NULL, &k, &err), 1);
}

/* An x86-64 ELF program with a loadable segment at its entry and a PVH note. */
static size_t fake_vmlinux(uint8_t out[512])
{
	static const uint8_t head[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
					2, 0, 62, 0, 1, 0, 0, 0 };
	static const char banner[] = "Linux version 1.2.3-fake (x)";

	memset(out, 0, 512);
	memcpy(out, head, sizeof(head));
	out[26] = 0x10;             /* entry 0x100000 */
	out[32] = 64;               /* phoff */
	out[54] = 56, out[56] = 2;  /* phentsize, phnum */
	out[64] = 1;                /* PT_LOAD */
	out[64 + 16 + 2] = out[64 + 24 + 2] = 0x10;
	out[64 + 33] = 2, out[64 + 41] = 2; /* 512 bytes */
	out[120] = 4;               /* PT_NOTE at 200, 20 bytes */
	out[120 + 8] = 200, out[120 + 32] = 20;
	out[200] = 4, out[204] = 4, out[208] = 18;
	memcpy(out + 212, "Xen", 4);
	memcpy(out + 300, banner, sizeof(banner));
	return 512;
}

static void a_kernel_by_path_works(void)
{
	AUTO_HOME struct home h = home_new();
	struct error err = { 0 };
	struct kernel k, again;
	struct kernel_probe probe;
	uint8_t elf[512];
	char path[128], cpio[PATH_MAX];

	size_t n = fake_vmlinux(elf);
	kernel_probe_bytes(elf, n, &probe);
	CHECK(probe.format == KERNEL_ELF && probe.pvh && probe.entry64);
	CHECK_STR(probe.release, "1.2.3-fake");
	for (size_t cut = 0; cut < 232; cut++) {
		kernel_probe_bytes(elf, cut, &probe);
		CHECK(!probe.pvh);
	}

	snprintf(path, sizeof(path), "%s/vmlinux", h.dir);
	CHECK_INT(file_write(AT_FDCWD, path, elf, n, 0644, &err), 0);
	char kernels[128];
	snprintf(kernels, sizeof(kernels), "%s/kernels", h.dir);
	if (kernel_from_file(path, NULL, kernels, &k, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(kernel_find(kernels, k.name, &again, &err), 0);
	CHECK_STR(again.release, "1.2.3-fake");
	CHECK_INT(again.n_modules, 0);
	CHECK(again.pvh);
	CHECK_INT(initramfs_ensure(&k, k.dir, cpio, sizeof(cpio), &err), 0);
	AUTO_FREE char *data = file_read(AT_FDCWD, cpio, 16 << 20, &n, &err);
	CHECK(data && memcmp(data, "070701", 6) == 0 && memmem(data, n, "TRAILER!!!", 10));

	CHECK_INT(truncate(again.vmlinux, 100), 0);
	CHECK_INT(kernel_find(kernels, k.name, &again, &err), -1);
	CHECK(strstr(err.msg, "damaged") && err.hint[0]);
}

/* Compress with the host's own tools, as a module in a package would be. */
static void compressed_modules_are_expanded(void)
{
	AUTO_HOME struct home h = home_new();
	static const char text[] = "not really a module";
	char path[128], packed[140], xz[] = "xz", words[256];
	char *argv[] = { xz, path, NULL };
	struct error err = { 0 };
	int status = 1;
	size_t n, len;

	snprintf(path, sizeof(path), "%s/virtio.ko", h.dir);
	CHECK_INT(file_write(AT_FDCWD, path, text, sizeof(text), 0644, &err), 0);
	if (process_capture(argv, words, sizeof(words), 10000, &status, &err) < 0 || status)
		SKIP("xz");
	snprintf(packed, sizeof(packed), "%s.xz", path);
	AUTO_FREE char *data = file_read(AT_FDCWD, packed, 4096, &n, &err);
	CHECK(data);
	AUTO_FREE void *out = NULL;
	CHECK_INT(archive_expand(data, n, 4096, &out, &len, &err), 0);
	CHECK_INT(len, sizeof(text));
	CHECK(memcmp(out, text, len) == 0);
	AUTO_FREE void *small = NULL;
	CHECK_INT(archive_expand(data, n, 5, &small, &len, &err), -1);
	CHECK_INT(err.code, EFBIG);
}

static int answer(void *arg, void *out, struct error *err)
{
	snprintf(out, 16, "seen %d", *(int *)arg);
	error_set(err, ENOENT, "a thing");
	return 1;
}

static int crash(void *arg, void *out, struct error *err)
{
	(void)arg, (void)out, (void)err;
	raise(SIGKILL);
	return 0;
}

static int spin(void *arg, void *out, struct error *err)
{
	(void)arg, (void)out, (void)err;
	for (;;)
		pause();
	return 0;
}

static int hoard(void *arg, void *out, struct error *err)
{
	(void)arg, (void)out;
	AUTO_FREE char *much = malloc(1U << 30);
	return much ? 0 : error_set(err, ENOMEM, "hoard");
}

static void what_runs_apart_harms_nobody(void)
{
	struct error err = { 0 };
	char out[16] = "";
	int n = 7;

	CHECK_INT(apart_run(answer, &n, out, sizeof(out), 10000, &err), 1);
	CHECK_STR(out, "seen 7");
	CHECK_STR(err.msg, "a thing: No such file or directory");
	CHECK_INT(err.code, ENOENT);
	CHECK_INT(apart_run(crash, NULL, NULL, 0, 10000, &err), -1);
	CHECK_STR(err.msg, "reading it failed (Killed)");
	CHECK_INT(apart_run(spin, NULL, NULL, 0, 50, &err), -1);
	CHECK_INT(err.code, ETIMEDOUT);
#ifndef __SANITIZE_ADDRESS__
	CHECK_INT(apart_run(hoard, NULL, NULL, 0, 10000, &err), -1);
	CHECK_INT(err.code, ENOMEM);
#else
	(void)hoard;
#endif
}

static void a_digest_is_right(void)
{
	char sum[65];
	struct error err = { 0 };

	CHECK_INT(digest_bytes("abc", 3, sum, &err), 0);
	CHECK_STR(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Told that the file is there, it lets the program end. */
struct growing {
	char gate[96];
	uint64_t most;
	int cancel_at;
};
enum { GROWN = 3000000 };

static int on_growth(void *arg, const struct progress *p)
{
	struct growing *g = arg;

	if (p->done <= g->most)
		return 0;
	g->most = p->done;
	if (g->cancel_at)
		return 1;
	AUTO_CLOSE int fd = open(g->gate, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 || write(fd, "\n", 1) != 1;
}

static void what_a_tool_has_written_is_its_progress(void)
{
	AUTO_HOME struct home h = home_new();
	struct growing g = { .most = 0 };
	struct meter m;
	struct error err = { 0 };
	char script[400], out[100];
	int status = -1;

	snprintf(g.gate, sizeof(g.gate), "%s/gate", h.dir);
	snprintf(script, sizeof(script), "mkdir %s/partial && head -c %d /dev/zero >%s/partial/f && "
		 "read _ <%s && echo over", h.dir, GROWN, h.dir, g.gate);
	char shell[] = "sh", option[] = "-c", *const argv[] = { shell, option, script, NULL };
	CHECK_INT(mkfifo(g.gate, 0600), 0);
	/* So that what is written there waits for whoever reads. */
	AUTO_CLOSE int hold = open(g.gate, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	meter_init(&m, on_growth, &g);
	CHECK_INT(meter_phase(&m, PROGRESS_FETCH, GROWN, "f", &err), 0);
	if (tool_run(argv, h.dir, out, sizeof(out), 60 * 1000, &m, &status, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(status, 0);
	CHECK_STR(out, "over\n");
	CHECK_INT(m.now.done, GROWN);
	CHECK_INT(m.now.total, GROWN);
	/* Cancelled, all that it started ends. */
	g = (struct growing){ .cancel_at = 1 };
	snprintf(script, sizeof(script), "rm -r %s/partial; head -c %d /dev/zero >%s/g; exec cat <%s/gate", h.dir,
		 GROWN, h.dir, h.dir);
	CHECK_INT(tool_run(argv, h.dir, out, sizeof(out), 60 * 1000, &m, &status, &err), -1);
	CHECK_INT(err.code, ECANCELED);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	/* And takes away what it has elsewhere. */
	g = (struct growing){ .cancel_at = 1 };
	snprintf(script, sizeof(script), "d=%s/elsewhere; trap 'rm -r $d; exit 3' TERM; mkdir $d; rm %s/g; "
		 "head -c %d /dev/zero >%s/h; while :; do sleep 0.1; done", h.dir, h.dir, GROWN, h.dir);
	CHECK_INT(tool_run(argv, h.dir, out, sizeof(out), 60 * 1000, &m, &status, &err), -1);
	CHECK_INT(err.code, ECANCELED);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	snprintf(script, sizeof(script), "%s/elsewhere", h.dir);
	CHECK(access(script, F_OK) < 0 && errno == ENOENT);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "store: tiny is built, found and sound", tiny_is_built_found_and_sound },
		{ "store: a cut image is told before launch", a_cut_image_is_told_before_launch },
		{ "fresh: what a dead builder left goes", what_a_dead_builder_left_goes },
		{ "kernel: one that is none is told", a_kernel_that_is_none_is_told },
		{ "kernel: one by path works", a_kernel_by_path_works },
		{ "archive: compressed modules are expanded", compressed_modules_are_expanded },
		{ "apart: what runs there harms nobody", what_runs_apart_harms_nobody },
		{ "digest: it is right", a_digest_is_right },
		{ "tool: what it has written is its progress", what_a_tool_has_written_is_its_progress },
		{ 0 },
	};

	return test_main(tests, argc, argv);
}
