/* S08 and S09: the kernel's file, and what it has built in. */
#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/base/own.h"
#include "engine/image/archive.h"
#include "engine/image/vmlinux.h"

enum { CONFIG_MAX = 4 << 20 };

static int open_kernel(const struct probe_ctx *ctx, struct check_record *r)
{
	int fd;

	if (!*ctx->plan->kernel) {
		record_say(r, CHECK_SKIP, "no kernel yet: the first launch fetches one");
		return -1;
	}
	fd = open(ctx->plan->kernel, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		record_seen(r, ctx->plan->kernel, "%s", strerror(errno));
		record_say(r, CHECK_FAILED, "the kernel cannot be opened: %s: %s", ctx->plan->kernel,
			   strerror(errno));
		record_fix(r, 0, NULL, "name a kernel that is there as \"kernel\", or leave the key out");
	}
	return fd;
}

void probe_s08(const struct probe_ctx *ctx, struct check_record *r)
{
	bool firecracker = !strcmp(plan_backend(ctx->plan), "firecracker");
	AUTO_CLOSE int fd = open_kernel(ctx, r);
	struct kernel_probe k = { 0 };
	struct error err = { 0 };

	if (fd < 0)
		return;
	if (kernel_probe(fd, &k, &err) < 0) {
		record_say(r, CHECK_FAILED, "the kernel cannot be read: %s", err.msg);
		return;
	}
	record_seen(r, ctx->plan->kernel, "%s%s%s%s", kernel_format_name(k.format),
		    k.pvh ? ", PVH note" : "", *k.release ? ", Linux " : "", k.release);
	if (k.format == KERNEL_ELF && (k.pvh || (firecracker && k.entry64))) {
		record_say(r, CHECK_OK, "vmlinux %s", k.release);
		return;
	}
	if (k.format == KERNEL_BZIMAGE && !firecracker) {
		record_say(r, CHECK_OK, "bzImage %s; it is unpacked once", k.release);
		return;
	}
	if (k.format == KERNEL_ELF)
		record_say(r, CHECK_FAILED, "%s has no PVH note: it was built without CONFIG_PVH",
			   ctx->plan->kernel);
	else
		record_say(r, CHECK_FAILED, "the kernel %s is %s, which %s does not start",
			   ctx->plan->kernel, kernel_format_name(k.format), plan_backend(ctx->plan));
	if (k.format == KERNEL_BZIMAGE || k.format == KERNEL_GZIP || k.format == KERNEL_XZ ||
	    k.format == KERNEL_ZSTD || k.format == KERNEL_LZ4)
		record_fix(r, 0, NULL, "unpack it with the kernel sources' scripts/extract-vmlinux");
	record_fix(r, 0, NULL, "leave \"kernel\" out: the default one is fetched and unpacked");
}

/* --- S09 --- */

/* What a machine of ours needs; `module` beside the kernel will do instead. */
static const struct need {
	const char *option, *module;
	bool must;
	const char *loss; /* of one that is not a must */
} needs[] = {
	{ "CONFIG_EXT4_FS", NULL, true, NULL },
	{ "CONFIG_VIRTIO", "virtio.ko", true, NULL },
	{ "CONFIG_VIRTIO_MMIO", "virtio_mmio.ko", true, NULL },
	{ "CONFIG_VIRTIO_BLK", "virtio_blk.ko", true, NULL },
	{ "CONFIG_VIRTIO_CONSOLE", "virtio_console.ko", true, NULL },
	{ "CONFIG_OVERLAY_FS", "overlay.ko", true, NULL },
	{ "CONFIG_VIRTIO_NET", "virtio_net.ko", false, "no network in the guest" },
	{ "CONFIG_SERIAL_8250_CONSOLE", NULL, false, "no boot log" },
	{ "CONFIG_ACPI", NULL, false, "devices of a microvm are not found without ACPI" },
	{ "CONFIG_HW_RANDOM_VIRTIO", NULL, false, NULL },
};

static bool has_option(const char *config, const char *option)
{
	size_t n = strlen(option);

	for (const char *at = config; (at = strstr(at, option)); at += n)
		if ((at == config || at[-1] == '\n') && at[n] == '=' &&
		    (at[n + 1] == 'y' || at[n + 1] == 'm'))
			return true;
	return false;
}

static bool has_module(const char *kernel, const char *module)
{
	const char *slash = strrchr(kernel, '/');
	char path[PATH_MAX];

	return module && slash &&
	       snprintf(path, sizeof(path), "%.*s/modules/%s", (int)(slash - kernel), kernel, module) <
		       (int)sizeof(path) &&
	       access(path, R_OK) == 0;
}

/* The configuration that CONFIG_IKCONFIG=y puts between two marks (kernel/configs.c);
 * NULL when it is not there. */
static char *read_config(int fd)
{
	struct error err;
	struct stat st;
	char *map, *from, *to, *text = NULL;
	void *out = NULL;
	size_t n = 0;

	if (fstat(fd, &st) < 0 || st.st_size <= 0 || (uint64_t)st.st_size > KERNEL_FILE_MAX)
		return NULL;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return NULL;
	from = memmem(map, (size_t)st.st_size, "IKCFG_ST", 8);
	to = from ? memmem(from, (size_t)(map + st.st_size - from), "IKCFG_ED", 8) : NULL;
	if (to && archive_expand(from + 8, (size_t)(to - from - 8), CONFIG_MAX, &out, &n, &err) == 0) {
		text = realloc(out, n + 1);
		if (text)
			text[n] = '\0';
		else
			free(out);
	}
	munmap(map, (size_t)st.st_size);
	return text;
}

void probe_s09(const struct probe_ctx *ctx, struct check_record *r)
{
	AUTO_CLOSE int fd = open_kernel(ctx, r);
	AUTO_FREE char *config = NULL;
	const char *lacks = NULL, *less = NULL;
	unsigned modules = 0;

	if (fd < 0) {
		if (r->status == CHECK_FAILED)
			record_say(r, CHECK_SKIP, "the kernel cannot be opened: see S08");
		r->n_fixes = 0;
		return;
	}
	config = read_config(fd);
	record_seen(r, "configuration in the kernel", "%s", config ? "yes" : "no");
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		bool module = has_module(ctx->plan->kernel, needs[i].module);

		modules += module;
		if (!config || module || has_option(config, needs[i].option))
			continue;
		record_seen(r, needs[i].option, "not set");
		if (needs[i].must && !lacks)
			lacks = needs[i].option;
		else if (needs[i].loss && !less)
			less = needs[i].loss;
	}
	record_seen(r, "modules beside it", "%u", modules);
	if (lacks) {
		record_say(r, CHECK_FAILED, "the kernel lacks %s", lacks);
		record_fix(r, 0, NULL, "build it with %s=y, or leave \"kernel\" out: the default one has it",
			   lacks);
	} else if (less) {
		r->severity = CHECK_DEGRADED;
		record_say(r, CHECK_WARN, "%s", less);
		record_fix(r, 0, NULL, "leave \"kernel\" out: the default one has it");
	} else if (config) {
		record_say(r, CHECK_OK, "has what a machine needs");
	} else if (modules) {
		record_say(r, CHECK_OK, "does not carry its configuration; %u modules lie beside it", modules);
	} else {
		r->severity = CHECK_ADVICE;
		record_say(r, CHECK_INFO, "does not carry its configuration (CONFIG_IKCONFIG), and no modules "
			   "lie beside it: the boot will tell");
	}
}
