#include <stdio.h>
#include <string.h>

#include "engine/vt/vt.h"
#include "tui/key.h"
#include "tui/linear/parts.h"
#include "tui/talk.h"

/*
 * The words of the plain mode. What is no word of it is a verb of the command line; where
 * a verb wants a session, its number here will do, and none means the selected one.
 */

typedef void command_fn(struct linear *l, struct words *w, const char *line);

struct command {
	const char *name, *other; /* a second name, or NULL */
	const char *args, *help;
	command_fn *run;
};

static struct deck_session *session_of(struct linear *l, const char *word)
{
	struct deck_session *s;

	if (strcmp(word, ".") == 0)
		word = l->selected;
	s = *word ? tell_find(&l->tell, &l->deck, word) : NULL;
	if (!s && *word)
		linear_fail(l, EXIT_NOT_FOUND, "there is no session %s; \"list\" has their names and numbers", word);
	else if (!s)
		linear_fail(l, EXIT_NOT_FOUND, "no session is selected; \"follow S\" or \"next\" selects one");
	return s;
}

static struct deck_session *session_or_selected(struct linear *l, const struct words *w, int k)
{
	return session_of(l, k < w->n ? w->at[k] : ".");
}

static void tell_follow(struct linear *l, struct deck_session *s)
{
	char text[SESSION_ID_MAX + 40];

	snprintf(l->selected, sizeof(l->selected), "%s", s->id);
	snprintf(text, sizeof(text), "following %s", s->id);
	linear_say(l, text);
	follow_begin(&l->follow, &l->deck, s);
	if (s->open && s->record.state == SESSION_ASKS)
		client_attend(&s->client);
}

static void do_list(struct linear *l, struct words *w, const char *line)
{
	(void)line;
	if (w->n > 1 && strcmp(w->at[1], "all") != 0)
		linear_fail(l, EXIT_USAGE, "list, or list all");
	else
		tell_list(&l->tell, &l->deck, w->n > 1, l->selected, linear_say, l);
}

static void do_launch(struct linear *l, struct words *w, const char *line)
{
	char *args[WORDS_MAX + 2] = { (char *)"up", (char *)"--no-wait" };

	(void)line;
	if (w->n < 2) {
		linear_fail(l, EXIT_USAGE, "launch what? \"agents\" lists them; launch AGENT...");
		return;
	}
	for (int i = 1; i <= w->n; i++)
		args[i + 1] = w->at[i];
	linear_verb(l, args);
}

static void do_follow(struct linear *l, struct words *w, const char *line)
{
	struct deck_session *s;

	(void)line;
	if (w->n < 2 && l->follow.id[0]) {
		follow_begin(&l->follow, &l->deck, NULL);
		linear_say(l, "following nobody");
		return;
	}
	s = session_or_selected(l, w, 1);
	if (s)
		tell_follow(l, s);
}

static void do_next(struct linear *l, struct words *w, const char *line)
{
	struct deck_session *s = deck_waiting(&l->deck, deck_find(&l->deck, l->selected));
	char text[700];

	(void)w, (void)line;
	if (!s) {
		linear_say(l, "nobody waits for you");
		return;
	}
	snprintf(text, sizeof(text), "%s asks%s%s", s->id, s->record.cause[0] ? ": " : "", s->record.cause);
	linear_say(l, text);
	tell_follow(l, s);
}

static void do_read(struct linear *l, struct words *w, const char *line)
{
	char *args[] = { (char *)"screen", NULL, (char *)"--scrollback", (char *)"0", NULL };
	struct deck_session *s = session_or_selected(l, w, 1);

	(void)line;
	if (!s)
		return;
	snprintf(l->selected, sizeof(l->selected), "%s", s->id);
	args[1] = s->id;
	if (w->n > 2)
		args[3] = w->at[2];
	linear_verb(l, args);
}

/* A person's line: the text, and Enter. */
static bool type_line(struct linear *l, const char *id, const char *text)
{
	struct deck_session *s = deck_find(&l->deck, id);

	if (!s || !s->alive || !s->open) {
		linear_fail(l, EXIT_CONFLICT, "%s has ended; nothing was typed", id);
		return false;
	}
	if (s->record.state == SESSION_STARTING) {
		linear_fail(l, EXIT_CONFLICT, "%s is not ready yet; nothing was typed", id);
		return false;
	}
	client_type(&s->client, text, strlen(text));
	client_enter(&s->client, false);
	l->code = EXIT_DONE;
	return true;
}

static void do_type(struct linear *l, struct words *w, const char *line)
{
	struct deck_session *s = session_or_selected(l, w, 1);

	if (!s)
		return;
	snprintf(l->selected, sizeof(l->selected), "%s", s->id);
	if (w->n > 2) {
		type_line(l, s->id, words_rest(w, line, 2));
		return;
	}
	if (!s->alive) {
		linear_fail(l, EXIT_CONFLICT, "%s has ended", s->id);
		return;
	}
	snprintf(l->typing, sizeof(l->typing), "%s", s->id);
	linear_say(l, "each line goes to it with Enter, until a line that is just a dot");
	if (strcmp(l->follow.id, s->id) != 0)
		tell_follow(l, s);
}

static void do_key(struct linear *l, struct words *w, const char *line)
{
	struct deck_session *s = w->n > 2 ? session_of(l, w->at[1]) : NULL;
	struct key k[WORDS_MAX];

	(void)line;
	if (w->n < 3)
		linear_fail(l, EXIT_USAGE, "key S NAME...: Enter, Esc, Tab, Up, C-c, y");
	if (!s)
		return;
	if (!s->alive || !s->open) {
		linear_fail(l, EXIT_CONFLICT, "%s has ended; nothing was typed", s->id);
		return;
	}
	for (int i = 2; i < w->n; i++)
		if (!key_parse(w->at[i], strlen(w->at[i]), &k[i])) {
			linear_fail(l, EXIT_USAGE, "there is no key %s: they are called a, Enter, Esc, Tab, "
					"Space, Up, PgDn, F5, C-c, M-x", w->at[i]);
			return;
		}
	s->keyboard = client_take_keyboard(&s->client, false);
	for (int i = 2; i < w->n; i++)
		client_key(&s->client, k[i].code, k[i].mods);
	client_leave_keyboard(&s->client);
	l->code = EXIT_DONE;
}

static void do_remove(struct linear *l, struct words *w, const char *line)
{
	w->at[0] = (char *)"rm";
	(void)line;
	for (int i = 1; i < w->n; i++) {
		struct deck_session *s = w->at[i][0] == '-' ? NULL : session_of(l, w->at[i]);

		if (s)
			w->at[i] = s->id;
		else if (w->at[i][0] != '-')
			return;
	}
	linear_verb(l, w->at);
}

static void do_quit(struct linear *l, struct words *w, const char *line)
{
	(void)w, (void)line;
	l->code = EXIT_DONE;
	linear_leave(l);
}

static command_fn do_help;

static const struct command commands[] = {
	{ "list", "l", "[all]", "the sessions, a line each; all: those that ended, too", do_list },
	{ "launch", "n", "AGENT...", "start agents; you hear when they are ready", do_launch },
	{ "follow", "f", "[S]", "select a session and hear what is new on it; alone: stop", do_follow },
	{ "next", "a", "", "the session that has waited for you longest: selected, followed", do_next },
	{ "read", "r", "[S [N]]", "what its console shows now, and N lines before", do_read },
	{ "type", "t", "[S [TEXT]]", "type a line into it; without TEXT: all lines, until a dot", do_type },
	{ "key", "k", "S NAME...", "press keys in it: Enter, Esc, Up, C-c", do_key },
	{ "remove", "d", "S...", "remove ended sessions and their logs", do_remove },
	{ "help", "?", "[VERB]", "this, or a verb's page", do_help },
	{ "quit", "q", "", "leave; sessions go on running", do_quit },
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void do_help(struct linear *l, struct words *w, const char *line)
{
	char text[400];
	size_t n;

	(void)line;
	if (w->n > 1) {
		w->at[0] = (char *)"help";
		linear_verb(l, w->at);
		return;
	}
	for (int i = 0; i < COMMANDS; i++) {
		snprintf(text, sizeof(text), "%s%s%s, or %s: %s", commands[i].name,
			 commands[i].args[0] ? " " : "", commands[i].args, commands[i].other,
			 commands[i].help);
		linear_say(l, text);
	}
	linear_say(l, "> TEXT: type a line into the selected session");
	linear_say(l, "S is a session's number or name; a dot, or nothing, is the selected one");
	n = (size_t)snprintf(text, sizeof(text), "and the verbs of the command line:");
	for (const struct linear_verb *v = l->verbs; v->name; v++)
		n += (size_t)snprintf(text + n, n < sizeof(text) ? sizeof(text) - n : 0, " %s",
				      v->name);
	linear_say(l, text);
}

/* "S...", "S TEXT", "S COLSxROWS": how many of a verb's words are sessions. */
static int sessions_of(const struct linear_verb *v)
{
	return v->args[0] != 'S' ? 0 : strncmp(v->args, "S...", 4) == 0 ? WORDS_MAX : 1;
}

/* Numbers become names, and nothing at all the selected one. */
static bool name_sessions(struct linear *l, const struct linear_verb *v, struct words *w)
{
	int left = sessions_of(v);
	bool any = false, options = false;

	for (int i = 1; i < w->n && left; i++) {
		struct deck_session *s;

		options |= w->at[i][0] == '-';
		if (w->at[i][0] == '-')
			continue;
		any = true;
		left--;
		s = tell_find(&l->tell, &l->deck, w->at[i]);
		if (!s && strcmp(w->at[i], ".") == 0)
			s = session_of(l, ".");
		else if (!s && w->at[i][0] >= '0' && w->at[i][0] <= '9')
			s = session_of(l, w->at[i]);
		else if (!s)
			continue; /* an option's value, or the verb says what is wrong */
		if (!s)
			return false;
		w->at[i] = s->id;
	}
	if (!any && !options && sessions_of(v) && l->selected[0] && w->n < WORDS_MAX) {
		w->at[w->n++] = l->selected;
		w->at[w->n] = NULL;
	}
	return true;
}

static const struct linear_verb *verb_find(const struct linear *l, const char *name)
{
	for (const struct linear_verb *v = l->verbs; v->name; v++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

static void do_verb(struct linear *l, struct words *w)
{
	const struct linear_verb *v = verb_find(l, w->at[0]);

	if (!v)
		linear_fail(l, EXIT_USAGE, "\"%s\" is no word here; \"help\" lists them", w->at[0]);
	else if (v->draws)
		linear_fail(l, EXIT_USAGE, "%s draws on a whole terminal; here \"follow S\" reads a console", v->name);
	else if (name_sessions(l, v, w))
		linear_verb(l, w->at);
}

static void do_command(struct linear *l, const char *line)
{
	struct words w;
	struct error err;

	if (words_split(&w, line, &err) < 0) {
		linear_fail(l, EXIT_USAGE, "%s%s%s", err.msg, err.hint[0] ? "; " : "", err.hint);
		return;
	}
	if (!w.n)
		return;
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(w.at[0], commands[i].name) == 0 || strcmp(w.at[0], commands[i].other) == 0) {
			l->code = EXIT_DONE;
			commands[i].run(l, &w, line);
			return;
		}
	do_verb(l, &w);
}

void linear_do(struct linear *l, const char *line)
{
	line += strspn(line, l->typing[0] ? "" : " \t");
	if (l->typing[0] && strcmp(line, ".") == 0) {
		l->typing[0] = '\0';
		linear_say(l, "lines are commands again");
	} else if (l->typing[0]) {
		if (!type_line(l, l->typing, line))
			l->typing[0] = '\0';
	} else if (line[0] == '>') {
		struct deck_session *s = session_of(l, ".");

		line++;
		if (s)
			type_line(l, s->id, line + (*line == ' '));
	} else {
		do_command(l, line);
	}
}
