/*
 * `agents` and `check`: what can be launched, and what is wrong with a manifest.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/session/manifest.h"
#include "engine/session/network_status.h"
#include "tui/verbs/verb.h"

enum { JSON };

static cJSON *strings(char *const *list)
{
	cJSON *j = cJSON_CreateArray();

	for (; *list; list++)
		cJSON_AddItemToArray(j, cJSON_CreateString(*list));
	return j;
}

/* Files by where they go; what is in them is nobody's business here. */
static cJSON *files_json(const struct agent *a)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < a->n_files; i++) {
		const struct agent_file *f = &a->files[i];
		cJSON *j = cJSON_CreateObject();
		char mode[8];

		snprintf(mode, sizeof(mode), "%04o", f->mode & 07777);
		cJSON_AddStringToObject(j, "path", f->path);
		if (f->from[0])
			cJSON_AddStringToObject(j, "from", f->from);
		cJSON_AddStringToObject(j, "mode", mode);
		cJSON_AddItemToArray(list, j);
	}
	return list;
}

/* Names of variables, not their values. */
static cJSON *env_json(const struct agent *a)
{
	cJSON *list = cJSON_CreateArray();

	for (char *const *e = a->env; *e; e++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(*e, "="), *e);
		cJSON_AddItemToArray(list, cJSON_CreateString(name));
	}
	return list;
}

/* The providers; where a key comes from is in agents.json, what it is nowhere. */
static cJSON *credentials_json(const struct agent *a)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < a->n_credentials; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(a->credentials[i].provider.name));
	return list;
}

static cJSON *agent_json(const struct agent *a)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "name", a->name);
	cJSON_AddStringToObject(j, "title", a->title);
	cJSON_AddBoolToObject(j, "builtin", a->builtin);
	cJSON_AddStringToObject(j, "backend", a->backend);
	cJSON_AddStringToObject(j, "image", a->image);
	cJSON_AddStringToObject(j, "kernel", a->kernel);
	cJSON_AddStringToObject(j, "accel", vm_accel_names[a->accel]);
	cJSON_AddItemToObject(j, "command", strings(a->argv));
	cJSON_AddItemToObject(j, "env", env_json(a));
	cJSON_AddStringToObject(j, "user", a->user);
	cJSON_AddStringToObject(j, "cwd", a->cwd);
	cJSON_AddStringToObject(j, "policy", a->policy);
	network_policy_put(j, &a->network);
	cJSON_AddItemToObject(j, "credentials", credentials_json(a));
	cJSON_AddNumberToObject(j, "memory_mib", a->memory_mib);
	cJSON_AddNumberToObject(j, "cpus", a->cpus);
	cJSON_AddNumberToObject(j, "disk_mib", a->disk_mib);
	cJSON_AddStringToObject(j, "on_exit", agent_exit_names[a->on_exit]);
	cJSON_AddStringToObject(j, "boot", agent_boot_names[a->boot]);
	cJSON_AddStringToObject(j, "root", agent_root_names[a->root]);
	cJSON_AddItemToObject(j, "files", files_json(a));
	return j;
}

static void print_json(const struct manifest *m)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(j, "schema", 1);
	cJSON_AddStringToObject(j, "manifest", m->path);
	cJSON_AddBoolToObject(j, "exists", m->exists);
	list = cJSON_AddArrayToObject(j, "agents");
	for (size_t i = 0; i < m->n; i++)
		cJSON_AddItemToArray(list, agent_json(&m->agents[i]));
	say_json(j);
}

static void print_table(const struct manifest *m)
{
	say("%-16s %-8s %-14s %-7s %4s %-9s %s\n", "AGENT", "BACKEND", "IMAGE", "MEMORY", "CPUS",
	    "POLICY", "TITLE");
	for (size_t i = 0; i < m->n; i++) {
		const struct agent *a = &m->agents[i];
		char memory[16];

		text_size(memory, sizeof(memory), (uint64_t)a->memory_mib << 20);
		say("%-16s %-8s %-14s %-7s %4u %-9s %s%s\n", a->name, a->backend, a->image, memory,
		    a->cpus, a->policy, a->title, a->builtin ? "" : " (yours)");
	}
}

static int run_agents(struct call *c)
{
	struct manifest m;
	struct error err;

	if (manifest_load(&m, c->paths, &err) < 0)
		return talk_error(&err);
	if (call_has(c, JSON))
		print_json(&m);
	else
		print_table(&m);
	if (!m.exists && !call_has(c, JSON))
		talk("add your own in %s (docs/manifest.md)", m.path);
	manifest_done(&m);
	return EXIT_DONE;
}

const struct verb verb_agents = {
	.name = "agents",
	.group = VERB_SETUP,
	.args = "",
	.help = "list what can be launched",
	.options = {
		[JSON] = {"json", 0, NULL, "one object with every agent; no values of variables"},
	},
	.run = run_agents,
};

/* Files that an agent names must be there at launch. */
static int check_files(const struct agent *a)
{
	int bad = 0;

	for (size_t i = 0; i < a->n_files; i++) {
		const struct agent_file *f = &a->files[i];

		if (!f->from[0] || access(f->from, R_OK) == 0)
			continue;
		talk("vmdeck: agent %s: %s: %s: %s", a->name, f->path, f->from, strerror(errno));
		talk("  fix: make the file, or take the entry out of \"files\"");
		bad++;
	}
	return bad;
}

static int check_agent(const struct agent *a)
{
	int bad = check_files(a);

	if (strchr(a->image, '/') && access(a->image, R_OK) < 0) {
		talk("vmdeck: agent %s: image %s: %s", a->name, a->image, strerror(errno));
		bad++;
	}
	if (a->kernel[0] && access(a->kernel, R_OK) < 0) {
		talk("vmdeck: agent %s: kernel %s: %s", a->name, a->kernel, strerror(errno));
		bad++;
	}
	return bad;
}

static int run_check(struct call *c)
{
	struct manifest m;
	struct error err;
	size_t own = 0;
	int bad = 0;

	if (manifest_read(&m, c->args[0], &err) < 0) {
		talk_error(&err);
		return err.code == ENOENT ? EXIT_NOT_FOUND : err.code == EACCES ? EXIT_DENIED : EXIT_FAILED;
	}
	for (size_t i = 0; i < m.n; i++) {
		bad += check_agent(&m.agents[i]);
		own += !m.agents[i].builtin;
	}
	if (!bad)
		say("%s: ok, %zu agent%s\n", c->args[0], own, own == 1 ? "" : "s");
	manifest_done(&m);
	return bad ? EXIT_FAILED : EXIT_DONE;
}

const struct verb verb_check = {
	.name = "check",
	.group = VERB_SETUP,
	.args = "FILE",
	.help = "tell what is wrong with a manifest",
	.more = "Reads it as vmdeck reads agents.json, and looks whether the files, images and\n"
		"kernels that it names by path can be read. Changes nothing.",
	.min = 1,
	.max = 1,
	.run = run_check,
};
