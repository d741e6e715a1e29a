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

/* What its arguments are, by the letter or word of the usage line. */
static const char *source_of(const struct verb *v)
{
	if (strncmp(v->args, "AGENT", 5) == 0 || strncmp(v->args, "[AGENT", 6) == 0)
		return "agents";
	if (v->args[0] == 'S' && (v->args[1] == '\0' || strchr(" .:", v->args[1])))
		return "sessions";
	if (strcmp(v->args, "[VERB]") == 0)
		return "verbs";
	return "files";
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
	    "\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	    "\t\treturn\n"
	    "\tfi\n"
	    "\tcase $kind in\n"
	    "\tverbs) COMPREPLY=($(compgen -W \"$_vmdeck_verbs\" -- \"$cur\")) ;;\n"
	    "\tagents) COMPREPLY=($(compgen -W \"$(vmdeck agents 2>/dev/null | "
	    "awk 'NR > 1 {print $1}')\" -- \"$cur\")) ;;\n"
	    "\tsessions) COMPREPLY=($(compgen -W \"$(vmdeck ls --all 2>/dev/null | "
	    "awk 'NR > 1 {print $1}')\" -- \"$cur\")) ;;\n"
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
			say(":%s", strstr(o->arg, "FILE") ? "_files" : "");
		}
		say("'");
	}
}

static void zsh(void)
{
	say("#compdef vmdeck\n"
	    "# vmdeck completion zsh > a directory of $fpath, as _vmdeck\n"
	    "_vmdeck_sessions() { local -a w; w=(${(f)\"$(vmdeck ls --all 2>/dev/null | awk 'NR > 1 {print $1}')\"}); compadd -a w }\n"
	    "_vmdeck_agents() { local -a w; w=(${(f)\"$(vmdeck agents 2>/dev/null | awk 'NR > 1 {print $1}')\"}); compadd -a w }\n"
	    "_vmdeck_verbs() {\n\tlocal -a verbs\n\tverbs=(\n");
	for (size_t i = 0; verbs[i]; i++) {
		say("\t\t'%s:", verbs[i]->name);
		quoted(verbs[i]->help);
		say("'\n");
	}
	say("\t)\n\t_describe verb verbs\n}\n"
	    "_vmdeck() {\n"
	    "\tlocal context state line\n"
	    "\t_arguments -C '1:verb:_vmdeck_verbs' '*::argument:->rest' && return\n"
	    "\tcase $words[1] in\n");
	for (size_t i = 0; verbs[i]; i++) {
		const char *kind = source_of(verbs[i]);

		say("\t%s)\n\t\t_arguments '--help[its page]'", verbs[i]->name);
		zsh_options(verbs[i]);
		say(" \\\n\t\t\t'*:%s:%s%s'\n\t\t;;\n", kind, "_", strcmp(kind, "files") == 0 ? "files" :
			strcmp(kind, "agents") == 0 ? "vmdeck_agents" :
			strcmp(kind, "sessions") == 0 ? "vmdeck_sessions" : "vmdeck_verbs");
	}
	say("\tesac\n}\n_vmdeck \"$@\"\n");
}

static void fish_option(const struct verb *v, const struct verb_option *o)
{
	say("complete -c vmdeck -n '__fish_seen_subcommand_from %s' -l %s", v->name, o->name);
	if (o->letter)
		say(" -s %c", o->letter);
	if (o->arg)
		say(strstr(o->arg, "FILE") ? " -r -F" : " -r");
	say(" -d '");
	fish_quoted(o->help);
	say("'\n");
}

static void fish(void)
{
	static const char of_agents[] = "(vmdeck agents 2>/dev/null | awk \"NR > 1 {print \\$1}\")";
	static const char of_sessions[] = "(vmdeck ls --all 2>/dev/null | awk \"NR > 1 {print \\$1}\")";

	say("# vmdeck completion fish > ~/.config/fish/completions/vmdeck.fish\n"
	    "complete -c vmdeck -f\n");
	for (size_t i = 0; verbs[i]; i++) {
		const struct verb *v = verbs[i];
		const char *kind = source_of(v);

		say("complete -c vmdeck -n __fish_use_subcommand -a %s -d '", v->name);
		fish_quoted(v->help);
		say("'\n");
		for (int k = 0; v->options[k].name; k++)
			fish_option(v, &v->options[k]);
		say("complete -c vmdeck -n '__fish_seen_subcommand_from %s'", v->name);
		if (strcmp(kind, "agents") == 0)
			say(" -a '%s'\n", of_agents);
		else if (strcmp(kind, "sessions") == 0)
			say(" -a '%s'\n", of_sessions);
		else
			say(" -F\n");
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
