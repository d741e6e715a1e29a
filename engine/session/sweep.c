#include "engine/session/sweep.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/sessions.h"
#include "engine/session/standby.h"

enum { WRITING_S = 10 }; /* a temporary file lives for milliseconds */

/* "session.json.1234.tmp": what file_write() makes. */
static bool temporary(const char *name)
{
	size_t n = strlen(name);
	const char *at;

	if (n < 6 || strcmp(name + n - 4, ".tmp") != 0)
		return false;
	for (at = name + n - 5; at > name && isdigit((unsigned char)*at); at--)
		;
	return *at == '.' && at < name + n - 5;
}

static void sweep_files(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	if (!d) {
		own_close(&fd);
		return;
	}
	while ((e = readdir(d)))
		if (temporary(e->d_name) && fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() && time(NULL) - st.st_mtime > WRITING_S)
			unlinkat(dir, e->d_name, 0);
	closedir(d);
}

/* Nobody holds it. The lock is taken as readers take it, so that no session looks alive
 * because of us; *lock is to be closed when the work is done. */
static bool nobodys(int dir, bool quiet, int *lock)
{
	struct stat st;

	if (fstat(dir, &st) < 0 || st.st_uid != geteuid())
		return false;
	*lock = openat(dir, "owner.lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (*lock < 0)
		return errno == ENOENT && quiet;
	return flock(*lock, LOCK_SH | LOCK_NB) == 0;
}

static void sweep_one(int all, const char *name, bool quiet)
{
	bool hidden = !strncmp(name, ".new-", 5) || !strncmp(name, ".gone-", 6);
	AUTO_CLOSE int dir = -1;
	AUTO_CLOSE int lock = -1;
	struct error ignored;

	if (*name == '.' && !hidden)
		return;
	dir = openat(all, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || !nobodys(dir, quiet, &lock))
		return;
	if (hidden)
		dir_remove(all, name, &ignored);
	else
		sweep_files(dir);
}

static void sweep(int all)
{
	bool quiet = flock(all, LOCK_EX | LOCK_NB) == 0;
	int fd = openat(all, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d && (e = readdir(d)))
		sweep_one(all, e->d_name, quiet);
	if (d)
		closedir(d);
	else
		own_close(&fd);
	if (quiet)
		flock(all, LOCK_UN);
}

void sessions_sweep(const struct paths *p)
{
	struct error ignored;
	AUTO_CLOSE int all = sessions_dir(p, false, &ignored);
	AUTO_CLOSE int standby = standby_dir(p, false, &ignored);
	AUTO_CLOSE int state = paths_open(p->state, &ignored);
	AUTO_CLOSE int cache = paths_open(p->cache, &ignored);
	AUTO_CLOSE int config = paths_open(p->config, &ignored);

	if (all >= 0)
		sweep(all);
	if (standby >= 0) /* those who make one hold its lock exclusively */
		sweep(standby);
	for (int i = 0; i < 3; i++) {
		int dir = i == 0 ? state : i == 1 ? cache : config;

		if (dir >= 0)
			sweep_files(dir);
	}
}
