/*
 * `completion`: the table of verbs as a shell's completion script. Sessions,
 * agents and themes are asked of vmdeck itself, as one types.
 */
#include <stdio.h>
#include <string.h>

#include "tui/verbs/verb.h"

static void words_of(const struct verb *v)
{
	for (int i = 0; v->options[i].name; i++)
		say(" --%s", v->options[i].name);
	say(" --help");
}

/* What a word may be: some that are always so, and what a command lists (NULL: nothing), one in
 * a line. The command is read by all three shells, so it has no quotes. */
static const struct source {
	const char *kind, *words, *command;
} sources[] = {
	{ "files", "", NULL },
	{ "none", "", NULL },
	{ "verbs", "", NULL },
	{ "agents", "", "vmdeck agents 2>/dev/null | sed 1d | cut -d\\  -f1" },
	{ "sessions", "", "vmdeck ls --all 2>/dev/null | sed 1d | cut -d\\  -f1" },
	{ "themes", "", "vmdeck theme 2>/dev/null | cut -d\\  -f1" },
	{ "theme", "list check", "vmdeck theme 2>/dev/null | cut -d\\  -f1" },
	{ "image", "ls recipes build import verify fix rm kernel",
	  "vmdeck image recipes 2>/dev/null | sed 1d | cut -d\\  -f1" },
	{ "completion", "bash zsh fish", NULL },
	{ "states", "ready idle working asks exited failed ended", NULL },
};
enum { SOURCES = sizeof(sources) / sizeof(sources[0]) };

/* What its arguments are: of its own, or by the letter or word of the usage line. */
static const char *source_of(const struct verb *v)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (strcmp(sources[i].kind, v->name) == 0)
			return sources[i].kind;
	if (strncmp(v->args, "AGENT", 5) == 0 || strncmp(v->args, "[AGENT", 6) == 0)
		return "agents";
	if (v->args[0] == 'S' && (v->args[1] == '\0' || strchr(" .:", v->args[1])))
		return "sessions";
	if (strcmp(v->args, "[VERB]") == 0)
		return "verbs";
	return "files";
}

/* What the option's argument is. */
static const char *source_of_option(const struct verb_option *o)
{
	return strcmp(o->name, "theme") == 0 ? "themes" :
	       strcmp(o->name, "state") == 0 ? "states" :
	       strstr(o->arg, "FILE")	     ? "files" : "none";
}

static bool made_here(const struct source *s)
{
	return s->words[0] || s->command;
}

static void bash(void)
{
	say("# vmdeck completion bash: source it, or put it into\n"
	    "# ~/.local/share/bash-completion/completions/vmdeck\n"
	    "_vmdeck_verbs=\"");
	for (size_t i = 0; verbs[i]; i++)
		say("%s%s", i ? " " : "", verbs[i]->name);
	say("\"\n"
	    "_vmdeck() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} options= kind=files\n"
	    "\tif ((COMP_CWORD == 1)); then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$_vmdeck_verbs\" -- \"$cur\"))\n"
	    "\t\treturn\n"
	    "\tfi\n"
	    "\tcase $verb in\n");
	for (size_t i = 0; verbs[i]; i++) {
		say("\t%s) kind=%s options=\"", verbs[i]->name, source_of(verbs[i]));
		words_of(verbs[i]);
		say("\" ;;\n");
	}
	say("\tesac\n"
	    "\tcase $verb:${COMP_WORDS[COMP_CWORD-1]} in\n");
	for (size_t i = 0; verbs[i]; i++)
		for (int k = 0; verbs[i]->options[k].name; k++) {
			const struct verb_option *o = &verbs[i]->options[k];

			if (o->arg)
				say("\t%s:--%s) kind=%s ;;\n", verbs[i]->name, o->name,
				    source_of_option(o));
		}
	say("\t*:--theme) kind=themes ;;\n"
	    "\t*) if [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	    "\t\treturn\n"
	    "\tfi ;;\n"
	    "\tesac\n"
	    "\tcase $kind in\n"
	    "\tverbs) COMPREPLY=($(compgen -W \"$_vmdeck_verbs\" -- \"$cur\")) ;;\n");
	for (size_t i = 0; i < SOURCES; i++)
		if (made_here(&sources[i]))
			say("\t%s) COMPREPLY=($(compgen -W \"%s $(%s)\" -- \"$cur\")) ;;\n",
			    sources[i].kind, sources[i].words,
			    sources[i].command ? sources[i].command : "true");
	say("\tnone) ;;\n"
	    "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
	    "\tesac\n"
	    "}\n"
	    "complete -F _vmdeck vmdeck\n");
}

/* Inside single quotes of zsh and fish, and inside the brackets of _arguments. */
static void quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			say("'\\''");
		else if (strchr("[]:\\", *text))
			say("\\%c", *text);
		else
			say("%c", *text);
	}
}

static void fish_quoted(const char *text)
{
	for (; *text; text++)
		say(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
}

static void zsh_source(const char *kind)
{
	if (strcmp(kind, "files") == 0)
		say("_files");
	else if (strcmp(kind, "none") != 0)
		say("_vmdeck_%s", kind);
}

static void zsh_options(const struct verb *v)
{
	for (int i = 0; v->options[i].name; i++) {
		const struct verb_option *o = &v->options[i];

		say(" \\\n\t\t\t'--%s%s[", o->name, o->arg ? "=" : "");
		quoted(o->help);
		say("]");
		if (o->arg) {
			say(":");
			quoted(o->arg);
			say(":");
			zsh_source(source_of_option(o));
		}
		say("'");
	}
}

static void zsh(void)
{
	say("#compdef vmdeck\n"
	    "# vmdeck completion zsh > a directory of $fpath, as _vmdeck\n"
	    "# or, in ~/.zshrc behind compinit: eval \"$(vmdeck completion zsh)\"\n");
	for (size_t i = 0; i < SOURCES; i++)
		if (made_here(&sources[i]))
			say("_vmdeck_%s() { local -a w; w=(%s ${(f)\"$(%s)\"}); compadd -a w }\n",
			    sources[i].kind, sources[i].words,
			    sources[i].command ? sources[i].command : "true");
	say("_vmdeck_verbs() {\n\tlocal -a verbs\n\tverbs=(\n");
	for (size_t i = 0; verbs[i]; i++) {
		say("\t\t'%s:", verbs[i]->name);
		quoted(verbs[i]->help);
		say("'\n");
	}
	say("\t)\n\t_describe verb verbs\n}\n"
	    "_vmdeck() {\n"
	    "\tlocal context state line\n"
	    "\t_arguments -C '--theme=[the colours]:NAME:_vmdeck_themes' '1:verb:_vmdeck_verbs' "
	    "'*::argument:->rest' && return\n"
	    "\tcase $words[1] in\n");
	for (size_t i = 0; verbs[i]; i++) {
		const char *kind = source_of(verbs[i]);

		say("\t%s)\n\t\t_arguments '--help[its page]'", verbs[i]->name);
		zsh_options(verbs[i]);
		say(" \\\n\t\t\t'*:%s:", kind);
		zsh_source(kind);
		say("'\n\t\t;;\n");
	}
	/* a file of $fpath is the function itself; what is evaluated only defines it */
	say("\tesac\n}\n"
	    "if [[ $funcstack[1] == _vmdeck ]]; then _vmdeck \"$@\"; else compdef _vmdeck vmdeck; fi\n");
}

static void fish_source(const char *kind)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (strcmp(sources[i].kind, kind) == 0 && made_here(&sources[i]))
			say(" -f -a '%s%s%s%s'", sources[i].words, sources[i].command ? " (" : "",
			    sources[i].command ? sources[i].command : "", sources[i].command ? ")" : "");
}

static void fish_option(const struct verb *v, const struct verb_option *o)
{
	say("complete -c vmdeck -n '__fish_seen_subcommand_from %s' -l %s", v->name, o->name);
	if (o->letter)
		say(" -s %c", o->letter);
	if (o->arg && strcmp(source_of_option(o), "files") == 0)
		say(" -r -F");
	else if (o->arg)
		say(" -x"); /* not a file */
	if (o->arg)
		fish_source(source_of_option(o));
	say(" -d '");
	fish_quoted(o->help);
	say("'\n");
}

static void fish(void)
{
	say("# vmdeck completion fish > ~/.config/fish/completions/vmdeck.fish\n"
	    "complete -c vmdeck -f\n"
	    "complete -c vmdeck -n __fish_use_subcommand -l theme -x");
	fish_source("themes");
	say("\n");
	for (size_t i = 0; verbs[i]; i++) {
		const struct verb *v = verbs[i];
		const char *kind = source_of(v);

		say("complete -c vmdeck -n __fish_use_subcommand -a %s -d '", v->name);
		fish_quoted(v->help);
		say("'\n");
		for (int k = 0; v->options[k].name; k++)
			fish_option(v, &v->options[k]);
		say("complete -c vmdeck -n '__fish_seen_subcommand_from %s'", v->name);
		if (strcmp(kind, "files") == 0)
			say(" -F");
		fish_source(kind);
		say("\n");
	}
}

static int run(struct call *c)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(c->args[0], shells[i].name) == 0) {
			shells[i].print();
			return EXIT_DONE;
		}
	return talk_usage("completion", "no \"%s\": there are bash, zsh and fish", c->args[0]);
}

const struct verb verb_completion = {
	.name = "completion",
	.group = VERB_ABOUT,
	.args = "bash|zsh|fish",
	.help = "print a completion script for the shell",
	.more = "make install puts all three where the shells look for them.",
	.min = 1,
	.max = 1,
	.run = run,
};
