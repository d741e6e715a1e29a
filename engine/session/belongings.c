#include "engine/session/belongings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"

static int fill_files(struct belongings *b, const struct agent *agent, struct error *err)
{
	for (size_t i = 0; i < agent->n_files; i++) {
		const struct agent_file *f = &agent->files[i];
		const char *home = strcmp(b->account.home, "/") ? b->account.home : "";
		bool at_home = !strncmp(f->path, "~/", 2);

		if (snprintf(b->paths[i], sizeof(b->paths[i]), "%s%s", at_home ? home : "",
			     f->path + (at_home ? 1 : 0)) >= (int)sizeof(b->paths[i]))
			return error_set(err, ENAMETOOLONG, "%s", f->path);
		b->files[i] = (struct disk_file){
			.path = b->paths[i], .mode = f->mode,
			.uid = at_home ? b->account.uid : 0, .gid = at_home ? b->account.gid : 0,
			.data = f->text, .len = f->text ? strlen(f->text) : 0,
			.host_path = f->text ? NULL : f->from,
		};
	}
	b->n_files = agent->n_files;
	return 0;
}

static int fill_workspace(struct belongings *b, const struct agent *agent, struct error *err)
{
	const struct agent_workspace *w = &agent->workspace;
	const char *home = getenv("HOME");
	size_t n = 0;

	if (!w->from[0])
		return 0;
	if (!strncmp(w->from, "~/", 2) && !home)
		return error_set(err, 0, "workspace %s: $HOME is not set", w->from);
	snprintf(b->from, sizeof(b->from), "%s%s", w->from[0] == '~' && w->from[1] == '/' ? home : "",
		 w->from + (w->from[0] == '~' && w->from[1] == '/' ? 1 : 0));
	for (; n < AGENT_EXCLUDES && w->exclude[n][0]; n++)
		b->exclude[n] = w->exclude[n];
	b->exclude[n] = NULL;
	b->workspace = (struct workspace){
		.from = b->from, .to = w->to, .exclude = b->exclude, .max = (uint64_t)w->max_mib << 20,
		.uid = b->account.uid, .gid = b->account.gid,
	};
	return 0;
}

int belongings_fill(struct belongings *b, const struct agent *agent, int image, const char *user,
		    struct error *err)
{
	*b = (struct belongings){ .account.home = "/root" };
	if (account_find(image, user, &b->account, err) < 0 || fill_files(b, agent, err) < 0)
		return -1;
	return fill_workspace(b, agent, err);
}

/* {} in it replaced by the text. */
static char *filled(const char *form, const char *text)
{
	const char *at = strstr(form, "{}");
	char *out = NULL;

	if (!at)
		return strdup(form);
	if (asprintf(&out, "%.*s%s%s", (int)(at - form), form, text, at + 2) < 0)
		return NULL;
	return out;
}

bool belongings_prompt(const struct agent *agent, cJSON *argv)
{
	if (!agent->prompt || !agent->prompt_args[0][0])
		return false;
	for (int i = 0; i < AGENT_PROMPT_ARGS && agent->prompt_args[i][0]; i++) {
		AUTO_FREE char *arg = filled(agent->prompt_args[i], agent->prompt);

		cJSON_AddItemToArray(argv, cJSON_CreateString(arg ? arg : ""));
	}
	return true;
}
