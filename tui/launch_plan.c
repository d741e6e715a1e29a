#include "tui/launch_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "tui/stores.h"

/* What a session writes before its guest runs: disk and record. */
enum { SESSION_BYTES = 1 << 20 };

/* May it reach a server by its name? Providers alone are spoken to without TLS. */
static bool names_out(const struct agent *a)
{
	return a->network.mode == POLICY_OPEN || (a->network.mode == POLICY_ALLOWLIST && a->network.n_rules);
}

static void plan_command(struct check_image *slot, const char *command)
{
	for (unsigned i = 0; i < slot->n_commands; i++)
		if (strcmp(slot->commands[i], command) == 0)
			return;
	if (slot->n_commands < CHECK_COMMANDS_MAX && strlen(command) < sizeof(slot->commands[0]))
		strcpy(slot->commands[slot->n_commands++], command);
}

/* Is it one of the files that the agent's sessions get? */
static bool brings(const struct agent *a, const char *command)
{
	for (size_t i = 0; i < a->n_files; i++) {
		const char *path = a->files[i].path, *slash = strrchr(path, '/');

		if (!strcmp(path, command) || (!strchr(command, '/') && slash && !strcmp(slash + 1, command)))
			return true;
	}
	return false;
}

static void plan_image(struct check_plan *plan, const struct agent *a, const struct paths *p)
{
	struct check_image *slot = NULL;
	struct image image = {0};
	char dir[PATH_MAX];
	struct error err;

	if (images_dir(p, dir, &err) < 0 || store_find(dir, a->image, &image, &err) != 0)
		return;
	for (unsigned i = 0; i < plan->n_images && !slot; i++)
		if (strcmp(plan->images[i].name, a->image) == 0)
			slot = &plan->images[i];
	if (!slot && plan->n_images < CHECK_IMAGES_MAX) {
		slot = &plan->images[plan->n_images++];
		snprintf(slot->name, sizeof(slot->name), "%.63s", a->image);
		snprintf(slot->path, sizeof(slot->path), "%s", image.path);
		slot->size = image.dir[0] ? image.size : 0;
	}
	if (slot) {
		const char *command = a->argv[0] ? a->argv[0] : image.argv ? image.argv[0] : NULL;

		slot->networked |= names_out(a);
		if (command && !brings(a, command))
			plan_command(slot, command);
	}
	image_done(&image);
}

/* Of several kernels the agents' own goes before the default one. */
static void plan_kernel(struct check_plan *plan, const struct agent *a, const struct paths *p)
{
	char dir[PATH_MAX];
	struct kernel k;
	struct error err;

	if (a && a->kernel[0])
		snprintf(plan->kernel, sizeof(plan->kernel), "%s", a->kernel);
	else if (!plan->kernel[0] && kernels_dir(p, dir, &err) == 0 &&
		 kernel_find(dir, NULL, &k, &err) == 0)
		snprintf(plan->kernel, sizeof(plan->kernel), "%s", k.vmlinux);
}

static void plan_files(struct check_plan *plan, const struct agent *a)
{
	for (size_t i = 0; i < a->n_files && plan->n_files < CHECK_FILES_MAX; i++) {
		struct check_file *f = &plan->files[plan->n_files];

		if (!a->files[i].from[0])
			continue;
		snprintf(f->agent, sizeof(f->agent), "%s", a->name);
		snprintf(f->path, sizeof(f->path), "%s", a->files[i].from);
		plan->n_files++;
	}
}

static void plan_peer(struct check_plan *plan, const char *name, unsigned port,
		      enum check_peer_tls tls)
{
	struct check_peer *h = NULL;

	for (unsigned i = 0; i < plan->n_hosts && !h; i++)
		if (strcmp(plan->hosts[i].name, name) == 0 && plan->hosts[i].port == port)
			h = &plan->hosts[i];
	if (!h && plan->n_hosts < CHECK_HOSTS_MAX) {
		h = &plan->hosts[plan->n_hosts++];
		snprintf(h->name, sizeof(h->name), "%s", name);
		h->port = (unsigned short)port;
		h->tls = tls;
	} else if (h && tls == CHECK_TLS_GUEST) {
		h->tls = tls; /* what the guest needs includes what the broker needs */
	}
}

/* "*.example.com" has no name that could be asked about. */
static void plan_rules(struct check_plan *plan, const struct agent *a)
{
	for (unsigned i = 0; i < a->network.n_rules && a->network.mode == POLICY_ALLOWLIST; i++) {
		const struct policy_rule *r = &a->network.rules[i];

		if (!r->below)
			plan_peer(plan, r->name, r->port, r->port == 0 || r->port == 443 ?
				  CHECK_TLS_GUEST : CHECK_TLS_NONE);
	}
}

/* "https://api.example.com:8443/v1" */
static void plan_provider(struct check_plan *plan, const struct provider *p)
{
	const char *host = p->base + strlen("https://");
	size_t n = strcspn(host, ":/");
	char name[256];

	if (p->local || strncmp(p->base, "https://", 8) != 0 || n >= sizeof(name))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)n, host);
	plan_peer(plan, name, host[n] == ':' ? (unsigned)strtoul(host + n + 1, NULL, 10) : 0,
		  CHECK_TLS_BROKER);
}

static void plan_credentials(struct check_plan *plan, const struct agent *a)
{
	const char *home = getenv("HOME");

	for (size_t i = 0; i < a->n_credentials; i++) {
		const struct credential *c = &a->credentials[i];
		struct check_credential *out = &plan->credentials[plan->n_credentials];

		plan_provider(plan, &c->provider);
		if (c->optional || plan->n_credentials == CHECK_CREDENTIALS_MAX ||
		    (c->from != CREDENTIAL_ENV && c->from != CREDENTIAL_FILE))
			continue;
		*out = (struct check_credential){0};
		snprintf(out->agent, sizeof(out->agent), "%s", a->name);
		if (c->from == CREDENTIAL_ENV)
			snprintf(out->env, sizeof(out->env), "%.63s", c->source);
		else if (strncmp(c->source, "~/", 2) == 0 && home)
			snprintf(out->file, sizeof(out->file), "%.3000s%s", home, c->source + 1);
		else
			snprintf(out->file, sizeof(out->file), "%s", c->source);
		plan->n_credentials++;
	}
}

void launch_plan(struct check_plan *plan, const struct agent *const *agents, size_t n,
		  unsigned count, const struct paths *p)
{
	*plan = (struct check_plan){0};
	snprintf(plan->state_dir, sizeof(plan->state_dir), "%s", p->state);
	snprintf(plan->manifest, sizeof(plan->manifest), "%s/agents.json", p->config);
	if (!n)
		plan_kernel(plan, NULL, p);
	for (size_t i = 0; i < n; i++) {
		const struct agent *a = agents[i];

		/* One backend per plan: that of a machine goes before the demo's. */
		if (!plan->backend[0] || agent_has_machine(a))
			snprintf(plan->backend, sizeof(plan->backend), "%s", a->backend);
		if (!agent_has_machine(a))
			continue;
		if (a->accel == VM_ACCEL_KVM)
			plan->accel = VM_ACCEL_KVM;
		plan->sessions += count;
		plan->memory_mib += (uint64_t)count * a->memory_mib;
		plan->disk_bytes += (uint64_t)count * SESSION_BYTES;
		plan->disk_grow_bytes += (uint64_t)count * a->disk_mib << 20;
		plan->cpus += count * a->cpus;
		plan_image(plan, a, p);
		plan_kernel(plan, a, p);
		plan_files(plan, a);
		plan_rules(plan, a);
		plan_credentials(plan, a);
	}
}
