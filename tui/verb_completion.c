/*
 * `completion`: the table of verbs as a shell's completion script. Sessions,
 * agents and themes are asked of vmdeck itself, as one types.
 */
#include <stdio.h>
#include <string.h>

#include "tui/verb.h"

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

static int run(struct call *c)
{
	if (strcmp(c->args[0], "bash") != 0)
		return talk_usage("completion", "only bash so far; zsh can load it after "
						"\"autoload bashcompinit; bashcompinit\"");
	bash();
	return EXIT_DONE;
}

const struct verb verb_completion = {
	.name = "completion",
	.group = VERB_ABOUT,
	.args = "bash",
	.help = "print a completion script for the shell",
	.min = 1,
	.max = 1,
	.run = run,
};
