/* R01 and U01: the host's memory, and the operator's terminal. */
#include "engine/check/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/text.h"
#include "engine/check/distro.h"

enum {
	SESSION_MIB = 64, /* a warm one's share beside its guest's memory, and the supervisor */
	COLS_WANTED = 80, ROWS_WANTED = 24,
	COLS_LEAST = 30, ROWS_LEAST = 8,
};

static bool meminfo(const char *text, const char *key, uint64_t *mib)
{
	const char *at = strstr(text, key);

	if (!at)
		return false;
	*mib = strtoull(at + strlen(key), NULL, 10) / 1024;
	return true;
}

static bool file_mib(const struct check_host *h, const char *path, uint64_t *mib)
{
	char text[64];
	char *end;
	unsigned long long v;

	if (!host_line(h, path, text, sizeof(text)))
		return false;
	v = strtoull(text, &end, 10);
	if (end == text) /* "max" */
		return false;
	*mib = v >> 20;
	return true;
}

/* What the control group and those above it leave, v2 and v1 alike: the least. */
static bool group_left(const struct check_host *h, const char *base, const char *max,
		       const char *used, char *group, uint64_t *left)
{
	bool any = false;

	for (;;) {
		char path[600];
		uint64_t limit, now = 0;
		char *slash;

		snprintf(path, sizeof(path), "%s%s/%s", base, group, max);
		if (file_mib(h, path, &limit) && limit < 1ULL << 40) {
			snprintf(path, sizeof(path), "%s%s/%s", base, group, used);
			file_mib(h, path, &now);
			limit = limit > now ? limit - now : 0;
			if (!any || limit < *left)
				*left = limit;
			any = true;
		}
		slash = strrchr(group, '/');
		if (!slash)
			return any;
		*slash = '\0';
	}
}

static bool cgroup_left(const struct check_host *h, uint64_t *left)
{
	char text[4096], group[400];
	bool any = false;

	if (host_read(h, "/proc/self/cgroup", text, sizeof(text)) < 0)
		return false;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		uint64_t here;
		char *path = strchr(line, ':');
		bool v2 = !strncmp(line, "0::", 3);
		bool found;

		path = path ? strchr(path + 1, ':') : NULL;
		if (!path || (!v2 && !strstr(line, ":memory:")))
			continue;
		snprintf(group, sizeof(group), "%s", strcmp(path + 1, "/") ? path + 1 : "");
		found = v2 ? group_left(h, "/sys/fs/cgroup", "memory.max", "memory.current", group,
					&here) :
			     group_left(h, "/sys/fs/cgroup/memory", "memory.limit_in_bytes",
					"memory.usage_in_bytes", group, &here);
		if (found && (!any || here < *left))
			*left = here;
		any |= found;
	}
	return any;
}

void probe_r01(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	unsigned n = p->sessions ? p->sessions : 1;
	uint64_t need = p->memory_mib ? p->memory_mib : 512;
	uint64_t each = need / n, have, group, limit, used;
	char text[8192], mode[16] = "";

	if (host_read(ctx->host, "/proc/meminfo", text, sizeof(text)) < 0 ||
	    !meminfo(text, "MemAvailable:", &have)) {
		record_say(r, CHECK_UNKNOWN, "/proc/meminfo does not tell what is free");
		return;
	}
	record_seen(r, "available", "%llu MiB", (unsigned long long)have);
	if (cgroup_left(ctx->host, &group)) {
		record_seen(r, "left in the control group", "%llu MiB", (unsigned long long)group);
		have = group < have ? group : have;
	}
	host_line(ctx->host, "/proc/sys/vm/overcommit_memory", mode, sizeof(mode));
	if (*mode == '2' && meminfo(text, "CommitLimit:", &limit) &&
	    meminfo(text, "Committed_AS:", &used)) {
		record_seen(r, "left to commit (vm.overcommit_memory=2)", "%llu MiB",
			    (unsigned long long)(limit > used ? limit - used : 0));
		have = limit > used && limit - used < have ? limit - used : limit > used ? have : 0;
	}
	record_seen(r, "sessions", "%u, %llu MiB together", n, (unsigned long long)need);
	if (have < each + SESSION_MIB) {
		r->severity = CHECK_BLOCKER;
		record_say(r, CHECK_FAILED, "%llu MiB free: not enough for one session of %llu MiB",
			   (unsigned long long)have, (unsigned long long)each);
		record_fix(r, 0, ARGV("vmdeck", "ls"), "see what runs; stop what is not needed");
		record_fix(r, 0, NULL, "or lower \"memory\" in the agent's entry");
	} else if (have < need + (uint64_t)n * SESSION_MIB) {
		unsigned fit = (unsigned)(have / (each + SESSION_MIB));

		record_say(r, CHECK_WARN, "%llu MiB free, %u sessions may want %llu MiB: %u fit for sure",
			   (unsigned long long)have, n,
			   (unsigned long long)(need + (uint64_t)n * SESSION_MIB), fit);
		record_fix(r, 0, NULL, "start %u of %u, or lower \"memory\" in the agents' entries",
			   fit, n);
	} else {
		record_say(r, CHECK_OK, "%llu MiB free", (unsigned long long)have);
	}
}

/* Where ncurses looks, in its order. */
static bool terminfo_in(const struct check_host *h, const char *dir, const char *term)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%c/%s", dir, *term, term);
	if (host_exists(h, path))
		return true;
	snprintf(path, sizeof(path), "%s/%02x/%s", dir, (unsigned char)*term, term);
	return host_exists(h, path);
}

static bool has_terminfo(const struct check_host *h, const char *term)
{
	static const char *const dirs[] = { "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo",
					    "/usr/lib/terminfo", "/usr/local/share/terminfo",
					    "/run/current-system/sw/share/terminfo" };
	const char *set = host_env(h, "TERMINFO");
	const char *home = host_env(h, "HOME");
	const char *list = host_env(h, "TERMINFO_DIRS");
	char dir[PATH_MAX];

	if (strchr(term, '/') || *term == '.')
		return false;
	if (set && terminfo_in(h, set, term))
		return true;
	if (home && snprintf(dir, sizeof(dir), "%s/.terminfo", home) < (int)sizeof(dir) &&
	    terminfo_in(h, dir, term))
		return true;
	while (list && *list) {
		size_t n = strcspn(list, ":");

		if (n && snprintf(dir, sizeof(dir), "%.*s", (int)n, list) < (int)sizeof(dir) &&
		    terminfo_in(h, dir, term))
			return true;
		list += n + (list[n] == ':');
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		if (terminfo_in(h, dirs[i], term))
			return true;
	return false;
}

static const char *locale(const struct check_host *h)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (int i = 0; i < 3; i++)
		if (host_env(h, names[i]))
			return host_env(h, names[i]);
	return "";
}

static const char *colours(const struct check_host *h, const char *term)
{
	const char *more = host_env(h, "COLORTERM");

	if (host_env(h, "NO_COLOR"))
		return "attributes only (NO_COLOR)";
	if (more && (!strcmp(more, "truecolor") || !strcmp(more, "24bit")))
		return "24 bit (COLORTERM)";
	return strstr(term, "256") ? "256" : "by terminfo";
}

static void see_terminal(const struct check_host *h, struct check_record *r, const char *term)
{
	const char *mux = host_env(h, "TMUX") ? "tmux" : host_env(h, "STY") ? "screen" :
			  host_env(h, "ZELLIJ") ? "zellij" : NULL;

	record_seen(r, "TERM", "%s", *term ? term : "(not set)");
	record_seen(r, "locale", "%s", *locale(h) ? locale(h) : "(not set)");
	record_seen(r, "size", "%ux%u", h->cols, h->rows);
	record_seen(r, "colours", "%s", colours(h, term));
	if (mux)
		record_seen(r, "inside", "%s", mux);
}

void probe_u01(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_host *h = ctx->host;
	const char *term = host_env(h, "TERM");
	const char *speak = locale(h);

	term = term ? term : "";
	if (!h->tty) {
		record_say(r, CHECK_INFO, "not on a terminal: the verbs work, the dashboard needs one");
		return;
	}
	see_terminal(h, r, term);
	if (!*term || !strcmp(term, "dumb") || !strcmp(term, "unknown")) {
		record_say(r, CHECK_FAILED, *term ? "TERM=%s cannot draw a dashboard" :
			   "TERM is not set%s", *term ? term : "");
		record_fix(r, 0, ARGV("env", "TERM=xterm-256color", "vmdeck"),
			   "if the terminal can do more than it says");
		record_fix(r, 0, ARGV("vmdeck", "ls"), "without a dashboard: every action is a verb");
	} else if (!has_terminfo(h, term)) {
		record_say(r, CHECK_WARN, "no terminfo entry for %s; xterm-256color is used", term);
		package_fix(ctx, r, &package_terminfo, false);
		record_fix(r, 0, ARGV("env", "TERM=xterm-256color", "vmdeck"), "or name a known one");
	} else if (!strcasestr(speak, "utf-8") && !strcasestr(speak, "utf8")) {
		record_say(r, CHECK_WARN, "the locale is not UTF-8: borders and signs are drawn in ASCII");
		record_fix(r, 0, ARGV("env", "LC_ALL=C.UTF-8", "vmdeck"), "for this run");
		record_fix(r, 0, NULL, "or for good: export LC_ALL=C.UTF-8 in the shell's start-up file");
	} else if (h->cols && (h->cols < COLS_LEAST || h->rows < ROWS_LEAST)) {
		record_say(r, CHECK_WARN, "%ux%u is too small: %dx%d is the least", h->cols, h->rows,
			   COLS_LEAST, ROWS_LEAST);
		record_fix(r, 0, NULL, "make the window larger");
	} else if (h->cols && (h->cols < COLS_WANTED || h->rows < ROWS_WANTED)) {
		record_say(r, CHECK_INFO, "%s, %ux%u: the list stacks above the panes below %dx%d",
			   term, h->cols, h->rows, COLS_WANTED, ROWS_WANTED);
	} else {
		record_say(r, CHECK_OK, "%s, %ux%u, UTF-8", term, h->cols, h->rows);
	}
}

void probe_inside(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	record_say(r, CHECK_SKIP, "asked of a running session: vmdeck doctor --session NAME");
}
