#include "engine/guest/command.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

int command_number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	errno = 0;
	uint64_t v = strtoull(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || v > max)
		return EINVAL;
	*out = v;
	return 0;
}

static int add(char **list, size_t *n, const char *value)
{
	if (*n == COMMAND_ARGS)
		return E2BIG;
	list[(*n)++] = (char *)value;
	list[*n] = NULL;
	return 0;
}

int command_key(struct command *c, const char *key, const char *value)
{
	uint64_t v;

	if (strcmp(key, "argv") == 0)
		return add(c->argv, &c->n_argv, value);
	if (strcmp(key, "env") == 0)
		return strchr(value, '=') ? add(c->env, &c->n_env, value) : EINVAL;
	if (strcmp(key, "cwd") == 0)
		c->cwd = value;
	else if (strcmp(key, "user") == 0)
		c->user.name = value;
	else if (strcmp(key, "home") == 0)
		c->user.home = value;
	else if (strcmp(key, "uid") == 0 || strcmp(key, "gid") == 0) {
		if (command_number(value, 0x7fffffff, &v))
			return EINVAL;
		*(key[0] == 'u' ? &c->user.uid : &c->user.gid) = (long)v;
	} else
		return -1;
	return 0;
}

void command_init(struct command *c)
{
	memset(c, 0, sizeof(*c));
	c->user.uid = c->user.gid = -1;
}

int command_pairs(const struct frame *f, int (*take)(void *arg, const char *key, const char *value),
		  void *arg, const char **what)
{
	char key[24];
	const char *value;
	size_t at = 0, next = 0;
	int r;

	*what = "a payload that is not key=value";
	while ((r = control_next_pair(f, &next, key, &value)) > 0) {
		int code = take(arg, key, value);
		if (code) {
			*what = (const char *)f->payload + at;
			return code;
		}
		at = next;
	}
	return r < 0 ? EINVAL : 0;
}

static int take(void *arg, const char *key, const char *value)
{
	int code = command_key(arg, key, value);

	return code < 0 ? 0 : code; /* unknown: a newer host */
}

int command_read(struct command *c, const struct frame *f, const char **what)
{
	command_init(c);
	int code = command_pairs(f, take, c, what);
	if (code)
		return code;
	*what = "no argv";
	return c->n_argv ? 0 : EINVAL;
}

/* Does this line of /etc/passwd name the user? Its fields are cut apart. */
static bool passwd_line(struct user *u, char *text)
{
	char *field[7];
	int n = 0;

	text[strcspn(text, "\n")] = '\0';
	for (char *at = text; n < 7 && at;)
		field[n++] = strsep(&at, ":");
	if (n < 7)
		return false;
	long uid = strtol(field[2], NULL, 10);
	if (u->name ? strcmp(field[0], u->name) != 0 : uid != u->uid)
		return false;
	u->name = field[0];
	if (u->uid < 0)
		u->uid = uid;
	if (u->gid < 0)
		u->gid = strtol(field[3], NULL, 10);
	if (!u->home)
		u->home = field[5];
	if (!u->shell && field[6][0])
		u->shell = field[6];
	return true;
}

int user_complete(struct user *u)
{
	bool numeric = u->uid >= 0;
	bool found = false;

	if (!u->name && !numeric)
		u->uid = 0;
	FILE *f = fopen("/etc/passwd", "re");
	while (f && !found && fgets(u->line, sizeof(u->line), f))
		found = passwd_line(u, u->line);
	if (f)
		fclose(f);
	/* A number needs no entry, and root exists in an image without accounts. */
	if (!found && u->name && !numeric && strcmp(u->name, "root") != 0)
		return ENOENT;
	if (!u->name)
		u->name = u->uid == 0 ? "root" : "user";
	if (u->uid < 0)
		u->uid = 0;
	if (u->gid < 0)
		u->gid = u->uid;
	if (!u->home || !u->home[0])
		u->home = u->uid == 0 ? "/root" : "/";
	if (!u->shell)
		u->shell = "/bin/sh";
	return 0;
}

/* The groups of /etc/group that list the user, and its own. */
static size_t groups(const struct user *u, gid_t *list, size_t max)
{
	char text[1024];
	size_t n = 0;

	list[n++] = (gid_t)u->gid;
	FILE *f = fopen("/etc/group", "re");
	while (f && n < max && fgets(text, sizeof(text), f)) {
		char *at = text;
		text[strcspn(text, "\n")] = '\0';
		strsep(&at, ":");
		if (at)
			strsep(&at, ":");
		char *gid = at ? strsep(&at, ":") : NULL;
		for (char *name; at && (name = strsep(&at, ","));) {
			if (strcmp(name, u->name) != 0)
				continue;
			list[n++] = (gid_t)strtol(gid, NULL, 10);
			break;
		}
	}
	if (f)
		fclose(f);
	return n;
}

static int become(const struct user *u)
{
	gid_t list[64];
	size_t n = groups(u, list, sizeof(list) / sizeof(list[0]));

	if (setgroups(n, list) < 0 || setgid((gid_t)u->gid) < 0 || setuid((uid_t)u->uid) < 0)
		return errno;
	return 0;
}

/* What a program is given beside what was asked for; each NAME once. */
struct environment {
	char *list[COMMAND_ARGS + 8];
	char text[8192]; /* those of our own */
	size_t n, used;
};

/* A later one takes the place of an earlier. */
static void put(struct environment *e, char *entry)
{
	size_t name = strcspn(entry, "=") + 1;

	for (size_t i = 0; i < e->n; i++) {
		if (strncmp(e->list[i], entry, name) == 0) {
			e->list[i] = entry;
			return;
		}
	}
	e->list[e->n++] = entry;
	e->list[e->n] = NULL;
}

static void put_own(struct environment *e, const char *name, const char *value)
{
	size_t room = sizeof(e->text) - e->used;
	char *at = e->text + e->used;
	int n = snprintf(at, room, "%s=%s", name, value);

	if (n < 0 || (size_t)n >= room)
		return; /* a home longer than any path */
	e->used += (size_t)n + 1;
	put(e, at);
}

/* Nothing is allocated: who runs this may share its memory with who waits for it. */
static void environment(struct environment *e, struct command *c, const char *term)
{
	e->n = e->used = 0;
	put_own(e, "PATH", PATH);
	put_own(e, "HOME", c->user.home);
	put_own(e, "USER", c->user.name);
	put_own(e, "LOGNAME", c->user.name);
	put_own(e, "SHELL", c->user.shell);
	if (term)
		put_own(e, "TERM", term);
	for (size_t i = 0; i < c->n_env; i++)
		put(e, c->env[i]);
}

void command_fresh_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void command_make_cwd(const struct command *c)
{
	char path[PATH_MAX];

	if (!c->cwd || c->cwd[0] != '/' || strlen(c->cwd) >= sizeof(path) || access(c->cwd, F_OK) == 0)
		return;
	strcpy(path, c->cwd);
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	if (mkdir(path, 0755) == 0 && c->user.uid > 0 &&
	    chown(path, (uid_t)c->user.uid, (gid_t)c->user.gid) < 0)
		return;
}

int command_exec(struct command *c, const char *term)
{
	struct environment env;

	command_fresh_signals();
	int code = become(&c->user);
	if (code)
		return code;
	if (chdir(c->cwd ? c->cwd : c->user.home) < 0 && (c->cwd || chdir("/") < 0))
		return errno;
	environment(&env, c, term);
	environ = env.list; /* its PATH is where the program is looked for */
	execvp(c->argv[0], c->argv);
	return errno;
}
