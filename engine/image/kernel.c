#include "engine/image/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/image/apt.h"
#include "engine/image/archive.h"
#include "engine/image/digest.h"
#include "engine/image/fresh.h"

#define METAPACKAGE "linux-image-cloud-amd64"
#define PACKAGE "linux-image-"

enum {
	MODULE_MAX = 8 << 20,
	LIST_MAX = 4 << 20,         /* modules.builtin */
};

/* What guests need, in the order to load it. A kernel may have any of it built
 * in, and then neither file nor entry exists. */
static const char *const wanted[] = {
	"virtio_ring", "virtio",	"virtio_mmio", "virtio_console", "virtio_blk",
	"failover",    "net_failover",	"virtio_net",  "overlay",
};
enum {
	WANTED = sizeof(wanted) / sizeof(wanted[0]),
};

/* A kernel being put together in a temporary directory. */
struct making {
	struct kernel k;
	struct fresh fresh;
	bool have[WANTED];   /* a module of that name was found */
	char *builtin;       /* modules.builtin, or NULL */
	bool have_vmlinux;
};

static void making_done(struct making *m)
{
	fresh_abort(&m->fresh);
	free(m->builtin);
}
#define AUTO_MAKING __attribute__((cleanup(making_done)))

/* Modules spell '-' and '_' as they please. */
static bool same_module(const char *file, size_t len, const char *name)
{
	if (strlen(name) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = file[i] == '-' ? '_' : file[i];
		if (c != name[i])
			return false;
	}
	return true;
}

/* Which wanted module this path is, with the length of its compression's
 * suffix; -1 for none. */
static int wanted_module(const char *path)
{
	const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const char *ko = strstr(file, ".ko");

	if (!ko || (ko[3] && ko[3] != '.'))
		return -1;
	for (int i = 0; i < WANTED; i++)
		if (same_module(file, (size_t)(ko - file), wanted[i]))
			return i;
	return -1;
}

static int put_vmlinux(struct making *m, const void *data, size_t len, struct error *err)
{
	AUTO_FREE void *elf = NULL;
	struct kernel_probe probe;
	char path[PATH_MAX + 16];
	size_t n;

	if (kernel_unpack(data, len, KERNEL_FILE_MAX, &elf, &n, err) < 0)
		return -1;
	kernel_probe_bytes(elf, n, &probe);
	snprintf(path, sizeof(path), "%s/vmlinux", m->fresh.dir);
	if (file_write(AT_FDCWD, path, elf, n, 0644, err) < 0)
		return -1;
	snprintf(m->k.release, sizeof(m->k.release), "%s", probe.release);
	m->k.pvh = probe.pvh;
	m->k.size = n;
	m->have_vmlinux = true;
	return digest_bytes(elf, n, m->k.sha256, err);
}

static int put_module(struct making *m, int which, const char *path, const void *data, size_t len,
		      struct error *err)
{
	AUTO_FREE void *expanded = NULL;
	char to[PATH_MAX + 80];
	size_t n = strlen(path);

	if (n < 3 || strcmp(path + n - 3, ".ko") != 0) {
		size_t got;
		if (archive_expand(data, len, MODULE_MAX, &expanded, &got, err) < 0)
			return error_wrap(err, "module %s", wanted[which]);
		data = expanded;
		len = got;
	}
	snprintf(to, sizeof(to), "%s/modules/%s.ko", m->fresh.dir, wanted[which]);
	if (file_write(AT_FDCWD, to, data, len, 0644, err) < 0)
		return -1;
	m->have[which] = true;
	return 0;
}

/* "kernel/fs/ext4/ext4.ko" in modules.builtin */
static bool is_builtin(const struct making *m, const char *name)
{
	for (const char *line = m->builtin; line && *line;) {
		size_t len = strcspn(line, "\n");
		const char *file = line;
		for (size_t i = 0; i < len; i++)
			if (line[i] == '/')
				file = line + i + 1;
		size_t n = len - (size_t)(file - line);
		if (n > 3 && same_module(file, n - 3, name))
			return true;
		line += len;
		line += *line == '\n';
	}
	return false;
}

static int write_json(struct making *m, const char *source, struct error *err)
{
	char path[PATH_MAX + 16];
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	struct kernel *k = &m->k;

	cJSON_AddStringToObject(j, "name", k->name);
	cJSON_AddStringToObject(j, "release", k->release);
	cJSON_AddStringToObject(j, "version", k->version);
	cJSON_AddStringToObject(j, "source", source);
	cJSON_AddStringToObject(j, "sha256", k->sha256);
	cJSON_AddNumberToObject(j, "size", (double)k->size);
	cJSON_AddBoolToObject(j, "pvh", k->pvh);
	cJSON *list = cJSON_AddArrayToObject(j, "modules");
	for (size_t i = 0; i < k->n_modules; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(k->modules[i]));
	AUTO_FREE char *text = json_text(j, true);
	if (!text)
		return error_set(err, ENOMEM, "kernel.json");
	snprintf(path, sizeof(path), "%s/kernel.json", m->fresh.dir);
	return file_write(AT_FDCWD, path, text, strlen(text), 0644, err);
}

static int begin(struct making *m, const char *kernels, struct error *err)
{
	char path[PATH_MAX + 16];

	if (fresh_begin(&m->fresh, kernels, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/modules", m->fresh.dir);
	if (mkdir(path, 0755) < 0)
		return error_set(err, errno, "make %s", path);
	return 0;
}

/* Everything is in the directory: judge, describe, put in place. */
static int commit(struct making *m, const char *kernels, const char *source, bool need_modules,
		  struct kernel *out, struct error *err)
{
	struct kernel *k = &m->k;

	for (int i = 0; i < WANTED; i++) {
		if (m->have[i] && !is_builtin(m, wanted[i]))
			snprintf(k->modules[k->n_modules++], sizeof(k->modules[0]), "%s.ko",
				 wanted[i]);
		else if (need_modules && !m->have[i] && !is_builtin(m, wanted[i]))
			return error_set(err, 0, "%s has no module %s", source, wanted[i]);
	}
	if (write_json(m, source, err) < 0 ||
	    fresh_commit(&m->fresh, kernels, k->name, err) < 0)
		return -1;
	int r = kernel_find(kernels, k->name, out, err);
	return r > 0 ? error_set(err, ENOENT, "kernel %s", k->name) : r;
}

/* Looking */

static int load(const char *kernels, const char *name, struct kernel *k, struct error *err)
{
	char path[PATH_MAX + 128];
	size_t len;

	memset(k, 0, sizeof(*k));
	snprintf(path, sizeof(path), "%s/%s/kernel.json", kernels, name);
	AUTO_FREE char *text = file_read(AT_FDCWD, path, 64 * 1024, &len, err);
	if (!text)
		return err->code == ENOENT ? 1 : -1;
	AUTO_JSON cJSON *j = json_parse(path, text, len, false, err);
	if (!j)
		return -1;
	if (snprintf(k->dir, sizeof(k->dir), "%s/%s", kernels, name) >= (int)sizeof(k->dir) ||
	    snprintf(k->vmlinux, sizeof(k->vmlinux), "%s/%s/vmlinux", kernels, name) >=
		    (int)sizeof(k->vmlinux))
		return error_set(err, ENAMETOOLONG, "kernel %s", name);
	json_copy(j, "name", k->name, sizeof(k->name));
	json_copy(j, "release", k->release, sizeof(k->release));
	json_copy(j, "version", k->version, sizeof(k->version));
	json_copy(j, "sha256", k->sha256, sizeof(k->sha256));
	k->size = (uint64_t)json_num(j, "size", 0);
	k->pvh = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "pvh"));
	const cJSON *m;
	cJSON_ArrayForEach(m, cJSON_GetObjectItemCaseSensitive(j, "modules")) {
		if (!cJSON_IsString(m) || strchr(m->valuestring, '/') ||
		    k->n_modules == KERNEL_MODULES_MAX)
			return error_set(err, 0, "%s: modules are not as they should be", path);
		snprintf(k->modules[k->n_modules++], sizeof(k->modules[0]), "%s", m->valuestring);
	}
	struct stat st;
	if (stat(k->vmlinux, &st) < 0)
		return error_set(err, errno, "%s", k->vmlinux);
	if ((uint64_t)st.st_size != k->size) {
		error_set(err, 0, "kernel %s: vmlinux is damaged: %lld bytes of %llu", name,
			  (long long)st.st_size, (unsigned long long)k->size);
		error_hint(err, "rm -r %s, and it is fetched again", k->dir);
		return -1;
	}
	return 0;
}

int kernel_find(const char *kernels, const char *name, struct kernel *out, struct error *err)
{
	char newest[NAME_MAX + 1] = "";

	if (name)
		return load(kernels, name, out, err);
	DIR *d = opendir(kernels);
	if (!d)
		return errno == ENOENT ? 1 : error_set(err, errno, "open %s", kernels);
	for (struct dirent *e; (e = readdir(d));) {
		char path[NAME_MAX + 16];
		snprintf(path, sizeof(path), "%s/kernel.json", e->d_name);
		if (e->d_name[0] != '.' && strverscmp(e->d_name, newest) > 0 &&
		    faccessat(dirfd(d), path, R_OK, 0) == 0)
			strcpy(newest, e->d_name);
	}
	closedir(d);
	return newest[0] ? load(kernels, newest, out, err) : 1;
}

/* From a package */

static int take_entry(void *arg, const struct entry *f, struct error *err)
{
	struct making *m = arg;
	AUTO_FREE void *data = NULL;
	int which = wanted_module(f->path);
	size_t len;

	if (!S_ISREG(f->mode))
		return 0;
	if (strncmp(f->path, "boot/vmlinuz-", 13) == 0) {
		snprintf(m->k.name, sizeof(m->k.name), "%.63s", f->path + 13);
		if (archive_content(f, KERNEL_FILE_MAX, &data, &len, err) < 0)
			return -1;
		return put_vmlinux(m, data, len, err);
	}
	if (which >= 0 && strstr(f->path, "lib/modules/")) {
		if (archive_content(f, MODULE_MAX, &data, &len, err) < 0)
			return -1;
		return put_module(m, which, f->path, data, len, err);
	}
	const char *file = strrchr(f->path, '/');
	if (file && strcmp(file, "/modules.builtin") == 0 && !m->builtin) {
		if (archive_content(f, LIST_MAX, (void **)&m->builtin, &len, err) < 0)
			return -1;
		m->builtin[len ? len - 1 : 0] = '\0'; /* its last newline */
	}
	return 0;
}

/* "linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb": the middle. */
static void version_of(const char *deb, char *out, size_t size)
{
	const char *file = strrchr(deb, '/') ? strrchr(deb, '/') + 1 : deb;
	const char *from = strchr(file, '_');
	const char *to = from ? strchr(from + 1, '_') : NULL;

	snprintf(out, size, "%.*s", to ? (int)(to - from - 1) : 0, to ? from + 1 : "");
}

int kernel_from_deb(const char *deb, const char *kernels, struct kernel *out, struct error *err)
{
	AUTO_MAKING struct making m = { 0 };
	const char *file = strrchr(deb, '/') ? strrchr(deb, '/') + 1 : deb;

	AUTO_CLOSE int fd = open(deb, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "open %s", deb);
	version_of(deb, m.k.version, sizeof(m.k.version));
	if (begin(&m, kernels, err) < 0)
		return error_wrap(err, "kernel");
	if (archive_walk_deb(fd, take_entry, &m, err) < 0)
		return error_wrap(err, "kernel: %s", file);
	if (!m.have_vmlinux)
		return error_set(err, 0, "kernel: %s holds no boot/vmlinuz-*", file);
	if (commit(&m, kernels, file, true, out, err) < 0)
		return error_wrap(err, "kernel");
	return 0;
}

/* From a file */

static int modules_from(struct making *m, int dir, int depth, struct error *err)
{
	if (depth > 12)
		return 0;
	DIR *d = fdopendir(dir);
	if (!d) {
		close(dir);
		return error_set(err, errno, "list modules");
	}
	int r = 0;
	for (struct dirent *e; r == 0 && (e = readdir(d));) {
		int which = wanted_module(e->d_name);
		size_t len;
		if (e->d_name[0] == '.' || e->d_type == DT_LNK)
			continue;
		if (e->d_type == DT_DIR) {
			int sub = openat(dirfd(d), e->d_name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			r = sub < 0 ? 0 : modules_from(m, sub, depth + 1, err);
		} else if (which >= 0 || strcmp(e->d_name, "modules.builtin") == 0) {
			char *data = file_read(dirfd(d), e->d_name, MODULE_MAX, &len, err);
			if (!data) {
				r = -1;
			} else if (which < 0) {
				free(m->builtin);
				m->builtin = data;
			} else {
				r = put_module(m, which, e->d_name, data, len, err);
				free(data);
			}
		}
	}
	closedir(d);
	return r;
}

int kernel_from_file(const char *path, const char *modules, const char *kernels,
		     struct kernel *out, struct error *err)
{
	AUTO_MAKING struct making m = { 0 };
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t len;

	AUTO_FREE char *data = file_read(AT_FDCWD, path, KERNEL_FILE_MAX, &len, err);
	if (!data)
		return error_wrap(err, "kernel");
	if (begin(&m, kernels, err) < 0)
		return error_wrap(err, "kernel");
	if (put_vmlinux(&m, data, len, err) < 0)
		return error_wrap(err, "%s", path);
	/* The digest makes it another one when the file has changed. */
	snprintf(m.k.name, sizeof(m.k.name), "%s%.40s-%.8s", base[0] == '.' ? "k" : "", base,
		 m.k.sha256);
	if (modules) {
		int dir = open(modules, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			return error_set(err, errno, "kernel: open %s", modules);
		if (modules_from(&m, dir, 0, err) < 0)
			return error_wrap(err, "kernel: %s", modules);
	}
	return commit(&m, kernels, base, modules != NULL, out, err);
}

/* From apt */

static void fresh_drop(struct fresh *f)
{
	fresh_abort(f);
}

int kernel_fetch(const char *kernels, struct kernel *out, struct meter *m, struct error *err)
{
	__attribute__((cleanup(fresh_drop))) struct fresh fresh = { 0 };
	char package[128], deb[PATH_MAX + NAME_MAX + 2];

	/* Asking takes its time, too. */
	if (m && meter_phase(m, PROGRESS_FETCH, 0, METAPACKAGE, err) < 0)
		return -1;
	if (apt_depends(METAPACKAGE, PACKAGE, package, sizeof(package), err) < 0)
		return error_wrap(err, "kernel");
	int r = kernel_find(kernels, package + strlen(PACKAGE), out, err);
	if (r <= 0)
		return r;
	if (fresh_begin(&fresh, kernels, err) < 0 ||
	    apt_download(package, fresh.dir, deb, sizeof(deb), m, err) < 0)
		return error_wrap(err, "kernel");
	if (m && meter_phase(m, PROGRESS_UNPACK, 0, "the kernel", err) < 0)
		return -1;
	return kernel_from_deb(deb, kernels, out, err);
}
