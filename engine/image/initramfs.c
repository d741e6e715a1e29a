#include "engine/image/initramfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/digest.h"

#ifndef GUEST_INIT
#define GUEST_INIT ".build/guest/init"
#endif

/* The program, as guest.mk has built it. */
__asm__(".section .rodata\n"
	".balign 16\n"
	"vmdeck_guest_init:\n"
	".incbin \"" GUEST_INIT "\"\n"
	"vmdeck_guest_init_end:\n"
	".previous\n");
extern const char vmdeck_guest_init[], vmdeck_guest_init_end[];

enum {
	MODULE_MAX = 8 << 20,
	CONSOLE_MAJOR = 5,
	CONSOLE_MINOR = 1,
};

/* An archive under construction. */
struct cpio {
	char *data;
	size_t len, size;
	unsigned inode;
	bool failed;
};

const void *initramfs_init(size_t *len)
{
	*len = (size_t)(vmdeck_guest_init_end - vmdeck_guest_init);
	return vmdeck_guest_init;
}

static void add(struct cpio *c, const void *data, size_t n)
{
	if (c->len + n > c->size && !c->failed) {
		size_t size = (c->len + n) * 2;
		char *more = realloc(c->data, size);
		c->failed = !more;
		if (more) {
			c->data = more;
			c->size = size;
		}
	}
	if (c->failed)
		return;
	memcpy(c->data + c->len, data, n);
	c->len += n;
}

static void pad(struct cpio *c)
{
	add(c, "\0\0\0", -c->len & 3);
}

/* Thirteen fields of eight hex digits after the magic; name and data are each
 * padded to four bytes. Times are 0, so that the same content is the same file. */
static void entry(struct cpio *c, const char *name, unsigned mode, const void *data, size_t len,
		  unsigned major, unsigned minor)
{
	char header[6 + 13 * 8 + 1];

	snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		 ++c->inode, mode, 0U, 0U, S_ISDIR(mode) ? 2U : 1U, 0U, (unsigned)len, 0U, 0U,
		 major, minor, (unsigned)strlen(name) + 1, 0U);
	add(c, header, sizeof(header) - 1);
	add(c, name, strlen(name) + 1);
	pad(c);
	add(c, data, len);
	pad(c);
}

static int add_modules(struct cpio *c, const struct kernel *k, struct error *err)
{
	char list[KERNEL_MODULES_MAX * sizeof(k->modules[0])] = "";
	size_t used = 0;

	entry(c, "modules", S_IFDIR | 0755, "", 0, 0, 0);
	for (size_t i = 0; i < k->n_modules; i++) {
		char path[PATH_MAX + 64], name[64];
		size_t len;
		snprintf(path, sizeof(path), "%s/modules/%s", k->dir, k->modules[i]);
		snprintf(name, sizeof(name), "modules/%s", k->modules[i]);
		AUTO_FREE char *data = file_read(AT_FDCWD, path, MODULE_MAX, &len, err);
		if (!data)
			return -1;
		entry(c, name, S_IFREG | 0644, data, len, 0, 0);
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s\n", k->modules[i]);
	}
	entry(c, "modules/list", S_IFREG | 0644, list, used, 0, 0);
	return 0;
}

static int build(struct cpio *c, const struct kernel *k, struct error *err)
{
	size_t len;
	const void *init = initramfs_init(&len);

	entry(c, "dev", S_IFDIR | 0755, "", 0, 0, 0);
	/* The kernel opens it for init's descriptors 0 to 2. */
	entry(c, "dev/console", S_IFCHR | 0600, "", 0, CONSOLE_MAJOR, CONSOLE_MINOR);
	entry(c, "init", S_IFREG | 0755, init, len, 0, 0);
	if (add_modules(c, k, err) < 0)
		return error_wrap(err, "initramfs");
	entry(c, "TRAILER!!!", 0, "", 0, 0, 0);
	return c->failed ? error_set(err, ENOMEM, "initramfs") : 0;
}

int initramfs_ensure(const struct kernel *k, const char *dir, char *path, size_t size,
		     struct error *err)
{
	struct cpio c = { 0 };
	char sum[65];
	struct stat st;

	int r = build(&c, k, err);
	AUTO_FREE char *data = c.data;
	if (r < 0 || digest_bytes(data, c.len, sum, err) < 0)
		return -1;
	int n = snprintf(path, size, "%s/initramfs-%.16s.cpio", dir, sum);
	if (n < 0 || (size_t)n >= size)
		return error_set(err, ENAMETOOLONG, "initramfs: %s", dir);
	if (stat(path, &st) == 0 && st.st_size == (off_t)c.len)
		return 0;
	if (dir_make(dir, 0700, err) < 0 ||
	    file_write(AT_FDCWD, path, data, c.len, 0644, err) < 0)
		return error_wrap(err, "initramfs");
	return 0;
}
