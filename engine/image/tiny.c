#include "engine/image/tiny.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/ext4.h"

enum {
	BUSYBOX_MAX = 16 << 20,
	BUNDLE_MAX = 4 << 20,
	NAMES_MAX = 32 * 1024,
	ASK_MS = 10 * 1000,
	ROOM = 2 << 20, /* beside the two large files: directories, links, tables */
};

static const struct {
	const char *path;
	unsigned mode;
} dirs[] = {
	{ "/bin", 0755 },     { "/dev", 0755 },	    { "/etc", 0755 },	  { "/etc/ssl", 0755 },
	{ "/etc/ssl/certs", 0755 }, { "/home", 0755 },    { "/mnt", 0755 },	  { "/proc", 0555 },
	{ "/root", 0700 },    { "/run", 0755 },	    { "/sbin", 0755 },	  { "/sys", 0555 },
	{ "/tmp", 01777 },    { "/usr", 0755 },	    { "/usr/bin", 0755 }, { "/usr/sbin", 0755 },
	{ "/usr/local", 0755 }, { "/usr/local/bin", 0755 }, { "/var", 0755 },	  { "/var/log", 0755 },
	{ "/var/tmp", 01777 },
};

static const struct {
	const char *path, *text;
	unsigned mode;
} files[] = {
	{ "/etc/passwd",
	  "root:x:0:0:root:/root:/bin/sh\n"
	  "nobody:x:65534:65534:nobody:/:/bin/false\n",
	  0644 },
	{ "/etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", 0644 },
	{ "/etc/hosts", "127.0.0.1\tlocalhost\n", 0644 },
	/* The gateway of every session. */
	{ "/etc/resolv.conf", "nameserver 10.200.0.1\n", 0644 },
	{ "/etc/nsswitch.conf", "hosts: files dns\n", 0644 },
	{ "/etc/shells", "/bin/sh\n/bin/ash\n", 0644 },
	{ "/etc/os-release", "ID=tiny\nNAME=\"vmdeck tiny\"\nPRETTY_NAME=\"vmdeck tiny\"\n", 0644 },
	{ "/etc/profile",
	  "export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
	  "export PS1='\\h:\\w\\$ '\n"
	  "export PAGER=less\n"
	  "alias ll='ls -l'\n",
	  0644 },
	{ "/etc/machine-id", "", 0444 },
	{ "/etc/hostname", "tiny\n", 0644 },
};

/* Where systems keep their bundle of certificates. */
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
};

struct parts {
	char *busybox, *bundle;
	size_t busybox_len, bundle_len;
	char names[NAMES_MAX]; /* "usr/bin/awk\n..." */
};

static void parts_done(struct parts *p)
{
	free(p->busybox);
	free(p->bundle);
}
#define AUTO_PARTS __attribute__((cleanup(parts_done)))

static int find_busybox(struct parts *p, struct error *err)
{
	char path[PATH_MAX], name[] = "busybox", list[] = "--list-full";
	char *argv[] = { name, list, NULL };
	int status;

	if (process_find("busybox", path, sizeof(path)) < 0) {
		error_set(err, ENOENT, "busybox");
		error_hint(err, "sudo apt install busybox-static");
		return -1;
	}
	if (process_capture(argv, p->names, sizeof(p->names), ASK_MS, &status, err) < 0)
		return -1;
	if (status)
		return error_set(err, 0, "busybox --list-full failed");
	p->busybox = file_read(AT_FDCWD, path, BUSYBOX_MAX, &p->busybox_len, err);
	if (!p->busybox)
		return -1;
	/* A dynamic one needs libraries that the image does not have. */
	if (memmem(p->busybox, p->busybox_len, "/ld-linux", 9) ||
	    memmem(p->busybox, p->busybox_len, "/ld-musl", 8)) {
		error_set(err, 0, "%s is not static", path);
		error_hint(err, "sudo apt install busybox-static");
		return -1;
	}
	return 0;
}

static int find_bundle(struct parts *p, struct error *err)
{
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++) {
		p->bundle = file_read(AT_FDCWD, bundles[i], BUNDLE_MAX, &p->bundle_len, err);
		if (p->bundle)
			return 0;
	}
	error_set(err, ENOENT, "this host has no bundle of CA certificates");
	error_hint(err, "sudo apt install ca-certificates");
	return -1;
}

/* Each name of busybox, as a link to it. */
static int put_names(struct ext4 *fs, char *names, struct error *err)
{
	const struct ext4_node link = { 0 };
	char path[PATH_MAX];

	for (char *save, *name = strtok_r(names, "\n", &save); name;
	     name = strtok_r(NULL, "\n", &save)) {
		struct ext4_node there;
		snprintf(path, sizeof(path), "/%.200s", name);
		int r = ext4_stat(fs, path, false, &there, err);
		if (r < 0)
			return -1;
		if (r == 0 || strchr(path + 1, ' '))
			continue;
		if (ext4_make_parents(fs, path, &(struct ext4_node){ .mode = 0755 }, err) < 0 ||
		    ext4_put_symlink(fs, path, "/bin/busybox", &link, err) < 0)
			return -1;
	}
	return 0;
}

static int fill(struct ext4 *fs, struct parts *p, struct error *err)
{
	const struct ext4_node program = { .mode = 0755 }, text = { .mode = 0644 };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (ext4_put_dir(fs, dirs[i].path, &(struct ext4_node){ .mode = dirs[i].mode },
				 err) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (ext4_put_file(fs, files[i].path, files[i].text, strlen(files[i].text),
				  &(struct ext4_node){ .mode = files[i].mode }, err) < 0)
			return -1;
	if (ext4_put_file(fs, "/bin/busybox", p->busybox, p->busybox_len, &program, err) < 0 ||
	    ext4_put_file(fs, bundles[0], p->bundle, p->bundle_len, &text, err) < 0)
		return -1;
	/* Other systems' places for the same. */
	if (ext4_put_symlink(fs, "/etc/ssl/cert.pem", "certs/ca-certificates.crt", &text, err) < 0)
		return -1;
	return put_names(fs, p->names, err);
}

static int make(int fd, struct parts *p, struct error *err)
{
	const struct ext4_make how = {
		.size = (p->busybox_len + p->bundle_len + ROOM) & ~4095ULL,
		.label = "vmdeck-tiny",
		.inodes = 1024,
		.reproducible = true,
	};
	AUTO_EXT4 struct ext4 *fs = ext4_make(fd, &how, err);

	if (!fs || fill(fs, p, err) < 0)
		return -1;
	return ext4_close(take_ptr(&fs), err);
}

static char **shell(void)
{
	char **argv = calloc(3, sizeof(*argv));

	if (argv) {
		argv[0] = strdup("/bin/sh");
		argv[1] = strdup("-l");
	}
	return argv;
}

static void abort_new(struct store_new *n)
{
	store_abort(n);
}

int tiny_build(const char *images, struct image *out, struct error *err)
{
	AUTO_PARTS struct parts p = { 0 };
	__attribute__((cleanup(abort_new))) struct store_new n = { .fd = -1, .lock = -1 };

	if (find_busybox(&p, err) < 0 || find_bundle(&p, err) < 0 ||
	    store_begin(images, "tiny", &n, err) < 0 || make(n.fd, &p, err) < 0)
		return error_wrap(err, "image tiny");
	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "tiny");
	snprintf(out->source, sizeof(out->source), "busybox-static and the CA bundle of this host");
	snprintf(out->user, sizeof(out->user), "root");
	snprintf(out->cwd, sizeof(out->cwd), "/root");
	out->argv = shell();
	if (store_commit(images, &n, out, err) < 0) {
		image_done(out);
		return -1;
	}
	return 0;
}
