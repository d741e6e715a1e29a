#include "engine/supervisor/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/session/credentials.h"

enum { SAVE_MS = 1000 };

static struct network *network_of(struct gateway *g)
{
	return LIST_ITEM(g, struct network, gateway);
}

static void save_now(struct network *n)
{
	struct error err;

	if (n->dirty && n->dir >= 0 && network_status_save(n->status, n->dir, &err) < 0)
		fprintf(stderr, "%s\n", err.msg); /* it stays dirty: the next change tries again */
	else
		n->dirty = false;
}

static void save_due(struct timer *t)
{
	save_now(SOURCE_OWNER(t, struct network, save));
}

static void changed(struct network *n, bool news)
{
	struct error err;

	n->dirty = true;
	if (!timer_running(&n->save) && timer_start(n->loop, &n->save, SAVE_MS, 0, &err) < 0)
		save_now(n);
	n->events->changed(n, news);
}

/* What the gateway tells. */

static void on_refused(struct gateway *g, const struct gateway_refusal *r)
{
	struct network *n = network_of(g);
	enum event_kind kind = gateway_why_is_failure(r->why) ? EVENT_FAILED : EVENT_REFUSED;
	unsigned before = n->status->events.n;
	uint64_t lost = n->status->events.lost;

	events_note(&n->status->events, kind, r->name, r->port, gateway_why_texts[r->why], r->count);
	changed(n, n->status->events.n != before || n->status->events.lost != lost);
}

static void on_counted(struct gateway *g, const struct gateway_counter *c)
{
	struct network_status *s = network_of(g)->status;
	unsigned i = 0;

	while (i < s->n_names && strcmp(s->names[i].name, c->name) != 0)
		i++;
	if (i == NETWORK_NAMES)
		return; /* still in the totals */
	s->names[i] = *c;
	if (i == s->n_names)
		s->n_names++;
	changed(network_of(g), false);
}

static void on_totals(struct gateway *g, const struct gateway_totals *t)
{
	network_of(g)->status->totals = *t;
	changed(network_of(g), false);
}

static void on_broker(struct gateway *g, const void *report, size_t len)
{
	struct network *n = network_of(g);
	struct broker_figures rows[BROKER_PROVIDERS];
	int count = broker_report_read(report, len, rows);
	bool news = false;

	if (count < 0)
		return;
	for (int i = 0; i < count; i++) {
		bool before = i < (int)n->status->n_providers && n->status->providers[i].capped;

		if (rows[i].capped && !before) {
			char name[BROKER_NAME + 8];

			snprintf(name, sizeof(name), "%.31s.vmdeck", rows[i].name);
			events_note(&n->status->events, EVENT_CAPPED, name, 0, "the hourly cap is reached", 0);
			news = true;
		}
	}
	memcpy(n->status->providers, rows, (size_t)count * sizeof(rows[0]));
	n->status->n_providers = (unsigned)count;
	changed(n, news);
}

static void on_silent(struct gateway *g, bool silent)
{
	struct network *n = network_of(g);

	n->status->silent = silent;
	events_note(&n->status->events, silent ? EVENT_SILENT : EVENT_BACK, "", 0,
		    silent ? "the gateway does not answer" : "the gateway answers", 0);
	changed(n, true);
	n->events->silent(n, silent);
}

static void on_gone(struct gateway *g, const char *why)
{
	struct network *n = network_of(g);

	n->status->up = n->status->silent = false;
	text_clean_str(n->status->down, sizeof(n->status->down), why);
	events_note(&n->status->events, EVENT_DOWN, "", 0, n->status->down, 0);
	changed(n, true);
	save_now(n);
	n->events->down(n);
}

static const struct gateway_hooks hooks = {
	.refused = on_refused, .counted = on_counted, .totals = on_totals, .broker = on_broker, .silent = on_silent,
	.gone = on_gone,
};

/* From start to end. */

int network_start(struct network *n, struct loop *l, int ns_fd, const struct network_events *events,
		  struct error *err)
{
	*n = (struct network){ .loop = l, .events = events, .dir = -1, .save.fn = save_due };
	n->status = calloc(1, sizeof(*n->status));
	if (!n->status)
		return error_set(err, ENOMEM, "network");
	if (gateway_start(&n->gateway, l, ns_fd, &hooks, err) < 0)
		return error_wrap(err, "gateway");
	n->started = true;
	n->status->confined = n->gateway.confined;
	return 0;
}

static int give_credentials(struct network *n, int fd, struct error *err)
{
	struct secret_bytes secret;
	int r;

	if (credentials_take(fd, &secret, err) < 0)
		return -1;
	r = gateway_configure_broker(&n->gateway, secret.data, secret.len, err);
	secret_bytes_done(&secret);
	return r;
}

int network_admit(struct network *n, const struct policy *p, int credentials, int dir,
		  struct error *err)
{
	n->dir = dir;
	if (credentials >= 0 && give_credentials(n, credentials, err) < 0)
		return error_wrap(err, "broker");
	if (gateway_set_policy(&n->gateway, p, err) < 0)
		return error_wrap(err, "gateway");
	n->status->policy = n->gateway.policy;
	n->status->up = true;
	n->dirty = true;
	save_now(n);
	return 0;
}

int network_allow(struct network *n, const char *rule, bool allow, struct error *err)
{
	struct policy_rule r;
	char text[POLICY_RULE_TEXT];

	if (policy_rule_read(&r, rule, err) < 0)
		return -1;
	if (!n->started || !n->status->up) {
		error_set(err, 0, "this session has no gateway%s%s", n->status && n->status->down[0] ? ": " : "",
			  n->status ? n->status->down : "");
		error_hint(err, "\"network\" in agents.json gives its next session one; vmdeck restart begins it");
		return -1;
	}
	if ((allow ? gateway_allow(&n->gateway, &r, err) : gateway_deny(&n->gateway, &r, err)) < 0)
		return -1;
	n->status->policy = n->gateway.policy;
	policy_rule_write(&r, text);
	events_note(&n->status->events, allow ? EVENT_ALLOWED : EVENT_DENIED, text, 0, "by the operator", 0);
	changed(n, true);
	return 0;
}

void network_stop(struct network *n)
{
	if (!n->started)
		return;
	n->started = false;
	gateway_stop(&n->gateway);
	n->status->up = n->status->silent = false;
	n->status->totals.open = 0;
	for (unsigned i = 0; i < n->status->n_names; i++)
		n->status->names[i].open = 0;
	for (unsigned i = 0; i < n->status->n_providers; i++)
		n->status->providers[i].open = 0;
	n->dirty = true;
	save_now(n);
	timer_stop(&n->save);
}

void network_done(struct network *n)
{
	network_stop(n);
	free(n->status);
	n->status = NULL;
}
