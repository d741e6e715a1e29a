#include "engine/image/ready_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"
#include "engine/image/program.h"

#define GATEWAY "10.200.0.1" /* of every session */

static const char *const inits[] = { "/sbin/init", "/usr/sbin/init", "/lib/systemd/systemd",
				     "/usr/lib/systemd/systemd" };
static const char *const mounts[] = { "/dev", "/proc", "/run", "/sys" };

/* The resolver. The gateway answers at its address and at no other. */

static void look_dns(const struct ready *l, struct ready_row *r)
{
	char target[160], first[80] = "";
	struct ext4_node n;
	struct error ignored;
	size_t len;

	if (ext4_stat(l->fs, "/etc/resolv.conf", false, &n, &ignored) != 0) {
		ready_see(r, false, "/etc/resolv.conf is not there");
		return;
	}
	AUTO_FREE char *text = ready_text(l, "/etc/resolv.conf", READY_TEXT_MAX, &len);
	if (!text) {
		if (ext4_readlink(l->fs, "/etc/resolv.conf", target, sizeof(target), &ignored) < 0)
			strcpy(target, "nowhere");
		ready_see(r, false, "/etc/resolv.conf leads to %.100s, which is not there", target);
		return;
	}
	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, " nameserver %79s", first) == 1)
			break;
	if (!first[0])
		ready_see(r, false, "/etc/resolv.conf names no server");
	else
		ready_see(r, strcmp(first, GATEWAY) == 0, "nameserver %s%s", first,
		    strcmp(first, GATEWAY) == 0 ? "" : ", and not the gateway's " GATEWAY);
}

static int fix_dns(const struct ready *l)
{
	static const char text[] = "nameserver " GATEWAY "\n";

	return ready_put(l, "/etc/resolv.conf", text, sizeof(text) - 1);
}

static void look_hosts(const struct ready *l, struct ready_row *r)
{
	size_t len;
	AUTO_FREE char *text = ready_text(l, "/etc/hosts", READY_TEXT_MAX, &len);

	ready_see(r, text && strstr(text, "localhost"), "%s",
	    !text			 ? "/etc/hosts is not there"
	    : strstr(text, "localhost") ? "/etc/hosts names localhost"
					: "/etc/hosts does not name localhost");
}

static int fix_hosts(const struct ready *l)
{
	static const char line[] = "127.0.0.1\tlocalhost\n";
	size_t len = 0;
	AUTO_FREE char *text = ready_text(l, "/etc/hosts", READY_TEXT_MAX, &len);
	AUTO_FREE char *all = malloc(len + sizeof(line));

	if (!all)
		return error_set(l->err, ENOMEM, "/etc/hosts");
	memcpy(all, line, sizeof(line) - 1);
	if (text)
		memcpy(all + sizeof(line) - 1, text, len);
	return ready_put(l, "/etc/hosts", all, len + sizeof(line) - 1);
}

static void look_tmp(const struct ready *l, struct ready_row *r)
{
	struct ext4_node n;

	if (ext4_stat(l->fs, "/tmp", true, &n, l->err) != 0 || !S_ISDIR(n.mode))
		ready_see(r, false, "/tmp is not there");
	else
		ready_see(r, (n.mode & 07777) == 01777 && n.uid == 0, "/tmp is %o, of user %u", n.mode & 07777,
		    n.uid);
}

static int fix_tmp(const struct ready *l)
{
	return ready_put_dir(l, "/tmp", &(struct ext4_node){ .mode = 01777 });
}

static void look_mounts(const struct ready *l, struct ready_row *r)
{
	struct ext4_node n;

	ready_see(r, true, "/dev, /proc, /run, /sys");
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (ext4_stat(l->fs, mounts[i], true, &n, l->err) != 0 || !S_ISDIR(n.mode)) {
			ready_see(r, false, "%s is not there", mounts[i]);
			return;
		}
}

static int fix_mounts(const struct ready *l)
{
	struct ext4_node n;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (ext4_stat(l->fs, mounts[i], true, &n, l->err) == 1 &&
		    ext4_put_dir(l->fs, mounts[i], &ready_dir, l->err) < 0)
			return -1;
	return 0;
}

/* A machine-id that an image brings would be everybody's. */

static void look_machine_id(const struct ready *l, struct ready_row *r)
{
	size_t len;
	AUTO_FREE char *text = ready_text(l, "/etc/machine-id", READY_TEXT_MAX, &len);

	if (!text)
		ready_see(r, false, "/etc/machine-id is not there");
	else
		ready_see(r, len == 0 || strncmp(text, "uninitialized", 13) == 0, "%s",
		    len == 0 ? "empty" : strncmp(text, "uninitialized", 13) == 0 ? "uninitialized"
										 : "it has one already");
}

static int fix_machine_id(const struct ready *l)
{
	const struct ext4_node n = { .mode = 0444 };

	return ready_put(l, "/etc/machine-id", "", 0) < 0
		       ? -1
		       : ext4_set(l->fs, "/etc/machine-id", &n, l->err);
}

/* Programs: what can start, by its head. */

static bool can_start(const struct ready *l, const char *path, struct ready_row *r)
{
	struct program p;

	r->ok = program_look(l->fs, path, &p);
	program_say(&p, r->seen, sizeof(r->seen));
	return r->ok;
}

static void look_command(const struct ready *l, struct ready_row *r)
{
	char path[PATH_MAX];

	if (!l->w->command[0])
		ready_see(r, true, "it has no command of its own");
	else if (program_find(l->fs, l->w->command, path, sizeof(path), l->err) != 0)
		ready_see(r, false, "no command %.100s", l->w->command);
	else
		can_start(l, path, r);
}

static void look_init(const struct ready *l, struct ready_row *r)
{
	if (!l->w->init) {
		ready_see(r, true, "not used: vmdeck's own starts the agent");
		return;
	}
	for (size_t i = 0; i < sizeof(inits) / sizeof(inits[0]); i++)
		if (can_start(l, inits[i], r))
			return;
	ready_see(r, false, "no init of its own");
}

static const struct {
	const char *name, *title;
	void (*look)(const struct ready *l, struct ready_row *r);
	int (*fix)(const struct ready *l);
} table[READY_COUNT] = {
	[READY_CA] = { "ca", "CA certificates", ready_ca_look, ready_ca_fix },
	[READY_DNS] = { "dns", "resolver", look_dns, fix_dns },
	[READY_HOSTS] = { "hosts", "localhost", look_hosts, fix_hosts },
	[READY_TMP] = { "tmp", "/tmp", look_tmp, fix_tmp },
	[READY_MOUNTS] = { "mounts", "mount points", look_mounts, fix_mounts },
	[READY_MACHINE_ID] = { "machine-id", "machine-id", look_machine_id, fix_machine_id },
	[READY_USER] = { "user", "account", ready_user_look, ready_user_fix },
	[READY_HOME] = { "home", "home directory", ready_home_look, ready_home_fix },
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
	const struct ready l = { fs, w, err };

	for (int i = 0; i < READY_COUNT; i++) {
		rows[i] = (struct ready_row){ .mendable = table[i].fix };
		table[i].look(&l, &rows[i]);
	}
	return 0;
}

int ready_fix(struct ext4 *fs, const struct ready_wish *w, unsigned mask, struct error *err)
{
	const struct ready l = { fs, w, err };

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
