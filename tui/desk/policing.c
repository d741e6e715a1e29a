#include "tui/desk/desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/net/policy.h"
#include "engine/session/kept.h"

/* What the selected session's network refused, and letting it through. */

static struct deck_session *subject(struct desk *d)
{
	return desk_on_top(d, &d->refused.view) ? deck_find(&d->deck, d->refused.id) : NULL;
}

static void ask(struct desk *d, struct deck_session *s)
{
	s->network_request = s->open ? client_network(&s->client) : 0;
	s->net_seen = s->record.net_refused;
	(void)d;
}

/* For later sessions of that agent, too. */
static bool keep_rule(struct desk *d, const struct deck_session *s, const char *text)
{
	struct policy_rule rule;
	struct error err;

	if (policy_rule_read(&rule, text, &err) == 0 &&
	    kept_change(d->paths, s->record.agent, &rule, true, &err) == 0)
		return true;
	desk_error(d, &err);
	return false;
}

static void allow(struct refused *v, const char *rule, bool keep)
{
	struct desk *d = LIST_ITEM(v, struct desk, refused);
	struct deck_session *s = deck_find(&d->deck, v->id);
	char text[160];

	if (!s || (keep && !keep_rule(d, s, rule)))
		return;
	if (s->open && s->alive)
		s->allow_request = client_allow(&s->client, rule, true);
	snprintf(text, sizeof(text), "%.90s is allowed %s", rule,
		 keep ? "from now on, in later sessions too" : "in this session");
	desk_notice(d, false, text, "");
	if (keep)
		desk_load_agents(d, &(struct error){ 0 });
}

void desk_refused(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	if (!s || !s->open) {
		desk_notice(d, false, "no session here whose network could be asked", "");
		return;
	}
	refused_open(&d->refused, &d->stage, s->id, "asking ...");
	d->refused.allow = allow;
	ask(d, s);
	desk_push(d, &d->refused.view);
}

void desk_network(struct deck_session *s, const struct network_status *n)
{
	struct desk *d = s->deck->owner;

	s->network_request = 0;
	if (subject(d) != s)
		return;
	refused_set(&d->refused, n);
	desk_changed(d);
}

bool desk_network_done(struct deck_session *s, uint32_t request, const struct error *err)
{
	struct desk *d = s->deck->owner;

	if (request == s->network_request && request) {
		s->network_request = 0;
		snprintf(d->refused.note, sizeof(d->refused.note), "%.159s",
			 !err ? "" : err->code == ENOENT ? "this session has no network" : err->msg);
		desk_changed(d);
		return true;
	}
	if (request != s->allow_request || !request)
		return false;
	s->allow_request = 0;
	if (err)
		desk_error(d, err);
	else if (subject(d) == s)
		ask(d, s);
	return true;
}

void desk_network_moved(struct desk *d)
{
	struct deck_session *s = subject(d);

	if (s && s->open && !s->network_request && s->net_seen != s->record.net_refused)
		ask(d, s);
}
