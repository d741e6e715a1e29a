#include "engine/session/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/image/disk.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/net/gateway.h"
#include "engine/session/accel.h"
#include "engine/session/belongings.h"
#include "engine/session/detach.h"
#include "engine/session/files.h"
#include "engine/session/maker.h"
#include "engine/session/sessions.h"
#include "engine/session/spec.h"
#include "engine/session/template.h"
#include "engine/session/wire.h"

enum {
	NUMBERS = 1000,
	STEPS = 7,      /* prepare disk supervisor network hypervisor guest agent */
	STEPS_DEMO = 3, /* supervisor hypervisor agent */
};

/* A launch under way: everything in it is given back when it fails. */
struct attempt {
	const struct launch *l;
	const struct paths *paths;
	struct spec spec;
	struct image image;
	int fds[SPEC_FD_COUNT]; /* by their number in the supervisor */
	struct template_wish wish;
	int template_disk;      /* the disk of the template that it starts from, -1 */
	bool have[BROKER_PROVIDERS]; /* which of the agent's providers have their secret */
	bool make_template;     /* there is none, and there may be one for the next */
	int all;                /* directory of the sessions */
	char temp[64];          /* name under which the directory is made; "" once it has its own */
};

static void attempt_done(struct attempt *a)
{
	struct error ignored;

	for (int i = 0; i < SPEC_FD_COUNT; i++)
		own_close(&a->fds[i]);
	if (a->temp[0])
		dir_remove(a->all, a->temp, &ignored);
	own_close(&a->template_disk);
	own_close(&a->all);
	image_done(&a->image);
	template_wish_done(&a->wish);
	spec_done(&a->spec);
}

static void step(struct attempt *a, const char *name, uint64_t since_us)
{
	struct session_step *s = &a->spec.record.steps[a->spec.record.n_steps++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->ms = (double)(now_us() - since_us) / 1000;
}

/* What the machine is made of. */

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
	return open_file(&a->fds[SPEC_FD_IMAGE], a->image.path, err);
}

/* Of a template's machine, which has it mounted: nothing can be put into it from
 * outside, so the files go another way. */
static int copy_disk(struct attempt *a, const char *dir, const struct disk_spec *spec,
		     struct error *err)
{
	a->fds[SPEC_FD_DISK] = disk_copy(dir, a->template_disk, err);
	if (a->fds[SPEC_FD_DISK] < 0 || !spec->n_files)
		return a->fds[SPEC_FD_DISK] < 0 ? -1 : 0;
	a->fds[SPEC_FD_FILES] = files_pack(spec->files, spec->n_files, err);
	return a->fds[SPEC_FD_FILES] < 0 ? -1 : 0;
}

static int make_disk(struct attempt *a, const char *dir, struct error *err)
{
	const struct agent *agent = a->l->agent;
	struct belongings b;
	struct disk_spec spec = {
		.dir = dir, .size = (uint64_t)agent->disk_mib << 20, .image = a->fds[SPEC_FD_IMAGE],
	};

	if (belongings_fill(&b, agent, a->fds[SPEC_FD_IMAGE], agent->user[0] ? agent->user : a->image.user,
			    err) < 0)
		return -1;
	spec.files = b.files;
	spec.n_files = b.n_files;
	spec.workspace = b.workspace.from ? &b.workspace : NULL;
	if (a->template_disk >= 0)
		return copy_disk(a, dir, &spec, err);
	a->fds[SPEC_FD_DISK] = disk_create(&spec, err);
	return a->fds[SPEC_FD_DISK] < 0 ? -1 : 0;
}

/* The template, when there is one. Trouble with templates never fails a launch:
 * it is cold then, and the record says why. */
static void find_template(struct attempt *a)
{
	const struct agent *agent = a->l->agent;
	struct template_wish *w = &a->wish;
	struct template t;
	struct error err;
	int r;

	*w = (struct template_wish){
		.memory_mib = agent->memory_mib, .cpus = agent->cpus,
		.disk_size = (uint64_t)agent->disk_mib << 20,
		.accel = a->spec.accel, .cpu_max = a->spec.cpu_max,
		.kernel_fd = a->fds[SPEC_FD_KERNEL], .initramfs_fd = a->fds[SPEC_FD_INITRAMFS],
		.image_fd = a->fds[SPEC_FD_IMAGE],
	};
	snprintf(w->backend, sizeof(w->backend), "%s", agent->backend);
	r = template_name(w, &err);
	if (r == 0)
		r = template_open(a->paths, w, &t, &err);
	else if (r > 0)
		return; /* not of this backend */
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

/* What the supervisor is told. */

static cJSON *strings(char *const *list)
{
	cJSON *j = cJSON_CreateArray();

	for (; list && *list; list++)
		cJSON_AddItemToArray(j, cJSON_CreateString(*list));
	return j;
}

/* What programs must know to reach the gateway: its proxy, and of each provider where
 * it is, with a placeholder for its key. */
static void add_network_env(const struct attempt *a, cJSON *j)
{
	static const char *const proxy[] = {
		"HTTP_PROXY=" GATEWAY_PROXY_URL, "HTTPS_PROXY=" GATEWAY_PROXY_URL, "NO_PROXY=" GATEWAY_NO_PROXY,
		"http_proxy=" GATEWAY_PROXY_URL, "https_proxy=" GATEWAY_PROXY_URL, "no_proxy=" GATEWAY_NO_PROXY,
		NULL
	};
	const struct agent *agent = a->l->agent;

	if (agent->network.mode == POLICY_NONE || !strcmp(agent->backend, "demo"))
		return;
	for (const char *const *p = proxy; *p; p++)
		cJSON_AddItemToArray(j, cJSON_CreateString(*p));
	for (size_t i = 0; i < agent->n_credentials; i++)
		for (size_t k = 0; k < PROVIDER_ENV && a->have[i]; k++) {
			char text[PROVIDER_ENV_TEXT + 128];

			if (provider_env(&agent->credentials[i].provider, k, text, sizeof(text)) == 0 && text[0])
				cJSON_AddItemToArray(j, cJSON_CreateString(text));
		}
}

/* The image's environment first: the agent's comes last and wins. */
static cJSON *environment(const struct attempt *a)
{
	cJSON *j = strings(a->image.env), *more = strings(a->l->agent->env), *item;

	add_network_env(a, j);
	while ((item = cJSON_DetachItemFromArray(more, 0)))
		cJSON_AddItemToArray(j, item);
	cJSON_Delete(more);
	return j;
}

static void fill_spec(struct attempt *a)
{
	const struct agent *agent = a->l->agent;
	struct session_record *r = &a->spec.record;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	r->state = SESSION_STARTING;
	r->steps_of = strcmp(agent->backend, "demo") ? STEPS : STEPS_DEMO;
	r->exit_code = -1;
	r->memory_mib = agent->memory_mib;
	r->cpus = agent->cpus;
	r->cols = a->l->cols ? a->l->cols : 120;
	r->rows = a->l->rows ? a->l->rows : 40;
	r->created = t.tv_sec;
	snprintf(r->order, sizeof(r->order), "%011llx", (unsigned long long)t.tv_sec * 1000 +
		 (unsigned long long)t.tv_nsec / 1000000);
	snprintf(r->agent, sizeof(r->agent), "%s", agent->name);
	snprintf(r->label, sizeof(r->label), "%s", agent->label);
	snprintf(r->accent, sizeof(r->accent), "%s", agent->accent);
	snprintf(r->image, sizeof(r->image), "%.255s", agent->image);
	snprintf(r->backend, sizeof(r->backend), "%s", agent->backend);
	snprintf(r->policy, sizeof(r->policy), "%s", agent->policy);
	snprintf(r->version, sizeof(r->version), "%s", VERSION);
	boot_id(r->boot);
	a->spec.argv = agent->argv[0] ? strings(agent->argv) : strings(a->image.argv);
	if (!belongings_prompt(agent, a->spec.argv) && agent->prompt)
		a->spec.prompt = strdup(agent->prompt);
	a->spec.env = environment(a);
	snprintf(a->spec.user, sizeof(a->spec.user), "%.32s", agent->user[0] ? agent->user : a->image.user);
	snprintf(a->spec.cwd, sizeof(a->spec.cwd), "%.255s", agent->cwd[0] ? agent->cwd : a->image.cwd);
	snprintf(a->spec.script, sizeof(a->spec.script), "%s", agent->script);
	a->spec.on_exit = agent->on_exit;
	a->spec.network = agent->network;
	a->spec.patterns = agent->patterns;
}

/* The directory. It is made under a name that nobody looks at, locked, and
 * renamed: whoever sees it sees it owned. */

static int make_dir(struct attempt *a, struct error *err)
{
	char lock[64];

	snprintf(a->temp, sizeof(a->temp), ".new-%d-%llx", (int)getpid(), (unsigned long long)now_us());
	if (mkdirat(a->all, a->temp, 0700) < 0) {
		int e = errno;

		a->temp[0] = '\0';
		return error_set(err, e, "make the session's directory");
	}
	a->fds[SPEC_FD_DIR] = openat(a->all, a->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->fds[SPEC_FD_DIR] < 0)
		return error_set(err, errno, "open the session's directory");
	/* It appears already held: a look in between would take it for nobody's. */
	a->fds[SPEC_FD_LOCK] = openat(a->fds[SPEC_FD_DIR], ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	snprintf(lock, sizeof(lock), "/proc/self/fd/%d", a->fds[SPEC_FD_LOCK]);
	if (a->fds[SPEC_FD_LOCK] < 0 || flock(a->fds[SPEC_FD_LOCK], LOCK_EX | LOCK_NB) < 0 ||
	    linkat(AT_FDCWD, lock, a->fds[SPEC_FD_DIR], "owner.lock", AT_SYMLINK_FOLLOW) < 0)
		return error_set(err, errno, "lock the session");
	a->fds[SPEC_FD_LISTEN] = wire_listen(a->fds[SPEC_FD_DIR], err);
	return a->fds[SPEC_FD_LISTEN] < 0 ? -1 : 0;
}

/* The record carries the id, so it is written before the name is taken; a
 * name that turns out to be taken is tried with the next. */
static int take_name(struct attempt *a, const char *id, struct error *err)
{
	struct session_record *r = &a->spec.record;
	int dir = a->fds[SPEC_FD_DIR];

	snprintf(r->id, sizeof(r->id), "%s", id);
	if (spec_save(&a->spec, dir, err) < 0 || record_save(r, dir, err) < 0)
		return -1;
	if (renameat2(a->all, a->temp, a->all, id, RENAME_NOREPLACE) < 0)
		return error_set(err, errno, "name the session %s", id);
	a->temp[0] = '\0';
	return 0;
}

static bool name_taken(const struct attempt *a, const char *id)
{
	return faccessat(a->all, id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int name_free_number(struct attempt *a, struct error *err)
{
	for (int n = 1; n <= NUMBERS; n++) {
		char id[SESSION_ID_MAX + 1];

		snprintf(id, sizeof(id), "%s-%d", a->l->agent->name, n);
		if (name_taken(a, id))
			continue;
		if (take_name(a, id, err) == 0)
			return 0;
		if (err->code != EEXIST)
			return -1;
	}
	error_set(err, 0, "%d sessions of %s are on record", NUMBERS, a->l->agent->name);
	error_hint(err, "vmdeck gc removes those that have ended");
	return -1;
}

static int name_as_wished(struct attempt *a, struct error *err)
{
	const char *id = a->l->name;
	size_t n = strlen(id);

	if (!n || n > SESSION_ID_MAX || id[0] < 'a' || id[0] > 'z' ||
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != n) {
		error_set(err, 0, "not a name for a session");
		error_hint(err, "a letter, then letters, digits and dashes, at most %d, all lower case",
			   SESSION_ID_MAX);
		return -1;
	}
	if (a->l->replace && name_taken(a, id) && session_remove(a->paths, id, err) < 0)
		return -1;
	if (take_name(a, id, err) == 0)
		return 0;
	if (err->code == EEXIST) {
		error_set(err, 0, "there is a session %s already", id);
		error_hint(err, "choose another name, or remove it: vmdeck rm %s", id);
		err->code = EEXIST;
	}
	return -1;
}

/* The supervisor. */

static int start_supervisor(struct attempt *a, struct error *err)
{
	AUTO_CLOSE int log = openat(a->fds[SPEC_FD_DIR], "supervisor.log",
				    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	struct session_record r;
	int code = detach_start("supervise", a->spec.record.id, a->fds, SPEC_FD_COUNT, log, err);

	if (code <= 0)
		return code;
	if (record_load(&r, a->fds[SPEC_FD_DIR], err) == 0 && r.cause[0]) {
		error_set(err, 0, "%s", r.cause);
		error_hint(err, "%s", r.hint);
	} else {
		error_set(err, 0, "the supervisor did not start");
		error_hint(err, "look at supervisor.log in the session's directory");
	}
	return -1;
}

static int prepare_parts(struct attempt *a, struct error *err)
{
	uint64_t t = now_us();
	char dir[PATH_MAX];

	if (strcmp(a->l->agent->backend, "demo") != 0) {
		if (credentials_pack(a->l->agent->credentials, a->l->agent->n_credentials,
				     &a->fds[SPEC_FD_CREDENTIALS], a->have, err) < 0)
			return -1;
		if (open_kernel(a, err) < 0)
			return error_wrap(err, "kernel");
		if (open_image(a, err) < 0)
			return error_wrap(err, "image");
		a->spec.accel = a->l->agent->accel == VM_ACCEL_AUTO ? accel_decide(a->paths) :
				a->l->agent->accel;
		/* A template's disk is mounted already: no place for a workspace. */
		if (!a->l->cold && !a->l->agent->workspace.from[0])
			find_template(a);
		step(a, "prepare", t);
		t = now_us();
		snprintf(dir, sizeof(dir), "%s/sessions", a->paths->state);
		if (make_disk(a, dir, err) < 0)
			return error_wrap(err, "session disk");
		step(a, "disk", t);
	}
	return 0;
}

static int attempt_run(struct attempt *a, struct error *err)
{
	a->spec.requested_us = now_us();
	a->all = sessions_dir(a->paths, true, err);
	if (a->all < 0 || prepare_parts(a, err) < 0)
		return -1;
	fill_spec(a);
	if (make_dir(a, err) < 0)
		return -1;
	if ((a->l->name ? name_as_wished(a, err) : name_free_number(a, err)) < 0)
		return -1;
	if (start_supervisor(a, err) < 0)
		return -1;
	if (a->make_template)
		maker_start(a->paths, &a->wish);
	return 0;
}

int launch_session(const struct launch *l, const struct paths *p, char id[SESSION_ID_MAX + 1],
		   struct error *err)
{
	struct attempt a = { .l = l, .paths = p, .all = -1, .template_disk = -1 };
	int r;

	for (int i = 0; i < SPEC_FD_COUNT; i++)
		a.fds[i] = -1;
	r = attempt_run(&a, err);
	memcpy(id, a.spec.record.id, SESSION_ID_MAX + 1);
	if (r < 0)
		error_wrap(err, "agent %s", l->agent->name);
	attempt_done(&a);
	return r;
}
