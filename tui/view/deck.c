#include "tui/view/deck.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/force.h"
#include "engine/session/sessions.h"

enum {
	CALM_MS = 2000,
	EAGER_MS = 60,
	EAGER_FOR_MS = 3000, /* a launch makes its directory, lock and socket in this time */
	REMOVE_FOR_MS = 3000, /* an end releases its lock in this time */
};

/* --- One session --- */

static void take_record(struct deck_session *s, const struct session_record *r, bool known)
{
	enum session_state before = s->record.state;

	s->record = *r;
	s->dirty = true;
	if (known && before != r->state)
		s->deck->events->state(s, before);
}

/* Every session tells its figures every few seconds: thirty of them are not thirty
 * reasons to draw. */
static bool only_figures(const struct session_record *before, const struct session_record *r)
{
	struct session_record same = *before;

	same.cpu = r->cpu;
	same.load1 = r->load1;
	same.mem_used_kib = r->mem_used_kib;
	same.mem_total_kib = r->mem_total_kib;
	same.net_in = r->net_in;
	same.net_out = r->net_out;
	same.net_open = r->net_open;
	return memcmp(&same, r, sizeof(same)) == 0;
}

static void on_record(struct client *c)
{
	struct deck_session *s = c->owner;

	if (only_figures(&s->record, &c->record)) {
		s->deck->figures |= memcmp(&s->record, &c->record, sizeof(s->record)) != 0;
		s->record = c->record;
		return;
	}
	s->alive = session_alive(c->record.state);
	s->held |= s->alive;
	take_record(s, &c->record, true);
	deck_sort(s->deck);
	s->deck->events->changed(s->deck);
}

static void on_frame(struct client *c)
{
	struct deck_session *s = c->owner;

	s->fresh = true;
	s->deck->events->frame(s);
}

static void on_bell(struct client *c)
{
	struct deck_session *s = c->owner;

	s->deck->events->bell(s);
}

static void on_lines(struct client *c, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct deck_session *s = c->owner;

	s->deck->events->lines(s, request, line, rows, cols, cells);
}

static void on_found(struct client *c, uint32_t request, bool found, uint64_t line, int col,
		     int len)
{
	struct deck_session *s = c->owner;

	s->deck->events->found(s, request, found, line, col, len);
}

static void on_network(struct client *c, uint32_t request, const struct network_status *n)
{
	struct deck_session *s = c->owner;

	s->deck->events->network(s, request, n);
}

static void on_done(struct client *c, uint32_t request)
{
	struct deck_session *s = c->owner;

	s->deck->events->done(s, request, NULL);
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct deck_session *s = c->owner;

	s->deck->events->done(s, request, err);
}

static void soon(struct deck *d)
{
	struct error ignored;

	d->eager_until = now_ms() + EAGER_FOR_MS;
	timer_start(d->loop, &d->timer, EAGER_MS, 0, &ignored);
}

static void on_gone(struct client *c, const struct error *err)
{
	struct deck_session *s = c->owner;

	(void)err;
	s->open = false; /* closed by the next scan */
	scroll_leave(&s->scroll);
	s->dirty = true;
	s->deck->events->changed(s->deck);
	soon(s->deck);
}

static const struct client_events client_events = {
	.record = on_record,
	.frame = on_frame,
	.bell = on_bell,
	.lines = on_lines,
	.found = on_found,
	.network = on_network,
	.done = on_done,
	.failed = on_failed,
	.gone = on_gone,
};

static void session_free(struct deck_session *s)
{
	client_close(&s->client);
	scroll_done(&s->scroll);
	free(s);
}

static void connect_to(struct deck *d, struct deck_session *s)
{
	struct error ignored; /* not listening yet, or not any more: the next scan knows */

	client_close(&s->client);
	s->open = client_open(&s->client, d->loop, d->paths, s->id, &client_events, s,
			      &ignored) == 0;
	if (!s->open) {
		soon(d);
		return;
	}
	s->alive = session_alive(s->client.record.state);
	s->held |= s->alive;
	take_record(s, &s->client.record, s->record.id[0] != '\0');
	client_watch(&s->client, s->shown);
}

void deck_reopen(struct deck_session *s)
{
	scroll_leave(&s->scroll);
	client_close(&s->client);
	s->open = false;
}

static struct deck_session *session_new(struct deck *d, const char *id)
{
	struct deck_session **more = realloc(d->sessions, (d->n + 1) * sizeof(*more));
	struct deck_session *s;

	if (!more)
		return NULL;
	d->sessions = more;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->deck = d;
	snprintf(s->id, sizeof(s->id), "%s", id);
	d->sessions[d->n++] = s;
	order_add(d->order, id);
	return s;
}

const struct screen *deck_screen(const struct deck_session *s)
{
	return s->open && s->client.screen.cells ? &s->client.screen : NULL;
}

void deck_show(struct deck_session *s, bool shown)
{
	if (s->shown == shown)
		return;
	s->shown = shown;
	s->dirty = true;
	if (s->open)
		client_watch(&s->client, shown);
	else if (shown)
		connect_to(s->deck, s); /* ended: its archive */
}

/* --- All of them --- */

static void take(struct deck *d, const struct session_entry *e)
{
	struct deck_session *s = deck_find(d, e->record.id);

	if (!s && !(s = session_new(d, e->record.id)))
		return;
	s->seen = true;
	if (s->open && e->alive && !s->alive)
		deck_reopen(s); /* a new one of that name */
	if (!s->open) {
		take_record(s, &e->record, s->record.id[0] != '\0');
		s->alive = e->alive;
		if (s->alive || s->shown)
			connect_to(d, s);
	}
	if (!e->alive)
		s->killed_at = 0;
	if (s->killed_at && now_ms() - s->killed_at > FORCE_AFTER_MS) {
		struct error ignored; /* the next kill says it again */

		session_force(d->paths, s->id, &ignored);
		s->killed_at = 0;
	}
	if (s->remove_until && (!e->alive || now_ms() > s->remove_until)) {
		struct error ignored;

		session_remove(d->paths, s->id, &ignored); /* the next scan misses it */
		s->remove_until = 0;
	}
	if (s->restart && !e->alive && !s->alive) {
		s->restart = false;
		d->events->restart(s);
	}
}

void deck_kill(struct deck_session *s)
{
	s->killed_at = now_ms();
	if (s->open)
		client_kill(&s->client);
	soon(s->deck);
}

int deck_remove(struct deck_session *s, struct error *err)
{
	if (session_remove(s->deck->paths, s->id, err) == 0)
		return 0;
	if (err->code != EBUSY || s->alive)
		return -1;
	s->remove_until = now_ms() + REMOVE_FOR_MS;
	soon(s->deck);
	return 0;
}

static void drop_unseen(struct deck *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct deck_session *s = d->sessions[i];

		if (s->seen) {
			d->sessions[n++] = s;
			continue;
		}
		order_drop(d->order, s->id);
		session_free(s);
	}
	d->n = n;
}

static void watch_directory(struct deck *d)
{
	char path[64];
	struct error ignored;
	AUTO_CLOSE int dir = -1;

	if (d->watch >= 0 || d->inotify_fd < 0)
		return;
	dir = sessions_dir(d->paths, false, &ignored);
	if (dir < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	d->watch = inotify_add_watch(d->inotify_fd, path,
				     IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
					     IN_DELETE_SELF);
}

void deck_scan(struct deck *d)
{
	struct sessions found;
	struct error err;
	uint64_t now = now_ms();

	watch_directory(d);
	d->problem[0] = '\0';
	if (sessions_load(&found, d->paths, &err) < 0) {
		text_clean_str(d->problem, sizeof(d->problem), err.msg);
	} else {
		for (size_t i = 0; i < d->n; i++)
			d->sessions[i]->seen = false;
		for (size_t i = 0; i < found.n; i++)
			take(d, &found.items[i]);
		sessions_done(&found);
		drop_unseen(d);
		deck_sort(d);
	}
	d->events->changed(d);
	timer_start(d->loop, &d->timer, now < d->eager_until ? EAGER_MS : CALM_MS, 0, &err);
}

static void on_timer(struct timer *t)
{
	deck_scan(SOURCE_OWNER(t, struct deck, timer));
}

static void on_inotify(struct source *s, uint32_t events)
{
	struct deck *d = SOURCE_OWNER(s, struct deck, inotify);
	char buf[4096] __attribute__((aligned(8)));
	ssize_t n = read(s->fd, buf, sizeof(buf));

	(void)events;
	for (ssize_t at = 0; at + (ssize_t)sizeof(struct inotify_event) <= n;) {
		const struct inotify_event *e = (const void *)(buf + at);

		if (e->mask & (IN_IGNORED | IN_DELETE_SELF))
			d->watch = -1;
		at += (ssize_t)sizeof(*e) + e->len;
	}
	soon(d);
}

int deck_init(struct deck *d, struct loop *l, const struct paths *p, struct order *o,
	      const struct deck_events *events, void *owner, struct error *err)
{
	*d = (struct deck){ .loop = l, .paths = p, .order = o, .events = events, .owner = owner,
			    .watch = -1 };
	d->timer.fn = on_timer;
	d->inotify.fn = on_inotify;
	d->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (d->inotify_fd >= 0 &&
	    loop_watch(l, &d->inotify, d->inotify_fd, EPOLLIN, err) < 0)
		return -1;
	return 0; /* without inotify there is the timer */
}

void deck_done(struct deck *d)
{
	timer_stop(&d->timer);
	if (d->loop) {
		source_forget(&d->inotify);
		if (d->inotify_fd >= 0)
			close(d->inotify_fd);
	}
	for (size_t i = 0; i < d->n; i++)
		session_free(d->sessions[i]);
	free(d->sessions);
	d->sessions = NULL;
	d->n = 0;
}
