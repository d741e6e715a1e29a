/*
 * A launch's machine: the files that it is made of, opened and checked, and the
 * template that it may start from.
 */
#include "engine/session/launch_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/disk.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/session/accel.h"
#include "engine/session/admission.h"
#include "engine/session/belongings.h"
#include "engine/session/files.h"

static int open_file(int *slot, const char *path, struct error *err)
{
	*slot = open(path, O_RDONLY | O_CLOEXEC);
	return *slot < 0 ? error_set(err, errno, "open %s", path) : 0;
}

/* Where the modules of a kernel given by path are: beside it, or where the host
 * keeps those of its release; "" when it must have all built in. */
static void find_modules(const char *path, char out[PATH_MAX])
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *slash = strrchr(path, '/');
	struct kernel_probe probe;
	struct error ignored;

	snprintf(out, PATH_MAX, "%.*s/modules", (int)(slash - path), path);
	if (access(out, F_OK) == 0)
		return;
	out[0] = '\0';
	if (fd < 0 || kernel_probe(fd, &probe, &ignored) < 0 || !probe.release[0])
		return;
	snprintf(out, PATH_MAX, "/lib/modules/%s", probe.release);
	if (access(out, F_OK) < 0)
		out[0] = '\0';
}

static int find_kernel(struct attempt *a, char kernels[PATH_MAX], struct kernel *k, struct error *err)
{
	const char *wanted = a->l->agent->kernel;
	char modules[PATH_MAX];

	if (!strchr(wanted, '/')) {
		snprintf(kernels, PATH_MAX, "%s/kernels", a->paths->cache);
		return kernel_find(kernels, wanted[0] ? wanted : NULL, k, err);
	}
	/* Apart from the prepared ones, whose newest is everybody's default. */
	snprintf(kernels, PATH_MAX, "%s/own-kernels", a->paths->cache);
	find_modules(wanted, modules);
	return kernel_from_file(wanted, modules[0] ? modules : NULL, kernels, k, err);
}

static int open_kernel(struct attempt *a, struct error *err)
{
	const struct agent *agent = a->l->agent;
	char kernels[PATH_MAX], initramfs[PATH_MAX];
	struct kernel k;
	int r = find_kernel(a, kernels, &k, err);

	if (r > 0) {
		error_set(err, 0, agent->kernel[0] ? "no kernel \"%s\" is prepared" :
			  "no kernel is prepared%s", agent->kernel);
		error_hint(err, "vmdeck image build fetches it");
	}
	if (r || initramfs_ensure(&k, k.dir[0] ? k.dir : kernels, initramfs, sizeof(initramfs), err) < 0)
		return -1;
	if (open_file(&a->fds[SPEC_FD_KERNEL], k.vmlinux, err) < 0)
		return -1;
	return open_file(&a->fds[SPEC_FD_INITRAMFS], initramfs, err);
}

static int open_image(struct attempt *a, struct error *err)
{
	const struct agent *agent = a->l->agent;
	char images[PATH_MAX];
	int r;

	snprintf(images, sizeof(images), "%s/images", a->paths->data);
	r = store_find(images, a->l->agent->image, &a->image, err);
	if (r > 0) {
		error_set(err, 0, "there is no image \"%s\"", a->l->agent->image);
		if (strchr(a->l->agent->image, '/'))
			error_hint(err, "vmdeck image ls shows those that there are");
		else
			error_hint(err, "vmdeck image build %s makes it, if it is one of ours; vmdeck image "
				   "import makes one of what you have", a->l->agent->image);
	}
	if (r || store_check(&a->image, err) < 0)
		return -1;
	a->spec.cpu_max = a->image.cpu == IMAGE_CPU_MAX;
	a->spec.boot_init = agent->boot ? agent->boot == AGENT_BOOT_INIT : a->image.boot == IMAGE_BOOT_INIT;
	a->spec.own_root = agent->root ? agent->root == AGENT_ROOT_CLONE : a->image.root == IMAGE_ROOT_CLONE;
	return open_file(&a->fds[SPEC_FD_IMAGE], a->image.path, err);
}

static int belongings(struct attempt *a, struct belongings *b, struct error *err)
{
	const struct agent *agent = a->l->agent;

	if (belongings_fill(b, agent, a->fds[SPEC_FD_IMAGE],
			    agent->user[0] ? agent->user : a->image.user, err) < 0)
		return -1;
	cJSON_Delete(a->spec.mine);
	a->spec.mine = cJSON_CreateArray();
	for (size_t i = 0; i < b->n_files; i++)
		cJSON_AddItemToArray(a->spec.mine, cJSON_CreateString(b->files[i].path));
	return 0;
}

int attempt_files(struct attempt *a, struct error *err)
{
	struct belongings b;

	if (!a->l->agent->n_files)
		return 0;
	if (belongings(a, &b, err) < 0)
		return -1;
	a->fds[SPEC_FD_FILES] = files_pack(b.files, b.n_files, err);
	return a->fds[SPEC_FD_FILES] < 0 ? error_wrap(err, "session disk") : 0;
}

/* Of this session alone, in the directory of all of them, and without a name. That of
 * a template's machine is mounted there: nothing can be put into it from outside, so
 * the files go another way. */
static int make_disk(struct attempt *a, struct error *err)
{
	struct belongings b;
	char dir[PATH_MAX];
	struct disk_spec spec = {
		.dir = dir, .size = (uint64_t)a->l->agent->disk_mib << 20,
		.image = a->fds[SPEC_FD_IMAGE],
	};

	snprintf(dir, sizeof(dir), "%s/sessions", a->paths->state);
	if (a->template_disk >= 0) {
		a->fds[SPEC_FD_DISK] = disk_copy(dir, a->template_disk, err);
		return a->fds[SPEC_FD_DISK] < 0 ? -1 : attempt_files(a, err);
	}
	if (belongings(a, &b, err) < 0)
		return -1;
	spec.files = b.files;
	spec.n_files = b.n_files;
	spec.workspace = b.workspace.from ? &b.workspace : NULL;
	a->fds[SPEC_FD_DISK] = (a->spec.own_root ? disk_clone : disk_create)(&spec, err);
	return a->fds[SPEC_FD_DISK] < 0 ? -1 : 0;
}

void attempt_step(struct attempt *a, const char *name, uint64_t since_us)
{
	struct session_step *s = &a->spec.record.steps[a->spec.record.n_steps++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->ms = (double)(now_us() - since_us) / 1000;
}

/* What template this machine would start from: 0, 1 when its backend has none. */
static int name_template(struct attempt *a, struct error *err)
{
	const struct agent *agent = a->l->agent;
	struct template_wish *w = &a->wish;

	*w = (struct template_wish){
		.memory_mib = agent->memory_mib, .cpus = agent->cpus,
		.disk_size = (uint64_t)agent->disk_mib << 20,
		.accel = a->spec.accel, .cpu_max = a->spec.cpu_max,
		.kernel_fd = a->fds[SPEC_FD_KERNEL], .initramfs_fd = a->fds[SPEC_FD_INITRAMFS],
		.image_fd = a->fds[SPEC_FD_IMAGE],
	};
	snprintf(w->backend, sizeof(w->backend), "%s", agent->backend);
	return template_name(w, err);
}

int attempt_parts(struct attempt *a, struct error *err)
{
	struct error ignored;

	if (open_kernel(a, err) < 0)
		return error_wrap(err, "kernel");
	if (open_image(a, err) < 0)
		return error_wrap(err, "image");
	a->spec.accel = a->l->agent->accel == VM_ACCEL_AUTO ? accel_decide(a->paths) :
			a->l->agent->accel;
	/* A template's disk is mounted already: no place for a workspace. It has rehearsed
	 * the start of an agent, over an overlay. */
	a->named = !a->l->cold && !a->spec.boot_init && !a->spec.own_root && !a->l->agent->workspace.from[0] && name_template(a, &ignored) == 0;
	return 0;
}

static struct admission wanted(const struct attempt *a)
{
	struct error ignored;
	AUTO_CLOSE int all = template_dir_open(a->paths, &ignored);
	AUTO_CLOSE int dir = all < 0 || !a->named ? -1 :
			     openat(all, a->wish.key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return (struct admission){
		.measured_kib = admission_measured(dir),
		.memory_mib = a->l->agent->memory_mib,
		.growth = a->l->growth ? a->l->growth : ADMISSION_GROWTH,
	};
}

void attempt_project(struct attempt *a)
{
	struct admission w = wanted(a);

	a->spec.promised_kib = admission_projected_kib(&w);
}

int attempt_admit(struct attempt *a, struct error *err)
{
	struct admission w = wanted(a);
	AUTO_CLOSE int fd = promise_open(a->paths, err);
	struct promises others;
	int r;

	if (fd < 0)
		return -1;
	a->spec.promised_kib = admission_projected_kib(&w);
	promise_ask_begin(fd);
	others = promise_others(fd);
	r = a->l->force ? 0 : admission_ask(&w, &others, a->paths, err);
	if (r == 0)
		r = promise_hold(fd, a->spec.promised_kib, (uint64_t)ADMISSION_DISK_MIB << 10, err);
	promise_ask_end(fd);
	if (r == 0)
		a->fds[SPEC_FD_PROMISE] = take_fd(&fd);
	return r;
}

/* The template, when there is one. Trouble with templates never fails a launch:
 * it is cold then, and the record says why. */
static void find_template(struct attempt *a)
{
	struct template t;
	struct error err;
	int r = template_open(a->paths, &a->wish, &t, &err);

	a->make_template = r > 0;
	if (r == 0) {
		a->fds[SPEC_FD_TEMPLATE] = t.dir;
		a->fds[SPEC_FD_RAM] = t.ram_fd;
		a->fds[SPEC_FD_STATE] = t.state_fd;
		a->template_disk = t.disk_fd;
		a->spec.tsc_khz = t.tsc_khz;
	} else if (err.msg[0]) {
		text_clean_str(a->spec.record.note, sizeof(a->spec.record.note), err.msg);
	}
}

int attempt_machine(struct attempt *a, struct error *err)
{
	uint64_t t;

	if (a->named)
		find_template(a);
	attempt_step(a, "prepare", a->spec.requested_us);
	t = now_us();
	if (make_disk(a, err) < 0)
		return error_wrap(err, "session disk");
	attempt_step(a, "disk", t);
	return 0;
}
