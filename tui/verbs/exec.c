/*
 * `exec`: commands in the guest, beside the agent.
 */
#include <string.h>
#include <unistd.h>

#include "tui/verbs/in_guest.h"
#include "tui/verbs/verb.h"

enum { NO_INPUT };

static int run_exec(struct call *c)
{
	char **argv = c->args + 1;

	if (*argv && strcmp(*argv, "--") == 0)
		argv++;
	if (!*argv)
		return talk_usage("exec", "needs a command: vmdeck exec %s -- ls -l", c->args[0]);
	return exec_in(c->paths, c->args[0], argv, call_has(c, NO_INPUT) ? -1 : STDIN_FILENO, STDOUT_FILENO);
}

const struct verb verb_exec = {
	.name = "exec",
	.group = VERB_CONSOLE,
	.args = "S -- CMD...",
	.help = "run a command in the guest; output and exit code pass through",
	.more = "stdin goes to the command. Output is passed on byte for byte, but cleaned of\n"
		"control characters where it reaches a terminal. 128 + N tells that signal N\n"
		"ended it; the first Ctrl-C goes to the command, the second ends vmdeck.",
	.min = 2,
	.max = -1,
	.plain = true,
	.options = {
		[NO_INPUT] = {"no-input", 'n', NULL, "leave stdin alone"},
	},
	.run = run_exec,
};
