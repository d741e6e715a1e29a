/*
 * `logs`: what a session wrote, as text. The files are followed by inotify;
 * the end of a session ends the following.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "tui/plain.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { FOLLOW, BOOT, EVENTS };

struct logs {
	struct peer peer;
	struct source watch;
	struct plain plain;
	const char *name; /* "console.log" */
	int dir, fd;
	bool changed, broken;
};

static void put(void *arg, const char *line, size_t n)
{
	(void)arg;
	say_bytes(line, n);
	say_bytes("\n", 1);
}

/* To the end of what is there; 0, or errno. */
static int copy_rest(struct logs *l)
{
	char buf[16384];
	ssize_t n;

	while ((n = read(l->fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		plain_add(&l->plain, buf, (size_t)n);
		if (say_broken()) {
			l->broken = true;
			return 0;
		}
	}
	return 0;
}

static int open_log(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* The older half, when there is one. */
static void copy_older(struct logs *l)
{
	char older[64];

	snprintf(older, sizeof(older), "%s.1", l->name);
	l->fd = open_log(l->dir, older);
	if (l->fd >= 0)
		copy_rest(l);
	drop_fd(&l->fd);
}

/* A full log is renamed and a new one begun: finish the old one first. */
static int catch_up(struct logs *l)
{
	struct stat here, there;
	int e = l->fd >= 0 ? copy_rest(l) : 0;

	if (e)
		return e;
	if (fstatat(l->dir, l->name, &there, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (l->fd >= 0 && fstat(l->fd, &here) == 0 && here.st_ino == there.st_ino)
		return 0;
	drop_fd(&l->fd);
	l->fd = open_log(l->dir, l->name);
	return l->fd < 0 ? errno : copy_rest(l);
}

static void on_change(struct source *s, uint32_t events)
{
	struct logs *l = SOURCE_OWNER(s, struct logs, watch);
	char buf[4096];

	(void)events;
	while (read(s->fd, buf, sizeof(buf)) > 0)
		l->changed = true;
}

static bool followed(void *arg)
{
	struct logs *l = arg;

	if (l->changed || peer_over(&l->peer)) {
		l->changed = false;
		catch_up(l);
		l->broken = say_broken();
	}
	return l->broken || peer_over(&l->peer);
}

static int follow(struct logs *l, const struct call *c)
{
	char path[64];
	struct remote remote;
	struct error err = {0};
	AUTO_CLOSE int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	enum remote_end end;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", l->dir);
	if (fd < 0 || inotify_add_watch(fd, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
		error_set(&err, errno, "watch the log");
		return talk_error(&err);
	}
	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	l->watch.fn = on_change;
	l->changed = true; /* what came before the watch */
	if (loop_watch(&remote.loop, &l->watch, fd, EPOLLIN, &err) < 0 ||
	    peer_open(&l->peer, &remote, c->paths, c->args[0], NULL, NULL, &err) < 0) {
		source_forget(&l->watch);
		remote_done(&remote);
		return talk_error(&err);
	}
	end = remote_until(&remote, followed, l, -1, &err);
	source_forget(&l->watch);
	peer_close(&l->peer);
	remote_done(&remote);
	if (end == REMOTE_SIGNAL)
		return EXIT_INTERRUPTED;
	return end == REMOTE_DONE ? EXIT_DONE : talk_error(&err);
}

static int run(struct call *c)
{
	struct logs l = {.dir = -1, .fd = -1};
	struct error err;
	int code = EXIT_DONE, e;

	if (call_has(c, BOOT) && call_has(c, EVENTS))
		return talk_usage("logs", "either --boot or --events");
	l.name = call_has(c, BOOT) ? "boot.log" : call_has(c, EVENTS) ? "supervisor.log"
								       : "console.log";
	l.dir = session_dir(c->paths, c->args[0], &err);
	if (l.dir < 0)
		return talk_error(&err);
	plain_init(&l.plain, put, NULL);
	copy_older(&l);
	e = catch_up(&l);
	if (e) {
		error_set(&err, e, "read %s", l.name);
		code = talk_error(&err);
	} else if (call_has(c, FOLLOW) && !say_broken()) {
		code = follow(&l, c);
	} else if (l.fd < 0) {
		talk("%s has no %s", c->args[0], l.name);
	}
	plain_flush(&l.plain);
	drop_fd(&l.fd);
	drop_fd(&l.dir);
	return code;
}

const struct verb verb_logs = {
	.name = "logs",
	.group = VERB_CONSOLE,
	.args = "S",
	.help = "print a session's console log as text",
	.min = 1,
	.max = 1,
	.options = {
		[FOLLOW] = {"follow", 'f', NULL, "go on until the session ends"},
		[BOOT] = {"boot", 'b', NULL, "the kernel's log instead"},
		[EVENTS] = {"events", 'e', NULL, "what the supervisor noted instead"},
	},
	.run = run,
};
