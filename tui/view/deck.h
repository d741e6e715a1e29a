/*
 * The deck: every session that there is, with a client for each one that is
 * alive or looked at. It looks at the state directory when inotify says so and
 * now and then anyway, connects and reconnects. It knows the order (order.h) and
 * the marks; it draws nothing.
 *
 * Sessions are allocated one by one, and stay where they are until they are
 * gone: hold an id across turns of the loop, not a pointer.
 */
#ifndef TUI_VIEW_DECK_H
#define TUI_VIEW_DECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/client.h"
#include "engine/session/estimate.h"
#include "engine/session/record.h"
#include "tui/notify.h"
#include "tui/order.h"
#include "tui/view/scroll.h"

struct deck;

struct deck_session {
	struct deck *deck;
	char id[SESSION_ID_MAX + 1];
	struct session_record record;
	bool alive;   /* has a machine, as far as we know */
	bool held;    /* was alive while this dashboard looked: its pane stays when it ends */
	bool marked;
	bool stays;   /* in the list, whatever the filter says: one types into it, or looks back in it */
	bool restart; /* launch it again when it has ended */
	uint64_t remove_until; /* now_ms: remove it as soon as its supervisor is gone; 0: no */
	bool shown;   /* has a pane: frames are wanted */
	bool dirty;   /* its pane must be drawn */
	bool fresh;   /* its screen has rows that its pane does not show yet */
	bool live;    /* its pane shows its screen, not a history or a launch's steps... */
	uint64_t drawn; /* ... of this version */
	bool open;    /* there is a client */
	struct client client;
	struct scroll scroll;
	int pan_row, pan_col; /* the first of the canvas that its pane shows */
	struct session_record before; /* its last life's, from a restart on: how long starts take */
	double come;                  /* how far the bar of its start was, of 1 ... */
	int64_t come_of;              /* ... of the one of that `created` */
	int asked_rows, asked_cols; /* the size that was asked for it last; 0: none */
	struct notify_told told;
	bool cast;            /* what is typed into several goes here too */
	bool cast_skipped;    /* ... but not this line: it does not wait for input */
	uint32_t network_request, allow_request; /* under way; 0: none */
	uint32_t keyboard;    /* request with which its keyboard was taken; 0: it is not ours */
	uint64_t net_seen;    /* net_refused when its network was asked last */
	uint64_t killed_at;   /* now_ms when its kill was asked for; 0: was not */
	bool seen;            /* of a scan under way */
};

struct deck_events { /* none may be NULL */
	void (*changed)(struct deck *d); /* a session came, went, or changed its record */
	void (*frame)(struct deck_session *s);
	void (*bell)(struct deck_session *s);
	/* Its state was `before` till now; not at first sight. */
	void (*state)(struct deck_session *s, enum session_state before);
	void (*lines)(struct deck_session *s, uint32_t request, uint64_t line, int rows, int cols,
		      const struct vt_glyph *cells);
	void (*found)(struct deck_session *s, uint32_t request, bool found, uint64_t line, int col,
		      int len);
	void (*network)(struct deck_session *s, uint32_t request, const struct network_status *n);
	/* A request was carried out (err NULL), or was not. */
	void (*done)(struct deck_session *s, uint32_t request, const struct error *err);
	void (*restart)(struct deck_session *s); /* it has ended; launch it */
};

struct deck {
	struct loop *loop;
	const struct paths *paths;
	struct order *order; /* borrowed */
	const struct deck_events *events;
	void *owner;
	struct deck_session **sessions; /* sorted; owned */
	size_t n;
	struct source inotify;
	int inotify_fd, watch;
	struct timer timer;
	uint64_t eager_until; /* now_ms: look often until then */
	bool hold;            /* the order stays as it is: one types, and the pane is not to move */
	bool figures;         /* some are new since they were drawn: nothing tells, look now and then */
	char problem[160];    /* why the directory cannot be read, or "" */
};

int deck_init(struct deck *d, struct loop *l, const struct paths *p, struct order *o,
	      const struct deck_events *events, void *owner, struct error *err);
void deck_done(struct deck *d);

/* Look now: something was launched or removed. */
void deck_scan(struct deck *d);
/* Remove an ended session, now or, while its supervisor is still leaving, in a
 * moment. */
int deck_remove(struct deck_session *s, struct error *err);
/* Kill it; without its supervisor's help when that does not answer. */
void deck_kill(struct deck_session *s);
/* Forget the connection: another session took its name. */
void deck_reopen(struct deck_session *s);
void deck_sort(struct deck *d);

struct deck_session *deck_find(const struct deck *d, const char *id);

/* What it shows, or NULL when that is not known (yet). */
const struct screen *deck_screen(const struct deck_session *s);

/* Does it have a pane among the others? */
bool deck_paned(const struct deck_session *s);
void deck_show(struct deck_session *s, bool shown);

/* Move the marked sessions, or else `at`, by one among those that `visible` says
 * yes to. True when something moved. */
bool deck_carry(struct deck *d, struct deck_session *at, int by,
		bool (*visible)(void *arg, const struct deck_session *s), void *arg);

/* Put `id` into the place of `where`, those between move up or down. */
bool deck_move(struct deck *d, const char *id, const char *where);

/* The one that waits for the person longest, after `after` (NULL: of all) when that
 * one waits itself; NULL when none waits. */
struct deck_session *deck_waiting(const struct deck *d, const struct deck_session *after);

/* How long a start takes still, by the others and by its own before a restart. Its share
 * never becomes less. */
struct estimate deck_estimate(struct deck_session *s, int64_t now);

unsigned deck_count(const struct deck *d, enum session_state state);

#endif
