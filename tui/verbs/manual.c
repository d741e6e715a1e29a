#include "tui/verbs/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tui/action.h"

/* Text as troff takes it: hyphens of commands stay hyphens, no line begins with a
 * control character. */
static void put_text(verb_put_fn *put, const char *text)
{
	bool start = true;

	for (; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			put("\\&");
		start = *text == '\n';
		switch (*text) {
		case '\\': put("\\e"); break;
		case '-': put("\\-"); break;
		case '~': put("\\(ti"); break;
		case '^': put("\\(ha"); break;
		case '`': put("\\(ga"); break;
		default: put("%c", *text);
		}
	}
}

static void put_line(verb_put_fn *put, const char *macro, const char *text)
{
	if (macro[0])
		put("%s ", macro);
	put_text(put, text);
	put("\n");
}

static void put_sentence(verb_put_fn *put, const char *text)
{
	char first[2] = { (char)toupper((unsigned char)text[0]), '\0' };

	put_text(put, first);
	put_text(put, text + 1);
	put(text[strlen(text) - 1] == '.' ? "\n" : ".\n");
}

static void put_term(verb_put_fn *put, const char *term)
{
	put(".TP\n\\fB");
	put_text(put, term);
	put("\\fR\n");
}

/* --- Verbs --- */

static void put_option(verb_put_fn *put, const struct verb_option *o)
{
	put(".TP\n");
	if (o->letter)
		put("\\fB\\-%c\\fR, ", o->letter);
	put("\\fB\\-\\-");
	put_text(put, o->name);
	put("\\fR");
	if (o->arg) {
		put(" \\fI");
		put_text(put, o->arg);
		put("\\fR");
	}
	put("\n");
	put_sentence(put, o->help);
}

static void put_verb(verb_put_fn *put, const struct verb *v)
{
	put(".SS ");
	put_text(put, v->name);
	put("\n\\fBvmdeck %s\\fR", v->name);
	if (v->options[0].name)
		put(" [\\fIoptions\\fR]");
	if (v->args[0]) {
		put(" \\fI");
		put_text(put, v->args);
		put("\\fR");
	}
	put("\n.PP\n");
	put_sentence(put, v->help);
	if (v->more) {
		put_text(put, v->more);
		put("\n");
	}
	for (int i = 0; v->options[i].name; i++)
		put_option(put, &v->options[i]);
}

static void put_verbs(verb_put_fn *put)
{
	for (int g = 0; g < VERB_GROUP_COUNT; g++) {
		char title[64];
		size_t n = (size_t)snprintf(title, sizeof(title), "%s", verb_group_titles[g]);

		for (size_t i = 0; i < n; i++)
			title[i] = (char)toupper((unsigned char)title[i]);
		put_line(put, ".SH", title);
		for (size_t i = 0; verbs[i]; i++)
			if ((int)verbs[i]->group == g)
				put_verb(put, verbs[i]);
	}
}

/* --- Keys --- */

static const char *const context_titles[CONTEXT_COUNT] = {
	[CONTEXT_LIST] = "In the list of sessions",
	[CONTEXT_FILTERED] = "In the list, while a filter is in force",
	[CONTEXT_SCROLL] = "Looking back in a console",
	[CONTEXT_LEADER] = "While typing, after the leader key (C-] or F12; itself again: that key is sent)",
	[CONTEXT_PICKER] = "In the picker",
	[CONTEXT_PREFLIGHT] = "In the preflight",
	[CONTEXT_ROWS] = "In a list in a box: what was refused",
	[CONTEXT_LINE] = "In a line that is typed, and in the palette",
	[CONTEXT_PAGER] = "In help and logs",
	[CONTEXT_QUESTION] = "In a question",
	[CONTEXT_ANYWHERE] = "Anywhere but while typing",
};

static const char *context_title(int c)
{
	return context_titles[c] ? context_titles[c] : context_names[c];
}

static void put_keys(verb_put_fn *put)
{
	for (int c = 0; c < CONTEXT_COUNT; c++) {
		put_line(put, ".SS", context_title(c));
		for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
			char name[64];

			if ((int)action_rows[a].context != c)
				continue;
			put_term(put, action_rows[a].keys[0] ? action_rows[a].keys : "(no key)");
			put_sentence(put, action_rows[a].help);
			put("(\\fI");
			put_text(put, action_name((enum action)a, name, sizeof(name)));
			put("\\fR)\n");
		}
	}
}

void manual_cell(verb_put_fn *put, const char *text)
{
	for (; *text; text++)
		put(*text == '|' ? "\\%c" : "%c", *text);
}

void manual_keys(verb_put_fn *put)
{
	put("# The keys\n\n"
	    "Made by `vmdeck help --keys > docs/keys.md` from the table that dispatches them; a test\n"
	    "holds the two together. `?` shows those of where one is, `vmdeck keys` all, with the\n"
	    "changes that `config.json` makes ([config.md](config.md)): there an action is called by\n"
	    "the name in the last column.\n");
	for (int c = 0; c < CONTEXT_COUNT; c++) {
		put("\n## %s\n\n| key | does | name |\n| --- | --- | --- |\n", context_title(c));
		for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
			char name[64];

			if ((int)action_rows[a].context != c)
				continue;
			put("| ");
			manual_cell(put, action_rows[a].keys);
			put(" | ");
			manual_cell(put, action_rows[a].help);
			put(" | `%s` |\n", action_name((enum action)a, name, sizeof(name)));
		}
	}
}

/* --- The page --- */

static const struct {
	const char *term, *text;
} environment[] = {
	{ "VMDECK_HOME", "One directory for settings, images, cache and state, instead of the four XDG ones." },
	{ "VMDECK_THEME", "The theme, by name or path; --theme comes before it." },
	{ "NO_COLOR", "Set and not empty: attributes only." },
	{ "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CACHE_HOME, XDG_STATE_HOME",
	  "Where vmdeck/ lies in each; by default in ~/.config, ~/.local/share, ~/.cache, ~/.local/state." },
}, files[] = {
	{ "$XDG_CONFIG_HOME/vmdeck/agents.json", "The agents: see vmdeck-agents(5)." },
	{ "$XDG_CONFIG_HOME/vmdeck/config.json", "The settings: keys, theme, notifications." },
	{ "$XDG_CONFIG_HOME/vmdeck/themes/*.theme", "Themes: see vmdeck-theme(5)." },
	{ "$XDG_DATA_HOME/vmdeck/images/", "Images." },
	{ "$XDG_CACHE_HOME/vmdeck/", "Kernels, templates, downloads: all of it can be made again." },
	{ "$XDG_STATE_HOME/vmdeck/sessions/ID/",
	  "A session: its record, console log, boot log and recordings, until vmdeck rm." },
};

void manual_page(verb_put_fn *put)
{
	char codes[4096];

	put(".\\\" Made by vmdeck help --man.\n"
	    ".TH VMDECK 1 \"2026-11-22\" \"vmdeck %s\" \"User Commands\"\n"
	    ".SH NAME\nvmdeck \\- AI agents in microVMs, and their consoles on one screen\n"
	    ".SH SYNOPSIS\n"
	    "\\fBvmdeck\\fR [\\fB\\-\\-theme\\fR \\fINAME\\fR]\n.br\n"
	    "\\fBvmdeck\\fR \\fIverb\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n"
	    ".SH DESCRIPTION\n"
	    "Without a verb and on a terminal,\n.B vmdeck\n"
	    "shows all sessions on one screen.\n"
	    "A session is a virtual machine in which one agent runs; sessions go on running when the\n"
	    "screen is left.\n"
	    "Every action of the screen is a verb too.\n"
	    ".PP\n"
	    "Data goes to stdout, talk to stderr.\n"
	    "Reading verbs take \\fB\\-\\-json\\fR: one object with \"schema\": 1.\n"
	    "Verbs that destroy something ask on a terminal, and need \\fB\\-\\-yes\\fR where there is none.\n"
	    "\\fIS\\fR is a session as \\fBvmdeck ls\\fR names it.\n"
	    "\\fB\\-\\-help\\fR and \\fB\\-\\-version\\fR work everywhere.\n", VERSION);
	put_verbs(put);
	put(".SH KEYS\nAll can be bound anew in \\fIconfig.json\\fR, by the names in parentheses.\n"
	    "C\\- is Control, M\\- Alt, S\\- Shift.\n");
	put_keys(put);
	put(".SH EXIT STATUS\n");
	for (char *c = codes, *next = (verb_codes(codes, sizeof(codes)), codes); *c; c = next) {
		char *tab = strchr(c, '\t');

		next = strchr(c, '\n');
		*tab = *next++ = '\0';
		put_term(put, c);
		put_sentence(put, tab + 1);
	}
	put(".SH ENVIRONMENT\n");
	for (size_t i = 0; i < sizeof(environment) / sizeof(*environment); i++) {
		put_term(put, environment[i].term);
		put_line(put, "", environment[i].text);
	}
	put(".SH FILES\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		put(".TP\n\\fI");
		put_text(put, files[i].term);
		put("\\fR\n");
		put_line(put, "", files[i].text);
	}
	put(".SH SEE ALSO\n.BR vmdeck\\-agents (5),\n.BR vmdeck\\-theme (5),\n.BR vmdeck\\-doctor (7),\n"
	    ".BR tmux (1),\n.BR qemu (1)\n");
}
