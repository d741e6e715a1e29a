/*
 * The actions of the dashboard: one table that feeds the dispatcher, the
 * footer, the help, the palette and `vmdeck keys`. An action belongs to a
 * context, the part of the screen that has the keyboard; the same key may mean
 * different things in different contexts. What an action does is elsewhere.
 *
 * While a filter is in force CONTEXT_FILTERED comes before the list, and may have its
 * keys: n goes to the next match then, as it does where one looks back.
 *
 * Bindings are the table's keys with the operator's changes (config.json,
 * "keys") on top. Two actions on one key in one context are an error that
 * names both; so are a context's key and one of CONTEXT_ANYWHERE, unless the
 * table itself has it so (Esc and q close a box before they leave).
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "tui/key.h"

enum context {
	CONTEXT_LIST,      /* the list of sessions, and through it the panes */
	CONTEXT_FILTERED,  /* the list while a filter is in force: before the list itself */
	CONTEXT_SCROLL,    /* looking back in a pane */
	CONTEXT_LEADER,    /* after the leader key while typing */
	CONTEXT_PICKER,
	CONTEXT_PREFLIGHT,
	CONTEXT_ROWS,      /* a list in a box: what was refused, what changed */
	CONTEXT_LINE,      /* a line being typed: filter, search, palette */
	CONTEXT_PAGER,     /* help and logs */
	CONTEXT_QUESTION,
	CONTEXT_ANYWHERE,  /* where the context above has no such key; not while typing */
	CONTEXT_COUNT
};
extern const char *const context_names[CONTEXT_COUNT]; /* "list" ... "anywhere" */

/* id, context, name, default keys, footer word ("" keeps it out), help */
#define ACTIONS(X)                                                                             \
	X(LAUNCH, LIST, "launch", "n", "launch", "pick agents and launch them")                \
	X(TYPE, LIST, "type", "Enter i", "type", "type into the session")                      \
	X(ZOOM, LIST, "zoom", "z", "zoom", "this pane alone, and back")                        \
	X(NEXT, LIST, "next", "Tab", "next", "next pane")                                      \
	X(ASKING, LIST, "asking", "a", "asks", "jump to the session that has waited for you longest") \
	X(FILTER, LIST, "filter", "/", "filter", "show only what matches: words, state:asks, label:x, agent:x; ! inverts") \
	X(PREFLIGHT, LIST, "preflight", "p", "preflight", "what this host has and lacks")      \
	X(MARK, LIST, "mark", "Space", "mark", "mark or unmark")                               \
	X(CARRY_DOWN, LIST, "carry-down", "J M-Down", "carry", "carry the session, or the marked ones, down") \
	X(CARRY_UP, LIST, "carry-up", "K M-Up", "", "carry up")                                \
	X(STOP, LIST, "stop", "s", "stop", "stop: ask the machine to power off")               \
	X(KILL, LIST, "kill", "S", "kill", "kill at once")                                     \
	X(RESTART, LIST, "restart", "r", "restart", "end it and launch it again")              \
	X(REMOVE, LIST, "remove", "d", "remove", "remove an ended session and its logs")       \
	X(BROADCAST, LIST, "broadcast", "B", "", "type into all marked sessions at once")      \
	X(DOWN, LIST, "down", "j Down", "", "down")                                            \
	X(UP, LIST, "up", "k Up", "", "up")                                                    \
	X(FIRST, LIST, "first", "g Home", "", "first")                                         \
	X(LAST, LIST, "last", "G End", "", "last")                                             \
	X(PAGE_DOWN, LIST, "page-down", "C-d PgDn", "", "a page down")                         \
	X(PAGE_UP, LIST, "page-up", "C-u PgUp", "", "a page up; without the list: look back")  \
	X(PREVIOUS, LIST, "previous", "S-Tab", "", "previous pane")                            \
	X(PANE_1, LIST, "pane-1", "1", "", "pane 1")                                           \
	X(PANE_2, LIST, "pane-2", "2", "", "pane 2")                                           \
	X(PANE_3, LIST, "pane-3", "3", "", "pane 3")                                           \
	X(PANE_4, LIST, "pane-4", "4", "", "pane 4")                                           \
	X(PANE_5, LIST, "pane-5", "5", "", "pane 5")                                           \
	X(PANE_6, LIST, "pane-6", "6", "", "pane 6")                                           \
	X(PANE_7, LIST, "pane-7", "7", "", "pane 7")                                           \
	X(PANE_8, LIST, "pane-8", "8", "", "pane 8")                                           \
	X(PANE_9, LIST, "pane-9", "9", "", "pane 9")                                           \
	X(PAGE_NEXT, LIST, "panes-next", ".", "", "the next page of panes")                    \
	X(PAGE_PREVIOUS, LIST, "panes-previous", ",", "", "the previous page of panes")        \
	X(RANGE, LIST, "range", "v", "", "mark from the last mark to here")                    \
	X(INVERT, LIST, "invert", "*", "", "invert the marks")                                 \
	X(UNMARK, LIST, "unmark", "U Esc", "", "clear the marks, then the filter")             \
	X(LOOK_BACK, LIST, "look-back", "[", "", "look back in the pane's scrollback")         \
	X(MODE_MORE, LIST, "screen-more", "+", "", "more room for panes: list, both, panes, one pane") \
	X(MODE_LESS, LIST, "screen-less", "_", "", "less room for panes, down to the list with its figures") \
	X(SPLIT_COLUMNS, LIST, "columns", "|", "", "panes side by side")                       \
	X(SPLIT_ROWS, LIST, "rows", "-", "", "panes above each other")                         \
	X(SPLIT_EVEN, LIST, "even", "=", "", "panes in an even grid, borders where they belong") \
	X(WIDER, LIST, "wider", ">", "", "the pane wider; without other columns: the list narrower") \
	X(NARROWER, LIST, "narrower", "<", "", "the pane narrower")                            \
	X(TALLER, LIST, "taller", "}", "", "the pane taller")                                  \
	X(SHORTER, LIST, "shorter", "{", "", "the pane shorter")                               \
	X(FIT, LIST, "fit", "f", "", "resize the session's console to its pane")               \
	X(SORT, LIST, "sort", "o", "", "sort: own order, state, name, age, cpu, memory")       \
	X(GROUP, LIST, "group", "O", "", "group by label, and back")                           \
	X(REFUSED, LIST, "refused", "!", "", "what the network policy refused, and allow it")  \
	X(CHANGES, LIST, "changes", "c", "", "what the agent changed in its machine")          \
	X(THEME, LIST, "theme", "t", "", "pick a theme: the one that is lit is shown")          \
	X(MOUSE, LIST, "mouse", "m", "", "leave the mouse to the terminal, and take it back")  \
	X(BUILD, LIST, "build", "b", "", "fetch the kernel and build the default image")       \
	X(RECORD, LIST, "record", "R", "", "record the console, or end its recording")          \
	X(LOG, LIST, "log", "L", "", "the session's logs")                                     \
                                                                                               \
	X(MATCH_NEXT, FILTERED, "next", "n", "next match", "the next session that matches, round and round") \
	X(MATCH_BEFORE, FILTERED, "before", "N", "before", "the one before")                   \
	X(MATCH_END, FILTERED, "end", "Esc", "all", "all sessions again")                      \
                                                                                               \
	X(SCROLL_UP, SCROLL, "up", "k Up", "", "up")                                           \
	X(SCROLL_DOWN, SCROLL, "down", "j Down", "", "down")                                   \
	X(SCROLL_LEFT, SCROLL, "left", "h Left", "", "left")                                   \
	X(SCROLL_RIGHT, SCROLL, "right", "l Right", "", "right")                               \
	X(SCROLL_BEGIN, SCROLL, "begin", "0 ^", "", "the line's beginning")                    \
	X(SCROLL_END, SCROLL, "end", "$", "", "the line's end")                                \
	X(SCROLL_PAGE_UP, SCROLL, "page-up", "PgUp C-b C-u [", "older", "a page up")           \
	X(SCROLL_PAGE_DOWN, SCROLL, "page-down", "PgDn C-f C-d ]", "newer", "a page down")     \
	X(SCROLL_FIRST, SCROLL, "first", "g Home", "", "the oldest line kept")                 \
	X(SCROLL_LAST, SCROLL, "last", "G End", "", "the newest line")                         \
	X(SCROLL_SEARCH, SCROLL, "search", "/", "search", "search towards older lines")      \
	X(SCROLL_AGAIN, SCROLL, "again", "n", "", "next match, older")                         \
	X(SCROLL_BACK, SCROLL, "again-newer", "N", "", "next match, newer")                    \
	X(SCROLL_PROMPT, SCROLL, "prompt", "p {", "prompt", "the prompt before this one")      \
	X(SCROLL_PROMPT_NEWER, SCROLL, "prompt-newer", "P }", "", "the prompt after this one") \
	X(SCROLL_SELECT, SCROLL, "select", "v Space", "select", "begin a selection here")      \
	X(SCROLL_LINES, SCROLL, "select-lines", "V", "", "select whole lines")                 \
	X(SCROLL_BLOCK, SCROLL, "select-block", "C-v", "", "select a block of columns")        \
	X(SCROLL_COPY, SCROLL, "copy", "y Enter", "copy", "copy the selection, or this line (OSC 52)") \
	X(SCROLL_SAVE, SCROLL, "save", "w", "save", "write the selection, or everything, to a file; NAME.cast: as a recording") \
	X(SCROLL_LEAVE, SCROLL, "leave", "q Esc", "back", "back to the live screen")           \
                                                                                               \
	X(LEADER_BACK, LEADER, "back", "d q Esc", "give back", "give the keyboard back to the list") \
	X(LEADER_PANE_1, LEADER, "pane-1", "1", "", "type into pane 1")                         \
	X(LEADER_PANE_2, LEADER, "pane-2", "2", "", "type into pane 2")                         \
	X(LEADER_PANE_3, LEADER, "pane-3", "3", "", "type into pane 3")                         \
	X(LEADER_PANE_4, LEADER, "pane-4", "4", "", "type into pane 4")                         \
	X(LEADER_PANE_5, LEADER, "pane-5", "5", "", "type into pane 5")                         \
	X(LEADER_PANE_6, LEADER, "pane-6", "6", "", "type into pane 6")                         \
	X(LEADER_PANE_7, LEADER, "pane-7", "7", "", "type into pane 7")                         \
	X(LEADER_PANE_8, LEADER, "pane-8", "8", "", "type into pane 8")                         \
	X(LEADER_PANE_9, LEADER, "pane-9", "9", "", "type into pane 9")                         \
	X(LEADER_NEXT, LEADER, "next", "Tab n", "next", "type into the next pane")              \
	X(LEADER_ASKING, LEADER, "asking", "a", "asks", "type into the session that has waited longest") \
	X(LEADER_ZOOM, LEADER, "zoom", "z", "zoom", "this pane alone, and back")                \
	X(LEADER_LOOK, LEADER, "look-back", "[ PgUp", "look back", "look back in the scrollback") \
	X(LEADER_FIT, LEADER, "fit", "f", "", "resize the session's console to its pane")       \
	X(LEADER_HELP, LEADER, "help", "?", "help", "these keys")                              \
	X(LEADER_PALETTE, LEADER, "palette", ":", "", "run an action, go to a session, by its name") \
                                                                                                \
	X(PICK_LAUNCH, PICKER, "launch", "Enter", "launch", "launch the chosen ones; on the right: remove") \
	X(PICK_TOGGLE, PICKER, "toggle", "Space", "choose", "choose or drop")                   \
	X(PICK_MORE, PICKER, "more", "+", "one more", "add another of the same")                \
	X(PICK_SIDE, PICKER, "side", "Tab S-Tab", "side", "the other side")                     \
	X(PICK_CARRY_DOWN, PICKER, "carry-down", "J M-Down", "order", "move the chosen one down") \
	X(PICK_CARRY_UP, PICKER, "carry-up", "K M-Up", "", "move the chosen one up")            \
	X(PICK_FILTER, PICKER, "filter", "/", "filter", "filter the agents")                    \
	X(PICK_DOWN, PICKER, "down", "j Down", "", "down")                                      \
	X(PICK_UP, PICKER, "up", "k Up", "", "up")                                              \
	X(PICK_FIRST, PICKER, "first", "g Home", "", "first")                                   \
	X(PICK_LAST, PICKER, "last", "G End", "", "last")                                       \
	X(PICK_BUILD, PICKER, "build", "b", "", "build the image, or fetch the kernel, that the agent lacks") \
	X(PICK_CLEAR, PICKER, "clear", "U", "", "choose none")                                  \
	X(PICK_CANCEL, PICKER, "cancel", "Esc q", "cancel", "leave without a change")           \
                                                                                                \
	X(CHECK_OPEN, PREFLIGHT, "open", "Enter", "open", "the check alone, and back")          \
	X(CHECK_AGAIN, PREFLIGHT, "recheck", "r", "recheck", "ask this check again")            \
	X(CHECK_ALL, PREFLIGHT, "recheck-all", "R", "all", "ask all again")                     \
	X(CHECK_COPY, PREFLIGHT, "copy", "y", "copy fix", "copy the fix (OSC 52, and shown)")   \
	X(CHECK_APPLY, PREFLIGHT, "apply", "f", "fix", "run the fix: shows the command and asks") \
	X(CHECK_NEXT_FIX, PREFLIGHT, "next-fix", "Tab", "", "the next of several fixes")        \
	X(CHECK_IGNORE, PREFLIGHT, "ignore", "i", "ignore", "ignore this advice, or count it again") \
	X(CHECK_EXPLAIN, PREFLIGHT, "explain", "e", "explain", "what the manual says of it")    \
	X(CHECK_SAVE, PREFLIGHT, "save", "s", "save", "save a report that can be shown to others") \
	X(CHECK_PASSED, PREFLIGHT, "passed", "a", "passed", "show or hide what passed")         \
	X(CHECK_DOWN, PREFLIGHT, "down", "j Down", "", "down")                                  \
	X(CHECK_UP, PREFLIGHT, "up", "k Up", "", "up")                                          \
	X(CHECK_FIRST, PREFLIGHT, "first", "g Home", "", "first")                               \
	X(CHECK_LAST, PREFLIGHT, "last", "G End", "", "last")                                   \
	X(CHECK_CLOSE, PREFLIGHT, "close", "Esc q p", "close", "close")                         \
                                                                                                \
	X(ROWS_TAKE, ROWS, "take", "Enter", "take", "take the row under the cursor")           \
	X(ROWS_MORE, ROWS, "more", "A Space", "for good", "take it for good")                  \
	X(ROWS_OTHER, ROWS, "other", "Tab", "other", "the other way of looking at it")         \
	X(ROWS_DOWN, ROWS, "down", "j Down", "", "down")                                       \
	X(ROWS_UP, ROWS, "up", "k Up", "", "up")                                               \
	X(ROWS_PAGE_DOWN, ROWS, "page-down", "PgDn C-d", "", "a page down")                    \
	X(ROWS_PAGE_UP, ROWS, "page-up", "PgUp C-u", "", "a page up")                          \
	X(ROWS_FIRST, ROWS, "first", "g Home", "", "first")                                    \
	X(ROWS_LAST, ROWS, "last", "G End", "", "last")                                        \
	X(ROWS_CLOSE, ROWS, "close", "Esc q ! c", "close", "close")                            \
                                                                                               \
	X(LINE_TAKE, LINE, "take", "Enter", "take it", "take what is typed, or what is lit")   \
	X(LINE_NEXT, LINE, "next", "Down Tab C-n", "next", "the next choice")                  \
	X(LINE_BEFORE, LINE, "before", "Up S-Tab C-p", "", "the choice before")                \
	X(LINE_LEAVE, LINE, "leave", "Esc C-c C-g", "leave", "give it up")                     \
                                                                                               \
	X(PAGER_DOWN, PAGER, "down", "j Down Enter", "", "down")                                \
	X(PAGER_UP, PAGER, "up", "k Up", "", "up")                                              \
	X(PAGER_PAGE_DOWN, PAGER, "page-down", "Space PgDn C-d C-f", "more", "a page down")     \
	X(PAGER_PAGE_UP, PAGER, "page-up", "PgUp C-u C-b b", "", "a page up")                   \
	X(PAGER_FIRST, PAGER, "first", "g Home", "", "the beginning")                           \
	X(PAGER_LAST, PAGER, "last", "G End", "", "the end")                                    \
	X(PAGER_OTHER, PAGER, "other", "Tab", "", "the other log: console, boot, events")       \
	X(PAGER_CLOSE, PAGER, "close", "Esc q ? L F1", "close", "close")                        \
                                                                                                \
	X(ANSWER_OTHER, QUESTION, "other", "Tab Right l", "next answer", "the next answer") \
	X(ANSWER_BEFORE, QUESTION, "before", "S-Tab Left h", "", "the answer before") \
	X(ANSWER_TAKE, QUESTION, "take", "Enter Space", "take it", "take the answer that is lit") \
	X(ANSWER_YES, QUESTION, "yes", "y", "yes", "do it")                                     \
	X(ANSWER_NO, QUESTION, "no", "n Esc q", "no", "leave it")                               \
                                                                                                \
	X(HELP, ANYWHERE, "help", "? F1", "help", "the keys of where you are")                  \
	X(PALETTE, ANYWHERE, "palette", ":", "", "run an action, go to a session, take a theme, by a few letters of its name")                   \
	X(CANCEL, ANYWHERE, "cancel", "X", "", "cancel what is being made or fetched")             \
	X(REDRAW, ANYWHERE, "redraw", "C-l", "", "draw the screen anew")                        \
	X(SUSPEND, ANYWHERE, "suspend", "C-z", "", "back to the shell; `fg` returns")           \
	X(QUIT, ANYWHERE, "quit", "q", "detach", "leave; sessions go on running")

enum action {
	ACTION_NONE,
#define X(id, context, name, keys, word, help) ACTION_##id,
	ACTIONS(X)
#undef X
	ACTION_COUNT
};

struct action_row {
	enum context context;
	const char *name; /* within its context: "launch"; in full "list.launch" */
	const char *keys; /* defaults, separated by spaces */
	const char *word; /* in the footer, or "" */
	const char *help;
};
extern const struct action_row action_rows[ACTION_COUNT]; /* by enum action; 0 is empty */

enum {
	ACTION_KEYS = 6,  /* keys that one action may have... */
	LEADER_KEYS = 4,
};

struct bindings {
	struct key keys[ACTION_COUNT][ACTION_KEYS]; /* code 0 ends them */
	struct key leaders[LEADER_KEYS];
};

/* The defaults. */
void bindings_init(struct bindings *b);

/* Changes of config.json on top: `keys` is {"list.launch": ["n", "F2"], ...}, where
 * an empty array takes the key away; `leader` an array of keys. Either may be NULL. */
int bindings_read(struct bindings *b, const cJSON *keys, const cJSON *leader, struct error *err);

/* What the key does there; ACTION_NONE when nothing. */
enum action bindings_find(const struct bindings *b, enum context c, struct key k);
bool bindings_is_leader(const struct bindings *b, struct key k);

/* Its full name, "list.launch", into out; gives out. */
const char *action_name(enum action a, char *out, size_t cap);

/* The name of its first key, or all separated by spaces; "" when it has none. */
const char *bindings_key(const struct bindings *b, enum action a, char *out, size_t cap);
const char *bindings_keys(const struct bindings *b, enum action a, char *out, size_t cap);

/* For a sentence: its first key, or where it has none its full name in quotes. Gives out. */
enum { KEY_WAY_CAP = 48 };
const char *bindings_way(const struct bindings *b, enum action a, char out[KEY_WAY_CAP]);

/* {schema:1, leader:[...], keys:[{action, context, keys, help}]}; NULL without memory.
 * The caller's to delete. */
cJSON *bindings_json(const struct bindings *b);

#endif
