#include "tui/desk/desk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/session/sessions.h"

/* What is read in the pager: a session's logs, and the keys. */

enum { LOG_TAIL = 1 << 20 };

static const struct {
	const char *file, *title;
} logs[] = { { "console.log", "console" }, { "boot.log", "kernel" }, { "supervisor.log", "supervisor" },
	    { NULL, "template" } };
enum { LOGS = sizeof(logs) / sizeof(logs[0]) };

static char *read_tail(int dir, const char *file, size_t *len)
{
	AUTO_CLOSE int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	AUTO_FREE char *text = NULL;
	ssize_t n;

	if (size < 0 || !(text = malloc(LOG_TAIL)))
		return NULL;
	n = pread(fd, text, LOG_TAIL, size > LOG_TAIL ? size - LOG_TAIL : 0);
	if (n < 0)
		return NULL;
	*len = (size_t)n;
	return take_ptr(&text);
}

/* Templates are no session's: why the last could not be made, if that is on record. */
static char *template_log(struct desk *d, size_t *len)
{
	int64_t since = 0, looked = 0;
	char why[400], *text;
	int n;

	if (!template_build_failure(d->paths, &since, &looked, why, sizeof(why)))
		return NULL;
	n = asprintf(&text, "no template was made: %s\n", why);
	if (n < 0)
		return NULL;
	*len = (size_t)n;
	return text;
}

static void show_log(struct desk *d)
{
	AUTO_CLOSE int dir = -1;
	AUTO_FREE char *text = NULL;
	char way[KEY_WAY_CAP];
	struct error err;
	size_t n = 0;

	dir = session_dir(d->paths, d->selected, &err);
	if (dir < 0) {
		desk_error(d, &err);
		return;
	}
	text = logs[d->log].file ? read_tail(dir, logs[d->log].file, &n) : template_log(d, &n);
	snprintf(d->pager.title, sizeof(d->pager.title), "%s: %s log, %s for the next", d->selected,
		 logs[d->log].title, desk_way(d, ACTION_PAGER_OTHER, way));
	if (text && n)
		pager_set(&d->pager, text, n, true);
	else
		pager_set(&d->pager, "nothing in it\n", 14, false);
	desk_changed(d);
}

static void next_log(struct pager *p)
{
	struct desk *d = LIST_ITEM(p, struct desk, pager);

	d->log = (d->log + 1) % LOGS;
	show_log(d);
}

void desk_log(struct desk *d)
{
	if (!desk_selected(d))
		return;
	pager_open(&d->pager, &d->stage, "");
	d->pager.other = next_log;
	d->log = 0;
	show_log(d);
	desk_push(d, &d->pager.view);
}

/* The nine that jump to a pane are one row, while they are the digits. */
static bool digits(const struct bindings *b, enum action first)
{
	for (uint32_t i = 0; i < 9; i++) {
		const struct key *k = b->keys[first + i];

		if (!key_same(k[0], (struct key){ '1' + i, 0 }) || k[1].code)
			return false;
	}
	return true;
}

static void help_context(struct desk *d, enum context c, const char *title)
{
	const struct bindings *b = &d->settings.bindings;
	bool short_panes = digits(b, c == CONTEXT_LEADER ? ACTION_LEADER_PANE_1 : ACTION_PANE_1);

	pager_addf(&d->pager, "\n%s\n", title);
	for (size_t a = 1; a < ACTION_COUNT; a++) {
		char keys[96];

		if (action_rows[a].context != c ||
		    !bindings_keys(b, (enum action)a, keys, sizeof(keys))[0])
			continue;
		if (short_panes && strncmp(action_rows[a].name, "pane-", 5) == 0 &&
		    action_rows[a].name[5] != '1')
			continue;
		if (short_panes && strcmp(action_rows[a].name, "pane-1") == 0)
			pager_addf(&d->pager, "1 ... 9\tthe pane of that number\n");
		else
			pager_addf(&d->pager, "%s\t%s\n", keys, action_rows[a].help);
	}
}

void desk_help(struct desk *d)
{
	static const char *const titles[CONTEXT_COUNT] = {
		[CONTEXT_LIST] = "The list and the panes",
		[CONTEXT_FILTERED] = "The list, while a filter is in force",
		[CONTEXT_SCROLL] = "Looking back",
		[CONTEXT_LEADER] = "While typing, after the leader",
		[CONTEXT_PICKER] = "The picker",
		[CONTEXT_PREFLIGHT] = "Preflight",
		[CONTEXT_ROWS] = "Lists in a box: what was refused, what changed",
		[CONTEXT_LINE] = "Lines that are typed",
		[CONTEXT_PAGER] = "Help and logs",
		[CONTEXT_QUESTION] = "Questions",
		[CONTEXT_ANYWHERE] = "Anywhere but while typing",
	};
	enum context here = d->n_views ? d->views[d->n_views - 1]->ops->context : CONTEXT_LIST;
	struct deck_session *s = desk_selected(d);
	char leaders[96] = "", name[KEY_NAME_CAP];

	if (!d->n_views && s && s->scroll.on)
		here = CONTEXT_SCROLL;
	else if (!d->n_views && d->filter[0])
		here = CONTEXT_FILTERED;
	if (d->typing)
		here = CONTEXT_LEADER;
	pager_open(&d->pager, &d->stage, "keys");
	d->pager.prose = true;
	for (size_t i = 0; i < LEADER_KEYS && d->settings.bindings.leaders[i].code; i++)
		snprintf(leaders + strlen(leaders), sizeof(leaders) - strlen(leaders), "%s%s",
			 i ? " or " : "", key_name(d->settings.bindings.leaders[i], name));
	pager_addf(&d->pager, "While you type into a session every key goes to it, but the leader: %s.\n",
		   leaders);
	pager_addf(&d->pager, "The leader twice sends it. Keys are changed in %.800s\n",
		   d->settings.path);
	help_context(d, here, titles[here]);
	for (int c = 0; c < CONTEXT_COUNT; c++)
		if (c != (int)here && c != CONTEXT_PAGER && c != CONTEXT_QUESTION)
			help_context(d, (enum context)c, titles[c]);
	desk_push(d, &d->pager.view);
}

/* What the agent changed in its machine, as the verb tells it. */
void desk_changes(struct desk *d)
{
	char name[] = "vmdeck", verb[] = "changes", id[SESSION_ID_MAX + 1], title[64];
	char *const argv[] = { name, verb, id, NULL };
	struct error err;

	if (!desk_selected(d)) {
		desk_notice(d, false, "no session", "");
		return;
	}
	memcpy(id, d->selected, sizeof(id));
	snprintf(title, sizeof(title), "%s: changed in its machine", id);
	if (output_start(&d->output, &d->stage, title, argv, &err) < 0)
		desk_error(d, &err);
	else
		desk_push(d, &d->output.pager.view);
}
