/* A01 and A02: what the agents need of this operator, and the manifest itself. */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Presence only: the value is neither read into a record nor compared. */
static bool has(const struct probe_ctx *ctx, const struct check_credential *c, char *why, size_t cap)
{
	struct stat st;

	if (*c->env) {
		snprintf(why, cap, "%s is not set", c->env);
		return host_env(ctx->host, c->env) != NULL;
	}
	if (stat(c->file, &st) < 0) {
		snprintf(why, cap, "%.200s: %s", c->file, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		snprintf(why, cap, "%.200s is %s", c->file, S_ISREG(st.st_mode) ? "empty" : "not a file");
		return false;
	}
	snprintf(why, cap, "%.200s is open to others: mode %04o", c->file, st.st_mode & 07777);
	return !(st.st_mode & 0077);
}

void probe_a01(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	const struct check_credential *first = NULL;
	char why[300], said[300] = "", line[128];
	unsigned lack = 0;

	if (!p->n_credentials) {
		record_say(r, CHECK_SKIP, "no agent of this launch needs a credential");
		return;
	}
	for (unsigned i = 0; i < p->n_credentials; i++) {
		const struct check_credential *c = &p->credentials[i];

		if (has(ctx, c, why, sizeof(why))) {
			record_seen(r, c->agent, "%s%s", *c->env ? c->env : c->file, " is there");
			continue;
		}
		record_seen(r, c->agent, "%s", why);
		if (!lack++) {
			first = c;
			snprintf(said, sizeof(said), "%s", why);
		}
	}
	if (!first) {
		record_say(r, CHECK_OK, "%u of %u are there", p->n_credentials, p->n_credentials);
		return;
	}
	record_say(r, CHECK_WARN, "%s: %s", first->agent, said);
	if (*first->env) {
		snprintf(line, sizeof(line), "export %s=...", first->env);
		record_fix(r, 0, NULL, "in the shell that starts vmdeck: %s", line);
	} else if (access(first->file, F_OK) == 0) {
		record_fix(r, 0, ARGV("chmod", "600", first->file), "close it");
	} else {
		record_fix(r, 0, NULL, "write the key into %s, mode 0600", first->file);
	}
}

void probe_a02(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	unsigned bad = 0;

	if (!*p->manifest) {
		record_say(r, CHECK_SKIP, "no manifest was asked about");
		return;
	}
	if (*p->manifest_error.msg) {
		record_seen(r, "manifest", "%s", p->manifest);
		record_say(r, CHECK_FAILED, "%s", p->manifest_error.msg);
		if (*p->manifest_error.hint)
			record_fix(r, 0, NULL, "%s", p->manifest_error.hint);
		record_fix(r, 0, ARGV("vmdeck", "check", p->manifest), "see what is wrong with it");
		return;
	}
	for (unsigned i = 0; i < p->n_files; i++) {
		if (access(p->files[i].path, R_OK) == 0)
			continue;
		record_seen(r, p->files[i].agent, "%.150s: %s", p->files[i].path, strerror(errno));
		if (!bad++) {
			record_say(r, CHECK_FAILED, "%s: %s: %s", p->files[i].agent, p->files[i].path,
				   strerror(errno));
			record_fix(r, 0, NULL, "make it readable, or take it out of \"files\" in %s",
				   p->manifest);
		}
	}
	if (!bad)
		record_say(r, CHECK_OK, access(p->manifest, F_OK) == 0 ? "%s can be used" :
			   "no %s: the built-in agents", p->manifest);
}
