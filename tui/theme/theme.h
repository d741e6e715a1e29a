/*
 * A theme: what each role on the screen looks like. Roles, not widgets: the
 * list below is all that drawing code may ask for. A theme file has a line per
 * role, `role = colour [on colour] [attributes]`; docs/themes.md tells the
 * format. Knows nothing of curses: draw.c turns a style into an attribute.
 *
 * Found in: --theme or $VMDECK_THEME (a name, or a path with a slash), the
 * user's themes directory, the installed one, the ones compiled in.
 */
#ifndef TUI_THEME_THEME_H
#define TUI_THEME_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/vt/cell.h"

/* role, name in files, what it is for */
#define THEME_ROLES(X)                                                          \
	X(TEXT, "text", "ordinary text and the background of everything")       \
	X(DIM, "dim", "secondary text: ages, hints, what is not available")     \
	X(TITLE, "title", "the top line, titles of panes and boxes")            \
	X(BORDER, "border", "frames")                                           \
	X(BORDER_FOCUS, "border.focus", "the frame that has the keyboard")      \
	X(SELECT, "select", "the row under the cursor")                         \
	X(MARK, "mark", "a marked row")                                         \
	X(KEY, "key", "a key's name in the footer and in help")                 \
	X(FOOTER, "footer", "the footer's words")                               \
	X(STATE_STARTING, "state.starting", "a session that is coming up")      \
	X(STATE_READY, "state.ready", "a session whose agent runs")             \
	X(STATE_ASKS, "state.asks", "a session that waits for you")             \
	X(STATE_IDLE, "state.idle", "a session with nothing to do")             \
	X(STATE_FAILED, "state.failed", "a session that broke")                 \
	X(STATE_ENDED, "state.ended", "a session that is over")                 \
	X(CHECK_OK, "check.ok", "a preflight check that passed")                \
	X(CHECK_INFO, "check.info", "worth knowing")                            \
	X(CHECK_WARN, "check.warn", "should be acted on")                       \
	X(CHECK_FAIL, "check.fail", "blocks")                                   \
	X(BAR_FULL, "bar.full", "the done part of a progress bar")              \
	X(BAR_EMPTY, "bar.empty", "the rest of it")                             \
	X(MODAL, "modal", "boxes above the rest")                               \
	X(MODAL_DANGER, "modal.danger", "a question before something is lost")  \
	X(INPUT, "input", "a line being typed")                                 \
	X(SEARCH_HIT, "search.hit", "what a search found")                      \
	X(SCROLLBAR, "scrollbar", "where in the scrollback one is")             \
	X(NOTICE, "notice", "a message in passing")                             \
	X(ERROR, "error", "something that went wrong")                          \
	X(TYPING, "typing", "the title of the pane that gets what you type")

enum theme_role {
#define X(id, name, help) ROLE_##id,
	THEME_ROLES(X)
#undef X
	ROLE_COUNT
};

struct theme_style {
	uint32_t fg, bg; /* VT_COLOR_* of engine/vt/cell.h */
	uint16_t attr;   /* VT_BOLD, VT_DIM, VT_ITALIC, VT_UNDERLINE, VT_REVERSE */
};

struct theme {
	char name[64];
	char path[1024]; /* "" when compiled in */
	bool dark;       /* the background is dark: for contrast where colours are the default */
	struct theme_style full[ROLE_COUNT];  /* 256 colours or more */
	struct theme_style basic[ROLE_COUNT]; /* 16 colours */
	struct theme_style mono[ROLE_COUNT];  /* attributes only */
};

/* Load by name or path. Errors name file and line. */
int theme_load(struct theme *t, const char *name, const struct paths *p, struct error *err);

/* The i-th directory that themes are looked for in, "" when it has no path here; false: no more. */
bool theme_place(const struct paths *p, int i, char *out, size_t cap);

#define THEME_DEFAULT "default-dark"
#define THEME_DEFAULT_LIGHT "default-light"
/* The default on a terminal that says what its background is: `colorfgbg` is $COLORFGBG,
 * "15;0" or "0;default;15", as rxvt, Konsole and others set it; NULL: not said. */
const char *theme_default(const char *colorfgbg);

/* Every theme that can be named, sorted; to be freed one by one and the array. */
char **theme_names(const struct paths *p, size_t *n);

/* WCAG 2 contrast of two colours, 1..21; the terminal's own are taken as the
 * theme's background or its opposite. */
double theme_contrast(const struct theme *t, uint32_t fg, uint32_t bg);

struct theme_finding {
	enum theme_role role;
	enum theme_role on; /* ROLE_MODAL: in a box, whose ground it has there; else itself */
	double contrast, wanted; /* 4.5 for text, 3 for borders and bars */
};
enum { THEME_FINDINGS = 2 * ROLE_COUNT }; /* at most */
/* Roles of the full palette that are hard to read; gives their number, at most max. */
size_t theme_check(const struct theme *t, struct theme_finding *out, size_t max);

#endif
