/*
 * The dashboard's state, all of it, and the functions by which its parts reach
 * each other: dashboard.c starts and ends it and keeps the pace, compose.c
 * draws a frame, keyboard.c says where a key goes, commands.c does what an
 * action of the list says, lines.c has what is typed at the foot of the screen,
 * reading.c the logs and the help, launching.c launches and restarts. Private
 * to these.
 */
#ifndef TUI_DESK_H
#define TUI_DESK_H

#include "engine/session/manifest.h"
#include "tui/bars.h"
#include "tui/build.h"
#include "tui/dashboard.h"
#include "tui/deck.h"
#include "tui/draw.h"
#include "tui/host.h"
#include "tui/input.h"
#include "tui/order.h"
#include "tui/pager.h"
#include "tui/pane.h"
#include "tui/picker_view.h"
#include "tui/preflight.h"
#include "tui/prompt.h"
#include "tui/question.h"
#include "tui/sessions_view.h"
#include "tui/settings.h"
#include "tui/startcard.h"
#include "tui/tiles.h"
#include "tui/view.h"

enum { DESK_VIEWS = 6, DESK_TARGETS = 64 };

enum desk_prompt { PROMPT_FILTER, PROMPT_SEARCH, PROMPT_PALETTE };

struct desk_tile {
	struct rect rect;
	char id[SESSION_ID_MAX + 1];
	int number;
};

struct desk {
	const struct dashboard_options *options;
	const struct paths *paths;
	struct loop loop;
	struct signals signals;
	struct draw out;
	struct input input;
	struct surface surface;
	struct theme theme;
	int64_t theme_changed; /* modification time of its file, ns */
	struct settings settings;
	struct order order;
	struct manifest manifest;
	struct deck deck;
	struct host host;

	/* the pace of drawing */
	struct later draw_now;
	struct timer draw_soon, tick;
	uint64_t drawn_at; /* now_ms */
	uint64_t typed_at; /* now_ms of the last key that went to a session */
	bool due, all;     /* a frame is due; not just panes that have new cells */

	/* where one is */
	char selected[SESSION_ID_MAX + 1];
	bool typing;       /* keys go to the selected session */
	bool leader;       /* the leader key was pressed */
	bool resume;       /* typing goes on after looking back */
	char filter[FILTER_CAP], filter_before[FILTER_CAP];
	enum layout_mode mode;
	enum tiles_shape shape;
	struct layout layout;
	struct desk_tile tiles[TILES_MAX];
	int n_tiles;
	int list_top;
	uint64_t last_bell;

	/* views over the panes, the last on top */
	struct stage stage;
	struct view *views[DESK_VIEWS];
	int n_views;
	struct picker_view picker;
	struct preflight preflight;
	struct question question;
	struct prompt prompt;
	enum desk_prompt prompting;
	struct pager pager;
	int log; /* which one the pager shows */
	struct build build;
	bool card_known;
	struct startcard card;

	struct {
		char text[512], hint[256];
		bool bad;
		uint64_t until; /* now_ms; 0: none */
	} notice;

	/* of the question under way */
	enum action asked;
	char targets[DESK_TARGETS][SESSION_ID_MAX + 1];
	int n_targets;
	bool told_leader; /* how to get the keyboard back was said */
	bool preflight_shown;
};

/* dashboard.c */
void desk_changed(struct desk *d);       /* draw all of it, soon */
void desk_pane_changed(struct desk *d);  /* draw panes that are dirty, soon */
void desk_leave(struct desk *d, int status);
void desk_notice(struct desk *d, bool bad, const char *text, const char *hint);
void desk_error(struct desk *d, const struct error *err);
void desk_push(struct desk *d, struct view *v);
int desk_theme(struct desk *d, const char *name, struct error *err);
void desk_suspend(struct desk *d);

/* compose.c */
void desk_compose(struct desk *d);
void desk_arrange(struct desk *d); /* layout and tiles, and who is watched */
const struct desk_tile *desk_tile_of(const struct desk *d, const char *id);
const struct desk_tile *desk_tile_at(const struct desk *d, int row, int col);
/* The view's rows and columns of a tile's inside; of the panes' area when NULL. */
void desk_inside(const struct desk *d, const struct desk_tile *t, int *rows, int *cols);

/* keyboard.c */
extern const struct decoder_events desk_input_events;

/* commands.c */
struct deck_session *desk_selected(struct desk *d);
void desk_select(struct desk *d, const char *id);
void desk_settle(struct desk *d); /* after sessions came or went */
bool desk_act(struct desk *d, enum action a); /* of the list, or of anywhere */
void desk_leader(struct desk *d, enum action a);
void desk_scroll(struct desk *d, enum action a);
void desk_look_back(struct desk *d, bool page);
void desk_type(struct desk *d, bool on);

/* lines.c */
void desk_ask_line(struct desk *d, enum desk_prompt what);

/* reading.c */
void desk_log(struct desk *d);
void desk_help(struct desk *d);

/* launching.c */
int desk_load_agents(struct desk *d, struct error *err);
void desk_pick(struct desk *d);
void desk_fill_picker(struct desk *d);
void desk_launch(struct desk *d, const char *const *agents, size_t n);
void desk_restart(struct desk *d, struct deck_session *s);
void desk_preflight(struct desk *d);

#endif
