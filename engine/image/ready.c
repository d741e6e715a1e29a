#include "engine/image/ready.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"
#include "engine/image/program.h"

enum {
	BUNDLE_MAX = 4 << 20,
	TEXT_MAX = 1 << 20,
	FIRST_UID = 1000,
	LAST_UID = 60000,
};

#define GATEWAY "10.200.0.1" /* of every session */

/* Where systems keep their bundle; the first is where it is put. */
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
};
static const char *const inits[] = { "/sbin/init", "/usr/sbin/init", "/lib/systemd/systemd",
				     "/usr/lib/systemd/systemd" };
static const char *const mounts[] = { "/dev", "/proc", "/run", "/sys" };
static const struct ext4_node root_file = { .mode = 0644 }, root_dir = { .mode = 0755 };

struct looking {
	struct ext4 *fs;
	const struct ready_wish *w;
	struct error *err;
};

static void see(struct ready_row *r, bool ok, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void see(struct ready_row *r, bool ok, const char *fmt, ...)
{
	va_list ap;

	r->ok = ok;
	va_start(ap, fmt);
	vsnprintf(r->seen, sizeof(r->seen), fmt, ap);
	va_end(ap);
}

/* A text file, links followed; NULL when it is not there or cannot be read. */
static char *text_of(struct ext4 *fs, const char *path, size_t max, size_t *len)
{
	struct error ignored;
	struct ext4_node n;
	void *data = NULL;

	if (ext4_stat(fs, path, true, &n, &ignored) != 0 || !S_ISREG(n.mode) ||
	    ext4_read(fs, path, max, &data, len, &ignored) < 0)
		return NULL;
	return data;
}

/* A file in place of whatever has that name, but a directory; its directories
 * are made. */
static int put_text(struct ext4 *fs, const char *path, const void *text, size_t len,
		    struct error *err)
{
	struct ext4_node n;

	if (ext4_make_parents(fs, path, &root_dir, err) < 0)
		return -1;
	if (ext4_stat(fs, path, false, &n, err) == 0 && !S_ISREG(n.mode) &&
	    ext4_remove(fs, path, err) < 0)
		return -1;
	return ext4_put_file(fs, path, text, len, &root_file, err);
}

/* Certificates */

/* The image's first good bundle, or its first at all; NULL: it has none. *at is its
 * index; `said` what the judge says. */
static char *bundle_of(const struct looking *l, size_t *len, size_t *at, bool *good,
		       char *said, size_t cap)
{
	char *first = NULL;

	*good = false;
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++) {
		char words[100] = "";
		size_t n;
		AUTO_FREE char *text = text_of(l->fs, bundles[i], BUNDLE_MAX, &n);
		if (!text)
			continue;
		*good = l->w->judge ? l->w->judge(text, n, words, sizeof(words))
				    : strstr(text, "-----BEGIN CERTIFICATE-----") != NULL;
		if (first && !*good)
			continue;
		free(first);
		first = take_ptr(&text);
		*len = n;
		*at = i;
		snprintf(said, cap, "%s", words);
		if (*good)
			break;
	}
	return first;
}

static void look_ca(const struct looking *l, struct ready_row *r)
{
	char said[100] = "";
	unsigned lacks = 0;
	size_t len = 0, at = 0;
	struct error err;
	bool good;
	AUTO_FREE char *text = bundle_of(l, &len, &at, &good, said, sizeof(said));
	AUTO_FREE char *pem = NULL;

	if (!text) {
		see(r, false, "no CA bundle");
		return;
	}
	if (good && l->w->more &&
	    l->w->extra(text, len, l->w->more, l->w->more_len, &pem, &lacks, &err) < 0)
		see(r, false, "%s cannot be compared", bundles[at]);
	else if (lacks)
		see(r, false, "%s lacks %u of this host's", bundles[at], lacks);
	else
		see(r, good, "%s%s%s", bundles[at], said[0] ? ": " : "", said);
}

/* What a good bundle lacks, at its end: it keeps its own, its mode and its owner, and
 * what links lead to it. */
static int add_to_bundle(const struct looking *l, const char *path, const char *text, size_t len)
{
	AUTO_FREE char *pem = NULL, *all = NULL;
	char real[PATH_MAX];
	struct ext4_node n;
	unsigned lacks;
	size_t size;

	if (l->w->extra(text, len, l->w->more, l->w->more_len, &pem, &lacks, l->err) < 0)
		return -1;
	if (!pem)
		return 0;
	size = strlen(pem);
	if (len + 1 + size > BUNDLE_MAX)
		return error_set(l->err, EFBIG, "%s", path);
	if (ext4_resolve(l->fs, path, real, sizeof(real), l->err) < 0 ||
	    ext4_stat(l->fs, real, false, &n, l->err) != 0)
		return -1;
	all = malloc(len + 1 + size);
	if (!all)
		return error_set(l->err, ENOMEM, "%s", path);
	memcpy(all, text, len);
	all[len] = '\n'; /* the last line of theirs may have no end */
	memcpy(all + len + 1, pem, size);
	return ext4_put_file(l->fs, real, all, len + 1 + size, &n, l->err);
}

static int fix_ca(const struct looking *l)
{
	size_t len = 0, at = 0;
	char said[100];
	bool good;
	AUTO_FREE char *text = bundle_of(l, &len, &at, &good, said, sizeof(said));

	if (good && l->w->more)
		return add_to_bundle(l, bundles[at], text, len);
	if (!l->w->bundle && l->w->more) {
		error_set(l->err, ENOENT, "the image has no good bundle to add to");
		error_hint(l->err, "vmdeck image fix-ca without --extra writes this host's");
		return -1;
	}
	if (!l->w->bundle) {
		error_set(l->err, ENOENT, "this host has no bundle of CA certificates");
		error_hint(l->err, "sudo apt install ca-certificates");
		return -1;
	}
	return put_text(l->fs, bundles[0], l->w->bundle, l->w->bundle_len, l->err);
}

/* The resolver. The gateway answers at its address and at no other. */

static void look_dns(const struct looking *l, struct ready_row *r)
{
	char target[160], first[80] = "";
	struct ext4_node n;
	struct error ignored;
	size_t len;

	if (ext4_stat(l->fs, "/etc/resolv.conf", false, &n, &ignored) != 0) {
		see(r, false, "/etc/resolv.conf is not there");
		return;
	}
	AUTO_FREE char *text = text_of(l->fs, "/etc/resolv.conf", TEXT_MAX, &len);
	if (!text) {
		if (ext4_readlink(l->fs, "/etc/resolv.conf", target, sizeof(target), &ignored) < 0)
			strcpy(target, "nowhere");
		see(r, false, "/etc/resolv.conf leads to %.100s, which is not there", target);
		return;
	}
	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, " nameserver %79s", first) == 1)
			break;
	if (!first[0])
		see(r, false, "/etc/resolv.conf names no server");
	else
		see(r, strcmp(first, GATEWAY) == 0, "nameserver %s%s", first,
		    strcmp(first, GATEWAY) == 0 ? "" : ", and not the gateway's " GATEWAY);
}

static int fix_dns(const struct looking *l)
{
	static const char text[] = "nameserver " GATEWAY "\n";

	return put_text(l->fs, "/etc/resolv.conf", text, sizeof(text) - 1, l->err);
}

static void look_hosts(const struct looking *l, struct ready_row *r)
{
	size_t len;
	AUTO_FREE char *text = text_of(l->fs, "/etc/hosts", TEXT_MAX, &len);

	see(r, text && strstr(text, "localhost"), "%s",
	    !text			 ? "/etc/hosts is not there"
	    : strstr(text, "localhost") ? "/etc/hosts names localhost"
					: "/etc/hosts does not name localhost");
}

static int fix_hosts(const struct looking *l)
{
	static const char line[] = "127.0.0.1\tlocalhost\n";
	size_t len = 0;
	AUTO_FREE char *text = text_of(l->fs, "/etc/hosts", TEXT_MAX, &len);
	AUTO_FREE char *all = malloc(len + sizeof(line));

	if (!all)
		return error_set(l->err, ENOMEM, "/etc/hosts");
	memcpy(all, line, sizeof(line) - 1);
	if (text)
		memcpy(all + sizeof(line) - 1, text, len);
	return put_text(l->fs, "/etc/hosts", all, len + sizeof(line) - 1, l->err);
}

static void look_tmp(const struct looking *l, struct ready_row *r)
{
	struct ext4_node n;

	if (ext4_stat(l->fs, "/tmp", true, &n, l->err) != 0 || !S_ISDIR(n.mode))
		see(r, false, "/tmp is not there");
	else
		see(r, (n.mode & 07777) == 01777 && n.uid == 0, "/tmp is %o, of user %u", n.mode & 07777,
		    n.uid);
}

static int fix_tmp(const struct looking *l)
{
	const struct ext4_node tmp = { .mode = 01777 };
	char path[PATH_MAX];
	struct ext4_node n;

	int r = ext4_stat(l->fs, "/tmp", true, &n, l->err);
	if (r < 0 || ext4_resolve(l->fs, "/tmp", path, sizeof(path), l->err) < 0)
		return -1;
	if (r == 1)
		return ext4_make_parents(l->fs, path, &root_dir, l->err) < 0
			       ? -1
			       : ext4_put_dir(l->fs, path, &tmp, l->err);
	return ext4_set(l->fs, path, &tmp, l->err);
}

static void look_mounts(const struct looking *l, struct ready_row *r)
{
	struct ext4_node n;

	see(r, true, "/dev, /proc, /run, /sys");
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (ext4_stat(l->fs, mounts[i], true, &n, l->err) != 0 || !S_ISDIR(n.mode)) {
			see(r, false, "%s is not there", mounts[i]);
			return;
		}
}

static int fix_mounts(const struct looking *l)
{
	struct ext4_node n;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (ext4_stat(l->fs, mounts[i], true, &n, l->err) == 1 &&
		    ext4_put_dir(l->fs, mounts[i], &root_dir, l->err) < 0)
			return -1;
	return 0;
}

/* A machine-id that an image brings would be everybody's. */

static void look_machine_id(const struct looking *l, struct ready_row *r)
{
	size_t len;
	AUTO_FREE char *text = text_of(l->fs, "/etc/machine-id", TEXT_MAX, &len);

	if (!text)
		see(r, false, "/etc/machine-id is not there");
	else
		see(r, len == 0 || strncmp(text, "uninitialized", 13) == 0, "%s",
		    len == 0 ? "empty" : strncmp(text, "uninitialized", 13) == 0 ? "uninitialized"
										 : "it has one already");
}

static int fix_machine_id(const struct looking *l)
{
	const struct ext4_node n = { .mode = 0444 };

	return put_text(l->fs, "/etc/machine-id", "", 0, l->err) < 0
		       ? -1
		       : ext4_set(l->fs, "/etc/machine-id", &n, l->err);
}

/* Accounts */

struct account_line {
	unsigned uid, gid;
	char home[256];
};

/* Take "name:x:uid:gid:comment:home:shell" apart in place; false: it is none. */
static bool split_line(char *line, char *fields[7])
{
	for (int i = 0; i < 7; i++) {
		fields[i] = line;
		if (!line)
			return false;
		line = strchr(line, ':');
		if (line)
			*line++ = '\0';
	}
	return true;
}

/* The user's line of /etc/passwd, by name or number: 0, or 1 when there is none;
 * a number needs no line. *most gets the
 * largest number of an ordinary user, if not NULL. */
static int find_user(struct ext4 *fs, const char *user, struct account_line *out, unsigned *most)
{
	bool root = strcmp(user, "root") == 0, number = isdigit((unsigned char)user[0]);
	size_t len;
	AUTO_FREE char *text = text_of(fs, "/etc/passwd", TEXT_MAX, &len);
	char *f[7];
	int r = root || number ? 0 : 1;

	*out = (struct account_line){ .home = "/root" };
	if (number) {
		out->uid = out->gid = (unsigned)strtoul(user, NULL, 10);
		strcpy(out->home, "/");
	}
	for (char *save, *line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!split_line(line, f))
			continue;
		unsigned uid = (unsigned)strtoul(f[2], NULL, 10);
		if (most && uid >= FIRST_UID && uid < LAST_UID && uid > *most)
			*most = uid;
		if (number ? uid != out->uid : strcmp(f[0], user) != 0)
			continue;
		out->uid = uid;
		out->gid = (unsigned)strtoul(f[3], NULL, 10);
		snprintf(out->home, sizeof(out->home), "%s", f[5]);
		r = 0;
	}
	return r;
}

static void look_user(const struct looking *l, struct ready_row *r)
{
	struct account_line a;

	if (find_user(l->fs, l->w->user, &a, NULL) != 0)
		see(r, false, "no user %s", l->w->user);
	else
		see(r, true, "%s is %u:%u", l->w->user, a.uid, a.gid);
}

/* A line at the end of a file of /etc. */
static int append(const struct looking *l, const char *path, const char *line)
{
	size_t len = 0, n = strlen(line);
	AUTO_FREE char *text = text_of(l->fs, path, TEXT_MAX, &len);
	AUTO_FREE char *all = malloc(len + n + 2);
	struct ext4_node was = root_file;

	if (!all)
		return error_set(l->err, ENOMEM, "%s", path);
	if (text)
		memcpy(all, text, len);
	if (len && all[len - 1] != '\n')
		all[len++] = '\n';
	memcpy(all + len, line, n);
	bool there = ext4_stat(l->fs, path, false, &was, l->err) == 0;
	if (put_text(l->fs, path, all, len + n, l->err) < 0)
		return -1;
	return there ? ext4_set(l->fs, path, &was, l->err) : 0;
}

static int fix_user(const struct looking *l)
{
	unsigned most = FIRST_UID - 1;
	struct account_line a;
	struct ext4_node n;
	char line[256];

	find_user(l->fs, l->w->user, &a, &most);
	bool bash = ext4_stat(l->fs, "/bin/bash", true, &n, l->err) == 0;
	snprintf(line, sizeof(line), "%.32s:x:%u:%u::/home/%.32s:/bin/%s\n", l->w->user, most + 1, most + 1,
		 l->w->user, bash ? "bash" : "sh");
	if (append(l, "/etc/passwd", line) < 0)
		return -1;
	snprintf(line, sizeof(line), "%.32s:x:%u:\n", l->w->user, most + 1);
	if (append(l, "/etc/group", line) < 0)
		return -1;
	if (ext4_stat(l->fs, "/etc/shadow", true, &n, l->err) != 0)
		return 0;
	snprintf(line, sizeof(line), "%.32s:!:::::::\n", l->w->user);
	return append(l, "/etc/shadow", line);
}

static void look_home(const struct looking *l, struct ready_row *r)
{
	struct account_line a;
	struct ext4_node n;

	if (find_user(l->fs, l->w->user, &a, NULL) != 0)
		see(r, false, "no user %s", l->w->user);
	else if (ext4_stat(l->fs, a.home, true, &n, l->err) != 0 || !S_ISDIR(n.mode))
		see(r, false, "%.120s is not there", a.home);
	else
		see(r, n.uid == a.uid || !a.home[1], "%.100s belongs to user %u%s", a.home, n.uid,
		    n.uid == a.uid || !a.home[1] ? "" : ", not to its own");
}

static int fix_home(const struct looking *l)
{
	struct account_line a;
	struct ext4_node n;
	char path[PATH_MAX];

	if (find_user(l->fs, l->w->user, &a, NULL) != 0 || a.home[0] != '/' || !a.home[1])
		return 0;
	const struct ext4_node own = { .mode = 0700, .uid = a.uid, .gid = a.gid };
	if (ext4_resolve(l->fs, a.home, path, sizeof(path), l->err) < 0)
		return -1;
	int r = ext4_stat(l->fs, path, false, &n, l->err);
	if (r < 0)
		return -1;
	if (r == 0)
		return ext4_set(l->fs, path, &own, l->err);
	return ext4_make_parents(l->fs, path, &root_dir, l->err) < 0
		       ? -1
		       : ext4_put_dir(l->fs, path, &own, l->err);
}

/* Programs */

static bool can_start(const struct looking *l, const char *path, struct ready_row *r)
{
	struct program p;

	r->ok = program_look(l->fs, path, &p);
	program_say(&p, r->seen, sizeof(r->seen));
	return r->ok;
}

static void look_command(const struct looking *l, struct ready_row *r)
{
	char path[PATH_MAX];

	if (!l->w->command[0])
		see(r, true, "it has no command of its own");
	else if (program_find(l->fs, l->w->command, path, sizeof(path), l->err) != 0)
		see(r, false, "no command %.100s", l->w->command);
	else
		can_start(l, path, r);
}

static void look_init(const struct looking *l, struct ready_row *r)
{
	if (!l->w->init) {
		see(r, true, "not used: vmdeck's own starts the agent");
		return;
	}
	for (size_t i = 0; i < sizeof(inits) / sizeof(inits[0]); i++)
		if (can_start(l, inits[i], r))
			return;
	see(r, false, "no init of its own");
}

static const struct {
	const char *name, *title;
	void (*look)(const struct looking *l, struct ready_row *r);
	int (*fix)(const struct looking *l);
} table[READY_COUNT] = {
	[READY_CA] = { "ca", "CA certificates", look_ca, fix_ca },
	[READY_DNS] = { "dns", "resolver", look_dns, fix_dns },
	[READY_HOSTS] = { "hosts", "localhost", look_hosts, fix_hosts },
	[READY_TMP] = { "tmp", "/tmp", look_tmp, fix_tmp },
	[READY_MOUNTS] = { "mounts", "mount points", look_mounts, fix_mounts },
	[READY_MACHINE_ID] = { "machine-id", "machine-id", look_machine_id, fix_machine_id },
	[READY_USER] = { "user", "account", look_user, fix_user },
	[READY_HOME] = { "home", "home directory", look_home, fix_home },
	[READY_COMMAND] = { "command", "program", look_command, NULL },
	[READY_INIT] = { "init", "init", look_init, NULL },
};

const char *ready_name(enum ready_id id)
{
	return table[id].name;
}

const char *ready_title(enum ready_id id)
{
	return table[id].title;
}

enum ready_id ready_by_name(const char *name)
{
	int i = 0;

	while (i < READY_COUNT && strcmp(table[i].name, name) != 0)
		i++;
	return (enum ready_id)i;
}

int ready_look(struct ext4 *fs, const struct ready_wish *w, struct ready_row rows[READY_COUNT],
	       struct error *err)
{
	const struct looking l = { fs, w, err };

	for (int i = 0; i < READY_COUNT; i++) {
		rows[i] = (struct ready_row){ .mendable = table[i].fix };
		table[i].look(&l, &rows[i]);
	}
	return 0;
}

int ready_fix(struct ext4 *fs, const struct ready_wish *w, unsigned mask, struct error *err)
{
	const struct looking l = { fs, w, err };

	for (int i = 0; i < READY_COUNT; i++) {
		struct ready_row r = { .ok = false };
		if (!(mask & 1U << i) || !table[i].fix)
			continue;
		table[i].look(&l, &r);
		if (!r.ok && table[i].fix(&l) < 0)
			return error_wrap(err, "%s", table[i].title);
	}
	return 0;
}
