/*
 * The dashboard's state, all of it, and the functions by which its parts reach
 * each other, a file each (docs/ARCHITECTURE.md says what is where). Private to
 * these. It can be driven without a terminal: desk_begin, then keys by
 * desk_input_events and pictures by desk_compose.
 */
#ifndef TUI_DESK_DESK_H
#define TUI_DESK_DESK_H

#include "engine/session/manifest.h"
#include "tui/desk/build.h"
#include "tui/desk/dashboard.h"
#include "tui/desk/output.h"
#include "tui/desk/templates.h"
#include "tui/gate.h"
#include "tui/host.h"
#include "tui/notify.h"
#include "tui/order.h"
#include "tui/settings.h"
#include "tui/terminal/draw.h"
#include "tui/terminal/input.h"
#include "tui/terminal/outside.h"
#include "tui/theme/watch.h"
#include "tui/view/bars.h"
#include "tui/view/deck.h"
#include "tui/view/list_rows.h"
#include "tui/view/pager.h"
#include "tui/view/palette.h"
#include "tui/view/pane.h"
#include "tui/view/picker_view.h"
#include "tui/view/preflight.h"
#include "tui/view/prompt.h"
#include "tui/view/question.h"
#include "tui/view/refused.h"
#include "tui/view/sessions_view.h"
#include "tui/view/startcard.h"
#include "tui/view/tiles.h"
#include "tui/view/view.h"

enum { DESK_VIEWS = 6, DESK_TARGETS = ORDER_MAX };

enum desk_prompt { PROMPT_FILTER, PROMPT_SEARCH, PROMPT_SAVE };

struct desk_tile {
	struct rect rect;
	char id[SESSION_ID_MAX + 1];
	int number;
};

/* What the mouse holds while its button is down. */
struct desk_drag {
	enum {
		DRAG_NONE,
		DRAG_ROW,    /* a row of the list, to another place */
		DRAG_PANE,   /* a pane by its title, to another's place */
		DRAG_LIST,   /* the border between the list and the panes */
		DRAG_BORDER, /* one between panes */
	} what;
	char id[SESSION_ID_MAX + 1];
	int tile;
	bool rows;
};

struct desk {
	const struct dashboard_options *options;
	int standby_fd; /* while it is open, machines wait for launches; -1 */
	const struct paths *paths;
	struct loop loop;
	struct signals signals;
	struct draw out;
	struct input input;
	struct background background; /* what was asked about it */
	struct surface surface;
	struct theme theme;
	struct theme theme_before;   /* a preview covers it */
	bool previewing;
	char theme_asked[1024];      /* name or path, as it was asked for */
	struct theme_watch theme_watch;
	int64_t theme_changed; /* modification time of its file, ns */
	struct settings settings;
	struct order order;
	struct manifest manifest;
	struct deck deck;
	struct host host;
	struct notify notify;
	int64_t clock; /* seconds since the epoch, for a picture that stays the same; 0: now */

	/* the pace of drawing */
	struct later draw_now;
	struct timer draw_soon, tick;
	uint64_t drawn_at; /* now_ms */
	uint64_t typed_at; /* now_ms of the last key that went to a session */
	bool echo_due;     /* and nothing came from there since then */
	uint64_t sight;    /* without motion: what was seen of the sessions */
	bool due, all;     /* a frame is due; not just panes that have new cells */

	/* where one is */
	char selected[SESSION_ID_MAX + 1];
	bool typing;       /* keys go to the selected session */
	bool leader;       /* the leader key was pressed */
	bool resume;       /* typing goes on after looking back */
	bool casting;      /* keys go to all sessions that have `cast` */
	bool cast_force;   /* ... whether they wait for input or not */
	bool cast_line;    /* ... and a line is under way: no one joins before its end */
	char filter[FILTER_CAP], filter_before[FILTER_CAP];
	enum layout_mode mode, unzoomed;
	struct arrangement arrangement; /* its mode is the one above */
	uint64_t set;                   /* which sessions it is for; 0: none yet */
	struct layout layout;
	struct desk_tile tiles[TILES_MAX];
	int n_tiles, tiles_wanted; /* drawn; asked of tiles_place */
	int page_first, page_total; /* panes before those drawn; in all */
	int list_top;
	int at; /* row of the list that is selected: another one comes there when it goes */
	struct desk_drag drag;
	bool mouse_given; /* left to the terminal */

	/* views over the panes, the last on top */
	struct stage stage;
	struct view *views[DESK_VIEWS];
	int n_views;
	struct picker_view picker;
	struct preflight preflight;
	struct gate gate;
	struct question question;
	struct prompt prompt;
	enum desk_prompt prompting;
	struct palette palette;
	struct pager pager;
	int log; /* which one the pager shows */
	struct build build;
	struct templates templates;
	struct refused refused;
	struct output output; /* of a verb: what changed */
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
	struct outside outside; /* a command that has the terminal: nothing is drawn or read */
	void (*ran)(void *arg, int code);
	void *ran_arg;
	bool used; /* a key was pressed: preflight does not open by itself any more */
};

/* dashboard.c */
/* Everything but the terminal: settings, sessions, loop. -1 with err. */
int desk_begin(struct desk *d, const struct dashboard_options *o, struct error *err);
void desk_end(struct desk *d);
void desk_leave(struct desk *d, int status);
void desk_suspend(struct desk *d);
void desk_look_templates(struct desk *d); /* what is made in the background */
void desk_resize(struct desk *d); /* the terminal has another size, or is ours again */
int64_t desk_now(const struct desk *d); /* seconds since the epoch */

/* pace.c */
void desk_changed(struct desk *d);      /* draw all of it, soon */
/* Draw panes that are dirty, so many ms after the last frame. */
enum pace { PACE_NOW = 0, PACE_ECHO = 2, PACE_FRAME = 16 /* at most 60 a second */ };
void desk_pane_changed(struct desk *d, enum pace least);
void desk_draw(struct desk *d);
void desk_pace_begin(struct desk *d);
void desk_pace_end(struct desk *d);

/* stage.c */
extern const struct stage_ops desk_stage_ops;
void desk_notice(struct desk *d, bool bad, const char *text, const char *hint);
void desk_error(struct desk *d, const struct error *err);
/* How the operator gets that action, for a sentence (bindings_way). */
const char *desk_way(const struct desk *d, enum action a, char out[KEY_WAY_CAP]);
void desk_push(struct desk *d, struct view *v);
bool desk_on_top(const struct desk *d, const struct view *v);

/* coloring.c */
int desk_theme(struct desk *d, const char *name, struct error *err);
int desk_first_theme(struct desk *d, struct error *err);
void desk_follow_theme(struct desk *d);
/* Where nothing says which theme it should be: ask the terminal, and hear it. */
void desk_ask_background(struct desk *d);
void desk_hear_answer(void *owner, const char *osc, size_t n);
void desk_pick_theme(struct desk *d); /* a list of them, with a preview */
void desk_preview_theme(struct desk *d, const char *name); /* NULL: back to the one in force */
void desk_watch_themes(struct desk *d);
void desk_take_theme(struct desk *d, const char *name); /* and remember it */

/* hearing.c */
extern const struct deck_events desk_deck_events;

/* compose.c */
void desk_compose(struct desk *d);

/* placing.c */
void desk_arrange(struct desk *d); /* layout and tiles, and who is watched */
/* What the tiles are cut from: the panes' part, and the strip's rows below it. */
struct rect desk_tiled_area(const struct desk *d);
const struct desk_tile *desk_tile_of(const struct desk *d, const char *id);
const struct desk_tile *desk_tile_at(const struct desk *d, int row, int col);
/* The view's rows and columns of a tile's inside; of the panes' area when NULL. */
void desk_inside(const struct desk *d, const struct desk_tile *t, int *rows, int *cols);
void desk_keep_arrangement(struct desk *d);

/* keyboard.c, mouse.c */
extern const struct decoder_events desk_input_events;
void desk_mouse(void *owner, const struct mouse *m);

/* cursor.c */
struct deck_session *desk_selected(struct desk *d);
void desk_select(struct desk *d, const char *id);
void desk_settle(struct desk *d); /* after sessions came or went */
void desk_hold(struct desk *d);   /* what one types into stays where it is */
bool desk_visible(const struct desk *d, const struct deck_session *s);
bool desk_act_cursor(struct desk *d, enum action a);
void desk_next_asking(struct desk *d);

/* marks.c */
bool desk_act_marks(struct desk *d, enum action a);
void desk_save_order(struct desk *d);
void desk_carry_to(struct desk *d, const char *id, const char *where); /* into its place */
void desk_swap(struct desk *d, const char *a, const char *b);

/* panes.c */
bool desk_act_panes(struct desk *d, enum action a);
bool desk_jump(struct desk *d, int number);
void desk_next_pane(struct desk *d, int by);
void desk_zoom(struct desk *d);
void desk_fit(struct desk *d);

/* typing.c */
void desk_type(struct desk *d, bool on);
/* A session's keyboard is one dashboard's at a time (client.h). */
void desk_leave_keyboard(struct deck_session *s);
/* An answer about it; true when it was. */
bool desk_keyboard_lost(struct deck_session *s, uint32_t request, const struct error *err);
void desk_type_key(struct desk *d, struct key k);
void desk_paste(struct desk *d, const char *text, size_t n, uint64_t dropped);

/* broadcast.c */
void desk_ask_broadcast(struct desk *d);
void desk_cast_key(struct desk *d, struct key k);
void desk_cast_paste(struct desk *d, const char *text, size_t n);
void desk_cast_end(struct desk *d);
int desk_cast_count(const struct desk *d, bool *some_skipped);

/* looking.c */
void desk_look_back(struct desk *d, bool page);
void desk_record(struct desk *d); /* begin or end a recording of the selected session */
void desk_scroll(struct desk *d, enum action a);
void desk_save_text(struct desk *d, const char *path);

/* ending.c */
void desk_ask(struct desk *d, enum action a); /* before something is lost */
bool desk_fits(const struct deck_session *s, enum action a); /* can that be done to it? */

/* lines.c */
void desk_ask_line(struct desk *d, enum desk_prompt what);

/* policing.c */
void desk_refused(struct desk *d);
void desk_network(struct deck_session *s, const struct network_status *n);
/* An answer of that request; true when it was ours. */
bool desk_network_done(struct deck_session *s, uint32_t request, const struct error *err);

void desk_network_moved(struct desk *d); /* records came: ask again if they say so */

/* jumping.c */
void desk_palette(struct desk *d);

/* images.c */
/* Build that recipe's image, in its turn; NULL: show the build that there is, else begin
 * with the kernel and the default image. */
void desk_build(struct desk *d, const char *image);
void desk_add_recipes(struct desk *d, void (*add)(struct desk *d, const char *name, const char *title));
/* What the agent lacks; true when it cannot be launched for that. */
bool desk_lacks(struct desk *d, const struct agent *a, char *reason, size_t cap, bool *can_build);
void desk_build_for(struct desk *d, const struct agent *a); /* what it lacks */
void desk_built(struct build *b);

/* commands.c */
bool desk_act(struct desk *d, enum action a); /* of the list, or of anywhere */

/* offering.c */
bool desk_can(void *desk, enum action a); /* would it do something just now? A footer_can */
void desk_leader(struct desk *d, enum action a);

/* reading.c */
void desk_log(struct desk *d);
void desk_help(struct desk *d);
void desk_changes(struct desk *d);

/* launching.c */
int desk_load_agents(struct desk *d, struct error *err);
void desk_pick(struct desk *d);
void desk_fill_picker(struct desk *d);
/* Have machines wait for what was launched last. */
void desk_standby(struct desk *d);
void desk_launch(struct desk *d, const char *const *agents, size_t n);
void desk_restart(struct desk *d, struct deck_session *s);
int desk_gate(struct desk *d, struct error *err);
void desk_preflight(struct desk *d);

#endif
