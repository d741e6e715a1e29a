#include "engine/image/account.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/ext4.h"

enum { PASSWD_CAP = 1 << 20 };

/* The next field of a line, cut at ':' or its end. */
static const char *field(const char **p, size_t *n)
{
	const char *at = *p;

	*n = strcspn(at, ":\n");
	*p = at + *n + (at[*n] == ':');
	return at;
}

static int number(const char *s, size_t n, uint32_t *out)
{
	char text[16], *end;

	if (!n || n >= sizeof(text) || !isdigit((unsigned char)*s))
		return -1;
	memcpy(text, s, n);
	text[n] = '\0';
	*out = (uint32_t)strtoul(text, &end, 10);
	return *end ? -1 : 0;
}

static int take_line(const char *line, const char *user, bool digits, struct account *out)
{
	const char *name, *uid, *gid, *home;
	size_t n, un, gn, hn;

	name = field(&line, &n);
	bool same = n == strlen(user) && !memcmp(name, user, n);
	field(&line, &n);
	uid = field(&line, &un);
	gid = field(&line, &gn);
	field(&line, &n);
	home = field(&line, &hn);
	if (!(same || (digits && un == strlen(user) && !memcmp(uid, user, un))) ||
	    number(uid, un, &out->uid) < 0 || number(gid, gn, &out->gid) < 0)
		return 1;
	if (hn > 0 && home[0] == '/' && hn < sizeof(out->home)) {
		memcpy(out->home, home, hn);
		out->home[hn] = '\0';
	}
	return 0;
}

int account_parse(const char *passwd, const char *user, struct account *out)
{
	char id[32];
	const char *colon = strchr(user, ':');
	bool digits = isdigit((unsigned char)user[0]);

	snprintf(id, sizeof(id), "%.*s", colon ? (int)(colon - user) : 31, user);
	*out = (struct account){ .home = "/" };
	for (const char *p = passwd; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (take_line(p, id, digits, out) == 0)
			return 0;
	return 1;
}

/* "1000:100" needs no entry; one that there is tells the home. */
static int by_number(const char *user, struct account *out)
{
	const char *colon = strchr(user, ':');
	size_t n = colon ? (size_t)(colon - user) : strlen(user);

	out->gid = 0;
	if (number(user, n, &out->uid) < 0)
		return -1;
	return colon ? number(colon + 1, strlen(colon + 1), &out->gid) : 0;
}

static bool is_root(const char *user)
{
	return !user[0] || !strcmp(user, "root");
}

int account_of(const char *passwd, const char *user, struct account *out)
{
	if (is_root(user)) {
		*out = (struct account){ .home = "/root" };
		return 0;
	}
	if (passwd && account_parse(passwd, user, out) == 0)
		return 0;
	*out = (struct account){ .home = "/" };
	return by_number(user, out) == 0 ? 0 : 1;
}

int account_find(int fd, const char *user, struct account *out, struct error *err)
{
	AUTO_EXT4 struct ext4 *fs = NULL;
	AUTO_FREE void *text = NULL;
	char shown[64];
	size_t len;

	if (!is_root(user)) {
		fs = ext4_open(fd, false, err);
		if (!fs)
			return -1;
		if (ext4_read(fs, "/etc/passwd", PASSWD_CAP, &text, &len, err) < 0)
			text = NULL; /* a number needs none */
	}
	if (account_of(text, user, out) == 0)
		return 0;
	error_set(err, 0, "the image has no user \"%s\"", text_clean_str(shown, sizeof(shown), user));
	err->code = ENOENT;
	return -1;
}
