#include "engine/guest/rehearsal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "engine/guest/say.h"

static int take(void *arg, const char *key, const char *value)
{
	const char **entropy = arg;

	if (strcmp(key, "entropy") == 0)
		*entropy = value;
	return 0;
}

/* As START would say it. */
static void script(struct start *s)
{
	static char shell[] = "/bin/sh", login[] = "-l";

	memset(s, 0, offsetof(struct start, payload));
	command_init(&s->command);
	s->term = "xterm-256color";
	s->cols = 80;
	s->rows = 24;
	s->command.argv[0] = shell;
	s->command.argv[1] = login;
	s->command.n_argv = 2;
}

int rehearse(const struct rehearsal *r, const struct frame *f, const char **what)
{
	struct start *s = r->agent->start;
	const char *entropy = NULL;
	int code;

	if ((code = command_pairs(f, take, &entropy, what)))
		return code;
	if ((code = mounts_switch(r->mounts, false, what)))
		return code;
	script(s);
	*what = "add entropy";
	if (entropy && (code = identity_entropy(entropy)))
		return code;
	identity_prepare(r->identity);
	*what = "open the console";
	if ((code = console_open(r->console)))
		return code;
	console_resize(r->console, s->cols, s->rows);
	*what = s->command.argv[0];
	if ((code = user_complete(&s->command.user)))
		return code;
	code = agent_rehearse(r->agent);
	if (code) {
		errno = code;
		say_errno("rehearse %s", s->command.argv[0]);
	}
	*what = "prepare the agent's process";
	code = agent_prepare(r->agent);
	sync();
	return code;
}
