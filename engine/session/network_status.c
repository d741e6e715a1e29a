#include "engine/session/network_status.h"

#include <errno.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

struct network_sums network_sums(const struct network_status *s)
{
	struct network_sums r = { s->totals.in, s->totals.out, s->totals.refused, s->totals.open };

	for (unsigned i = 0; i < s->n_providers; i++) {
		r.in += s->providers[i].in;
		r.out += s->providers[i].out;
		r.refused += s->providers[i].refused;
		r.open += s->providers[i].open;
	}
	return r;
}

void network_policy_put(cJSON *o, const struct policy *p)
{
	cJSON *list;

	cJSON_AddStringToObject(o, "network", policy_mode_names[p->mode]);
	list = cJSON_AddArrayToObject(o, "allow");
	for (int i = 0; i < p->n_rules; i++) {
		char text[POLICY_RULE_TEXT];

		policy_rule_write(&p->rules[i], text);
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
}

static cJSON *row(cJSON *list, const char *name)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "name", name);
	cJSON_AddItemToArray(list, j);
	return j;
}

cJSON *network_status_json(const struct network_status *s)
{
	struct network_sums sums = network_sums(s);
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(j, "schema", 1);
	network_policy_put(j, &s->policy);
	cJSON_AddBoolToObject(j, "up", s->up);
	cJSON_AddBoolToObject(j, "silent", s->silent);
	cJSON_AddBoolToObject(j, "confined", s->confined);
	cJSON_AddStringToObject(j, "down", s->down);
	cJSON_AddNumberToObject(j, "in", (double)sums.in);
	cJSON_AddNumberToObject(j, "out", (double)sums.out);
	cJSON_AddNumberToObject(j, "open", sums.open);
	cJSON_AddNumberToObject(j, "refused", (double)sums.refused);
	cJSON_AddNumberToObject(j, "lost", (double)(s->totals.lost + s->events.lost));
	list = cJSON_AddArrayToObject(j, "names");
	for (unsigned i = 0; i < s->n_names; i++) {
		const struct gateway_counter *c = &s->names[i];
		cJSON *o = row(list, c->name);

		cJSON_AddNumberToObject(o, "connections", (double)c->connections);
		cJSON_AddNumberToObject(o, "in", (double)c->in);
		cJSON_AddNumberToObject(o, "out", (double)c->out);
		cJSON_AddNumberToObject(o, "open", c->open);
	}
	list = cJSON_AddArrayToObject(j, "providers");
	for (unsigned i = 0; i < s->n_providers; i++) {
		const struct broker_figures *f = &s->providers[i];
		cJSON *o = row(list, f->name);

		cJSON_AddNumberToObject(o, "requests", (double)f->requests);
		cJSON_AddNumberToObject(o, "errors", (double)f->errors);
		cJSON_AddNumberToObject(o, "refused", (double)f->refused);
		cJSON_AddNumberToObject(o, "in", (double)f->in);
		cJSON_AddNumberToObject(o, "out", (double)f->out);
		cJSON_AddNumberToObject(o, "open", f->open);
		cJSON_AddBoolToObject(o, "capped", f->capped);
	}
	cJSON_AddItemToObject(j, "events", events_json(&s->events));
	return j;
}

static double number(const cJSON *j, const char *key)
{
	double v = json_num(j, key, 0);

	return v >= 0 && v <= 1e15 ? v : 0;
}

int network_policy_get(struct policy *p, const cJSON *j, struct error *err)
{
	const cJSON *item;
	struct policy_rule r;
	char mode[16];

	*p = (struct policy){ 0 };
	json_clean(j, "network", mode, sizeof(mode));
	if (policy_mode_read(&p->mode, mode, err) < 0)
		return -1;
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(j, "allow"))
		if (!cJSON_IsString(item) || policy_rule_read(&r, item->valuestring, err) < 0 ||
		    policy_add(p, &r, err) < 0)
			return error_set(err, 0, "a rule that is none");
	return 0;
}

int network_status_parse(struct network_status *s, const cJSON *j, struct error *err)
{
	const cJSON *o;

	*s = (struct network_status){ 0 };
	if (!cJSON_IsObject(j) || network_policy_get(&s->policy, j, err) < 0)
		return error_wrap(err, "network status");
	s->up = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "up"));
	s->silent = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "silent"));
	s->confined = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "confined"));
	json_clean(j, "down", s->down, sizeof(s->down));
	cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(j, "names"))
	{
		struct gateway_counter *c = &s->names[s->n_names];

		if (s->n_names == NETWORK_NAMES)
			break;
		json_clean(o, "name", c->name, sizeof(c->name));
		c->connections = (uint64_t)number(o, "connections");
		c->in = (uint64_t)number(o, "in");
		c->out = (uint64_t)number(o, "out");
		c->open = (uint32_t)number(o, "open");
		s->n_names++;
	}
	cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(j, "providers"))
	{
		struct broker_figures *f = &s->providers[s->n_providers];

		if (s->n_providers == BROKER_PROVIDERS)
			break;
		json_clean(o, "name", f->name, sizeof(f->name));
		f->requests = (uint64_t)number(o, "requests");
		f->errors = (uint64_t)number(o, "errors");
		f->refused = (uint64_t)number(o, "refused");
		f->in = (uint64_t)number(o, "in");
		f->out = (uint64_t)number(o, "out");
		f->open = (uint32_t)number(o, "open");
		f->capped = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "capped"));
		s->n_providers++;
	}
	events_parse(&s->events, cJSON_GetObjectItemCaseSensitive(j, "events"));
	s->events.lost = (uint64_t)number(j, "lost");
	/* The sums are of everything: take what the rows have off again. */
	s->totals.in = (uint64_t)number(j, "in");
	s->totals.out = (uint64_t)number(j, "out");
	s->totals.refused = (uint64_t)number(j, "refused");
	s->totals.open = (uint32_t)number(j, "open");
	for (unsigned i = 0; i < s->n_providers; i++) {
		const struct broker_figures *f = &s->providers[i];

		s->totals.in -= f->in < s->totals.in ? f->in : s->totals.in;
		s->totals.out -= f->out < s->totals.out ? f->out : s->totals.out;
		s->totals.refused -= f->refused < s->totals.refused ? f->refused : s->totals.refused;
		s->totals.open -= f->open < s->totals.open ? f->open : s->totals.open;
	}
	return 0;
}

int network_status_save(const struct network_status *s, int dir, struct error *err)
{
	AUTO_JSON cJSON *j = network_status_json(s);
	AUTO_FREE char *text = json_text(j, true);

	if (!text)
		return error_set(err, ENOMEM, NETWORK_STATUS_FILE);
	return file_write(dir, NETWORK_STATUS_FILE, text, strlen(text), 0600, err);
}
