#include "tui/theme/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "tui/theme/theme.h"

enum { WHAT = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR };

/* A theme's file that is whole, or the directory that themes lie in. */
static bool counts(const struct inotify_event *e)
{
	size_t n = e->len ? strlen(e->name) : 0;

	if (e->mask & IN_ISDIR)
		return e->len && strcmp(e->name, "themes") == 0;
	return n > 6 && strcmp(e->name + n - 6, ".theme") == 0 && !(e->mask & IN_CREATE);
}

static void readable(struct source *s, uint32_t events)
{
	struct theme_watch *w = SOURCE_OWNER(s, struct theme_watch, source);
	char buf[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool any = false;
	ssize_t n;

	(void)events;
	while ((n = read(s->fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t at = 0; n > 0 && at < n;) {
			const struct inotify_event *e = (const void *)(buf + at);

			any = any || counts(e);
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	if (any)
		w->changed(w);
}

int theme_watch_init(struct theme_watch *w, struct loop *l, struct error *err)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "watch themes");
	w->source.fn = readable;
	if (loop_watch(l, &w->source, fd, EPOLLIN, err) == 0)
		return 0;
	close(fd);
	return -1;
}

void theme_watch_done(struct theme_watch *w)
{
	int fd = w->source.fd;

	if (!w->source.loop)
		return;
	source_forget(&w->source);
	close(fd);
}

/* What is not there cannot be watched; its parent is, for when it comes. */
static void watch(struct theme_watch *w, const char *dir)
{
	inotify_add_watch(w->source.fd, dir, WHAT);
}

void theme_watch_places(struct theme_watch *w, const struct paths *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (!w->source.loop)
		return;
	watch(w, p->config);
	for (int i = 0; theme_place(p, i, dir, sizeof(dir)); i++)
		if (dir[0])
			watch(w, dir);
	if (slash && snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path) < (int)sizeof(dir))
		watch(w, dir);
}
