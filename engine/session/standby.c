#include "engine/session/standby.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/passing.h"
#include "engine/session/sessions.h"

enum { ANSWER_MS = 1500 }; /* on a busy host; a start without it would take longer there */

#define WANTED "wanted"

int standby_dir(const struct paths *p, bool make, struct error *err)
{
	char dir[PATH_MAX];
	int fd;

	if (make) {
		fd = paths_need(p->state, err);
		if (fd < 0)
			return -1;
		close(fd);
	}
	snprintf(dir, sizeof(dir), "%s/standby", p->state);
	return make ? paths_need(dir, err) : paths_open(dir, err);
}

/* The list. */

static bool look_at(struct standby *s, int all, const char *name)
{
	AUTO_CLOSE int dir = -1;
	struct stat st;

	if (strlen(name) >= STANDBY_NAME || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	dir = openat(all, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) < 0 || st.st_uid != geteuid())
		return false;
	*s = (struct standby){ .alive = session_held(dir), .ready = name[0] != '.' };
	snprintf(s->name, sizeof(s->name), "%s", name);
	return true;
}

int standby_list(int all, struct standby **out, size_t *n, struct error *err)
{
	int again = openat(all, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);

	*out = NULL;
	*n = 0;
	if (!d) {
		own_close(&again);
		return error_set(err, errno, "list the standbys");
	}
	for (struct dirent *e; (e = readdir(d));) {
		struct standby *more = realloc(*out, (*n + 1) * sizeof(*more));

		if (!more)
			break;
		*out = more;
		*n += look_at(&more[*n], all, e->d_name);
	}
	closedir(d);
	return 0;
}

/* Talking. */

static void address(int dir, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	/* through the directory's descriptor: a socket's path may be too long */
	snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/" STANDBY_CLAIM, dir);
}

int standby_listen(int dir, struct error *err)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a;
	mode_t old = umask(077);
	int r;

	address(dir, &a);
	r = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));
	umask(old);
	if (r < 0 || listen(fd, 4) < 0)
		return error_set(err, errno, "claim socket");
	return take_fd(&fd);
}

static bool ours(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

/* The word, which descriptors come with it, and those. */
static int say(int fd, char word, const int passed[STANDBY_FDS])
{
	char text[2] = { word, 0 };
	int fds[STANDBY_FDS];
	size_t n = 0;

	for (int i = 0; passed && i < STANDBY_FDS; i++) {
		if (passed[i] < 0)
			continue;
		text[1] |= (char)(1 << i);
		fds[n++] = passed[i];
	}
	return passing_send(fd, text, sizeof(text), fds, n, MSG_DONTWAIT) == sizeof(text) ? 0 : -1;
}

int standby_hear(int socket, int out[STANDBY_FDS])
{
	char text[2] = { 0 };
	int fds[STANDBY_FDS] = { -1, -1 };
	size_t n_fds;
	ssize_t n = passing_receive(socket, text, sizeof(text), fds, STANDBY_FDS, &n_fds,
				    MSG_DONTWAIT);

	for (int i = 0, k = 0; i < STANDBY_FDS; i++)
		out[i] = text[1] & 1 << i ? fds[k++] : -1;
	return n == sizeof(text) ? text[0] : 0;
}

int standby_accept(int listener)
{
	AUTO_CLOSE int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 || !ours(fd) || say(fd, STANDBY_HERE, NULL) < 0)
		return -1;
	return take_fd(&fd);
}

/* Connect, and hear that it is there: a stopped process would accept, too. */
static int call(int dir)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct sockaddr_un a;
	int none[STANDBY_FDS];

	address(dir, &a);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || !ours(fd) ||
	    poll(&p, 1, ANSWER_MS) != 1 || standby_hear(fd, none) != STANDBY_HERE)
		return -1;
	return take_fd(&fd);
}

/* Claiming. */

static int try_claim(int all, const char *from, int to, const char *name, struct standby_claim *c)
{
	struct error ignored;

	if (renameat2(all, from, to, name, RENAME_NOREPLACE) < 0)
		return 1; /* somebody was faster */
	*c = (struct standby_claim){ -1, -1 };
	c->dir = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	c->socket = c->dir < 0 ? -1 : call(c->dir);
	if (c->socket >= 0)
		return 0;
	/* Dead, or stopped: then it finds itself without a claim and goes. */
	own_close(&c->dir);
	dir_remove(to, name, &ignored);
	return 1;
}

int standby_claim(const struct paths *p, const char *key, int to, const char *name,
		  struct standby_claim *c)
{
	struct error ignored;
	AUTO_CLOSE int all = standby_dir(p, false, &ignored);
	AUTO_FREE struct standby *list = NULL;
	size_t n = 0;

	*c = (struct standby_claim){ -1, -1 };
	if (all < 0 || standby_list(all, &list, &n, &ignored) < 0)
		return 1;
	for (size_t i = 0; i < n; i++)
		if (list[i].ready && !list[i].alive)
			dir_remove(all, list[i].name, &ignored);
	for (size_t i = 0; i < n; i++)
		if (list[i].ready && list[i].alive && !strncmp(list[i].name, key, TEMPLATE_KEY) &&
		    try_claim(all, list[i].name, to, name, c) == 0)
			return 0;
	return 1;
}

int standby_go(const struct standby_claim *c, const int fds[STANDBY_FDS], struct error *err)
{
	return say(c->socket, STANDBY_TAKEN, fds) == 0 ? 0 :
	       error_set(err, errno, "hand the session over");
}

/* Wanting. */

static int open_wanted(const struct paths *p, struct error *err)
{
	AUTO_CLOSE int all = standby_dir(p, true, err);
	int fd = all < 0 ? -1 : openat(all, WANTED, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 && all >= 0 ? error_set(err, errno, "standby/" WANTED) : fd;
}

static unsigned number_in(int fd)
{
	char text[8] = "";

	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? (unsigned)strtoul(text, NULL, 10) : 0;
}

/* In place: those who watch it hold this very file. */
int standby_want(const struct paths *p, unsigned n, struct error *err)
{
	struct error ignored;
	AUTO_CLOSE int all = standby_dir(p, false, &ignored);
	AUTO_CLOSE int fd = all < 0 && !n ? -1 : open_wanted(p, err);
	char text[8];

	if (fd < 0)
		return all < 0 && !n ? 0 : -1;
	snprintf(text, sizeof(text), "%-3u\n", n > STANDBY_MAX ? STANDBY_MAX : n);
	if (number_in(fd) == n)
		return 0;
	return pwrite(fd, text, 4, 0) == 4 ? 0 : error_set(err, errno, "standby/" WANTED);
}

int standby_attend(const struct paths *p, struct error *err)
{
	AUTO_CLOSE int fd = open_wanted(p, err);
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1 };

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_OFD_SETLK, &l) < 0)
		return error_set(err, errno, "standby/" WANTED);
	return take_fd(&fd);
}

static bool attended(int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

bool standby_wanted(int wanted)
{
	return number_in(wanted) || attended(wanted);
}

unsigned standby_number(const struct paths *p)
{
	struct error ignored;
	AUTO_CLOSE int all = standby_dir(p, false, &ignored);
	AUTO_CLOSE int fd = all < 0 ? -1 : openat(all, WANTED, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	unsigned n = fd < 0 ? 0 : number_in(fd);

	return n ? n : fd >= 0 && attended(fd);
}
