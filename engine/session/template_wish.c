/*
 * What a template is asked for by: everything that must be equal between the
 * machine that was saved and the one that is resumed from it.
 */
#include "engine/session/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/digest.h"
#include "engine/net/netns.h"

enum { TEXT_MAX = 16 << 10, CPUINFO = 8 << 10 };

static void add(char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* TEXT_MAX is twice what everything below can come to. */
static void add(char *text, const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + n, TEXT_MAX - n, fmt, ap);
	va_end(ap);
}

/* A file is the same while its inode, size and time are: those that vmdeck
 * makes are replaced by rename, and never written. */
static int add_file(char *text, const char *what, int fd, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at the %s", what);
	add(text, "%s %llu:%llu %lld %lld.%09ld\n", what, (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino, (long long)st.st_size, (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec);
	return 0;
}

static void add_line_of(char *text, const char *info, const char *name)
{
	const char *at = strstr(info, name);

	if (at)
		add(text, "%.*s\n", (int)strcspn(at, "\n") < 2048 ? (int)strcspn(at, "\n") : 2048, at);
}

/* The guest's kernel has patched itself for the processor that it saw. Only the
 * first processor is read: the file is long on a large host. */
static void add_processor(char *text)
{
	char info[CPUINFO + 1];
	AUTO_CLOSE int fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, info, CPUINFO);

	info[n > 0 ? n : 0] = '\0';
	add_line_of(text, info, "model name");
	add_line_of(text, info, "flags");
}

struct vm_spec template_machine(const struct template_wish *w)
{
	return (struct vm_spec){
		.name = "template",
		.kernel_fd = w->kernel_fd,
		.initramfs_fd = w->initramfs_fd,
		.image_fd = w->image_fd,
		.disk_fd = -1,
		.tap_fd = -1,
		.netns_fd = -1,
		.mac = NETNS_GUEST_MAC,
		.memory_mib = w->memory_mib,
		.cpus = w->cpus,
		.accel = w->accel,
		.cpu_max = w->cpu_max,
	};
}

int template_name(struct template_wish *w, struct error *err)
{
	const struct backend *b = backend_find(w->backend);
	struct vm_spec machine = template_machine(w);
	AUTO_FREE char *text = calloc(1, TEXT_MAX);
	AUTO_FREE char *own = calloc(1, TEXT_MAX / 2);
	char digest[65];

	if (!b || !b->save || !b->identity)
		return 1;
	if (!text || !own)
		return error_set(err, ENOMEM, "template");
	machine.disk_fd = machine.tap_fd = 0; /* it will have them */
	if (b->identity(&machine, own, TEXT_MAX / 2, err) < 0)
		return -1;
	add(text, "vmdeck %s template 2, %s\n", VERSION, b->name);
	if (add_file(text, "kernel", w->kernel_fd, err) < 0 ||
	    add_file(text, "initramfs", w->initramfs_fd, err) < 0 ||
	    add_file(text, "image", w->image_fd, err) < 0)
		return -1;
	add(text, "memory %u cpus %u disk %llu\n", w->memory_mib, w->cpus,
	    (unsigned long long)w->disk_size);
	add_processor(text);
	add(text, "%s", own);
	if (digest_bytes(text, strlen(text), digest, err) < 0)
		return -1;
	snprintf(w->key, sizeof(w->key), "%.*s", TEMPLATE_KEY, digest);
	w->text = take_ptr(&text);
	return 0;
}

void template_wish_done(struct template_wish *w)
{
	free(w->text);
	w->text = NULL;
}

cJSON *template_wish_json(const struct template_wish *w)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "key", w->key);
	cJSON_AddStringToObject(j, "backend", w->backend);
	cJSON_AddNumberToObject(j, "memory_mib", w->memory_mib);
	cJSON_AddNumberToObject(j, "cpus", w->cpus);
	cJSON_AddNumberToObject(j, "disk", (double)w->disk_size);
	cJSON_AddNumberToObject(j, "accel", w->accel);
	cJSON_AddBoolToObject(j, "cpu_max", w->cpu_max);
	cJSON_AddStringToObject(j, "machine", w->text ? w->text : "");
	return j;
}

int template_wish_parse(struct template_wish *w, const cJSON *j, struct error *err)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(j, "machine");

	*w = (struct template_wish){ .kernel_fd = -1, .initramfs_fd = -1, .image_fd = -1 };
	json_copy(j, "key", w->key, sizeof(w->key));
	json_copy(j, "backend", w->backend, sizeof(w->backend));
	w->memory_mib = (unsigned)json_num(j, "memory_mib", 0);
	w->cpus = (unsigned)json_num(j, "cpus", 0);
	w->disk_size = (uint64_t)json_num(j, "disk", 0);
	w->accel = (enum vm_accel)json_num(j, "accel", 0);
	w->cpu_max = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "cpu_max"));
	if (strspn(w->key, "0123456789abcdef") != TEMPLATE_KEY || !cJSON_IsString(text) ||
	    !w->memory_mib || !w->cpus || !w->disk_size || (unsigned)w->accel >= VM_ACCEL_COUNT)
		return error_set(err, 0, "template: what is asked for cannot be");
	w->text = strdup(text->valuestring);
	return w->text ? 0 : error_set(err, ENOMEM, "template");
}
