#include "engine/base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

static int place(char *out, size_t size, const char *env, const char *home, const char *rest,
		 const char *own, const char *sub, struct error *err)
{
	const char *base = getenv(env);
	int n;

	if (own && *own)
		n = snprintf(out, size, "%s/%s", own, sub);
	else if (base && base[0] == '/') /* the specification ignores relative ones */
		n = snprintf(out, size, "%s/vmdeck", base);
	else if (home && home[0] == '/')
		n = snprintf(out, size, "%s/%s/vmdeck", home, rest);
	else {
		error_set(err, 0, "no home directory: HOME is not set");
		error_hint(err, "set HOME, or VMDECK_HOME=DIR to keep everything in one place");
		return -1;
	}
	if (n < 0 || (size_t)n >= size)
		return error_set(err, ENAMETOOLONG, "%s", sub);
	return 0;
}

int paths_init(struct paths *p, struct error *err)
{
	const char *home = getenv("HOME");
	const char *own = getenv("VMDECK_HOME");
	char abs[sizeof(p->state)];

	if (own && *own && own[0] != '/') {
		if (!getcwd(abs, sizeof(abs)) || strlen(abs) + strlen(own) + 2 > sizeof(abs))
			return error_set(err, ENAMETOOLONG, "VMDECK_HOME");
		strcat(abs, "/");
		strcat(abs, own);
		own = abs;
	}
	if (place(p->config, sizeof(p->config), "XDG_CONFIG_HOME", home, ".config", own, "config", err) < 0 ||
	    place(p->data, sizeof(p->data), "XDG_DATA_HOME", home, ".local/share", own, "data", err) < 0 ||
	    place(p->cache, sizeof(p->cache), "XDG_CACHE_HOME", home, ".cache", own, "cache", err) < 0 ||
	    place(p->state, sizeof(p->state), "XDG_STATE_HOME", home, ".local/state", own, "state", err) < 0)
		return -1;
	return 0;
}

int paths_open(const char *dir, struct error *err)
{
	AUTO_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return error_set(err, errno, "open %s", dir);
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at %s", dir);
	if (st.st_uid != geteuid()) {
		error_set(err, 0, "%s belongs to uid %u, not to you (%u)", dir,
			  (unsigned)st.st_uid, (unsigned)geteuid());
		error_hint(err, "sudo chown -R %u %s, or set VMDECK_HOME", (unsigned)geteuid(), dir);
		return -1;
	}
	if (st.st_mode & 022) {
		error_set(err, 0, "%s can be written by others (mode %04o)", dir,
			  (unsigned)(st.st_mode & 07777));
		error_hint(err, "chmod 700 %s", dir);
		return -1;
	}
	return take_fd(&fd);
}

int paths_need(const char *dir, struct error *err)
{
	mode_t old = umask(077);
	int r = dir_make(dir, 0700, err);

	umask(old);
	if (r < 0) {
		if (err->code == EROFS || err->code == EACCES)
			error_hint(err, "set VMDECK_HOME to a directory that you can write");
		return -1;
	}
	return paths_open(dir, err);
}
