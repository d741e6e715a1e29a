/* The account that the agent runs as, and its home. */
#include "engine/image/ready_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"
#include "engine/image/account.h"

enum {
	FIRST_UID = 1000, /* of ordinary users, as login.defs has it */
	LAST_UID = 60000,
};

/* 0 found, 1 not. */
static int find(const struct ready *l, struct account *out)
{
	size_t len;
	AUTO_FREE char *passwd = ready_text(l, "/etc/passwd", READY_TEXT_MAX, &len);

	return account_of(passwd, l->w->user, out);
}

/* One more than the largest of an ordinary user. */
static unsigned next_uid(const struct ready *l)
{
	unsigned most = FIRST_UID - 1;
	size_t len;
	AUTO_FREE char *passwd = ready_text(l, "/etc/passwd", READY_TEXT_MAX, &len);

	for (char *save, *line = passwd ? strtok_r(passwd, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *at = strchr(line, ':');

		at = at ? strchr(at + 1, ':') : NULL;
		unsigned long uid = at ? strtoul(at + 1, NULL, 10) : 0;
		if (uid >= FIRST_UID && uid < LAST_UID && uid > most)
			most = (unsigned)uid;
	}
	return most + 1;
}

void ready_user_look(const struct ready *l, struct ready_row *r)
{
	struct account a;

	if (find(l, &a) != 0)
		ready_see(r, false, "no user %s", l->w->user);
	else
		ready_see(r, true, "%s is %u:%u", l->w->user, a.uid, a.gid);
}

/* A line at the end of a file of /etc. */
static int append(const struct ready *l, const char *path, const char *line)
{
	size_t len = 0, n = strlen(line);
	AUTO_FREE char *text = ready_text(l, path, READY_TEXT_MAX, &len);
	AUTO_FREE char *all = malloc(len + n + 2);
	struct ext4_node was = ready_file;

	if (!all)
		return error_set(l->err, ENOMEM, "%s", path);
	if (text)
		memcpy(all, text, len);
	if (len && all[len - 1] != '\n')
		all[len++] = '\n';
	memcpy(all + len, line, n);
	bool there = ext4_stat(l->fs, path, false, &was, l->err) == 0;
	if (ready_put(l, path, all, len + n) < 0)
		return -1;
	return there ? ext4_set(l->fs, path, &was, l->err) : 0;
}

int ready_user_fix(const struct ready *l)
{
	unsigned uid = next_uid(l);
	struct ext4_node n;
	char line[256];

	bool bash = ext4_stat(l->fs, "/bin/bash", true, &n, l->err) == 0;
	snprintf(line, sizeof(line), "%.32s:x:%u:%u::/home/%.32s:/bin/%s\n", l->w->user, uid, uid,
		 l->w->user, bash ? "bash" : "sh");
	if (append(l, "/etc/passwd", line) < 0)
		return -1;
	snprintf(line, sizeof(line), "%.32s:x:%u:\n", l->w->user, uid);
	if (append(l, "/etc/group", line) < 0)
		return -1;
	if (ext4_stat(l->fs, "/etc/shadow", true, &n, l->err) != 0)
		return 0;
	snprintf(line, sizeof(line), "%.32s:!:::::::\n", l->w->user);
	return append(l, "/etc/shadow", line);
}

void ready_home_look(const struct ready *l, struct ready_row *r)
{
	struct account a;
	struct ext4_node n;

	if (find(l, &a) != 0)
		ready_see(r, false, "no user %s", l->w->user);
	else if (ext4_stat(l->fs, a.home, true, &n, l->err) != 0 || !S_ISDIR(n.mode))
		ready_see(r, false, "%.120s is not there", a.home);
	else
		ready_see(r, n.uid == a.uid || !a.home[1], "%.100s belongs to user %u%s", a.home, n.uid,
		    n.uid == a.uid || !a.home[1] ? "" : ", not to its own");
}

int ready_home_fix(const struct ready *l)
{
	struct account a;

	if (find(l, &a) != 0 || !a.home[1])
		return 0;
	return ready_put_dir(l, a.home, &(struct ext4_node){ .mode = 0700, .uid = a.uid, .gid = a.gid });
}
