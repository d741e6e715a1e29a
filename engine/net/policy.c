#include "engine/net/policy.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

const char *const policy_mode_names[] = {
	[POLICY_NONE] = "none",
	[POLICY_ALLOWLIST] = "allowlist",
	[POLICY_OPEN] = "open",
	[POLICY_MODE_COUNT] = NULL,
};
static_assert(sizeof(policy_mode_names) / sizeof(*policy_mode_names) == POLICY_MODE_COUNT + 1,
	      "a name each");

static const uint16_t default_ports[] = { 80, 443 };

int policy_mode_read(enum policy_mode *mode, const char *text, struct error *err)
{
	char clean[64];

	for (int i = 0; i < POLICY_MODE_COUNT; i++)
		if (!strcmp(text, policy_mode_names[i])) {
			*mode = (enum policy_mode)i;
			return 0;
		}
	text_clean_str(clean, sizeof(clean), text);
	error_set(err, 0, "no network policy \"%s\"", clean);
	error_hint(err, "it is one of none, allowlist, open");
	return -1;
}

/* "rule "x y.com": character 2: ..." */
static int wrong(struct error *err, const char *text, size_t at, const char *what)
{
	char clean[128];

	text_clean_str(clean, sizeof(clean), text);
	return error_set(err, 0, "rule \"%s\": character %zu: %s", clean, at + 1, what);
}

static int wrong_name(struct error *err, const char *text, const char *name, size_t n, size_t at)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (name[i] == '.' && i + 1 < n)
			last = i + 1;
	wrong(err, text, (size_t)(name - text) + at, "not part of a host name");
	if ((name[at] & 0x80) != 0)
		error_hint(err, "write the name in its xn-- form");
	else if (at < n && name[at] == '*')
		error_hint(err, "only \"*.\" at the start stands for something: \"*.example.com\"; "
				"for everything there is \"network\": \"open\"");
	else if (at < n && name[at] == '/')
		error_hint(err, "a rule is NAME or NAME:PORT, without a scheme or a path");
	else if (at == last && n > 0 && name[at] >= '0' && name[at] <= '9') {
		wrong(err, text, (size_t)(name - text), "an address is not a name");
		error_hint(err, "the gateway connects by name only; give the name of that host");
	} else
		error_hint(err, "a rule is NAME or NAME:PORT: \"api.example.com\", \"*.github.com:22\"");
	return -1;
}

static int read_port(uint16_t *port, const char *text, const char *at, struct error *err)
{
	unsigned long v = 0;
	size_t i;

	for (i = 0; at[i] >= '0' && at[i] <= '9' && v <= 65535; i++)
		v = v * 10 + (unsigned long)(at[i] - '0');
	if (at[i] || i == 0 || v == 0 || v > 65535 || at[0] == '0') {
		wrong(err, text, (size_t)(at - text) + (at[i] && i ? i : 0), "not a port");
		error_hint(err, "a port is a number from 1 to 65535");
		return -1;
	}
	*port = (uint16_t)v;
	return 0;
}

int policy_rule_read(struct policy_rule *r, const char *text, struct error *err)
{
	const char *name = text, *colon = strchr(text, ':');
	size_t n, at;

	*r = (struct policy_rule){ 0 };
	if (!strncmp(text, "*.", 2)) {
		r->below = true;
		name += 2;
	}
	if (colon && !strncmp(colon, "://", 3)) {
		wrong(err, text, (size_t)(colon - text), "not a host name but a URL");
		error_hint(err, "a rule is NAME or NAME:PORT, without a scheme or a path");
		return -1;
	}
	n = colon ? (size_t)(colon - name) : strlen(name);
	if (n == 0) {
		wrong(err, text, (size_t)(name - text), "a host name is missing");
		error_hint(err, "a rule is NAME or NAME:PORT: \"api.example.com\", \"*.github.com:22\"");
		return -1;
	}
	if (hostname_read(r->name, name, n, &at) < 0)
		return wrong_name(err, text, name, n, at);
	if (r->below && !strchr(r->name, '.')) {
		wrong(err, text, 0, "too wide: a whole top-level domain");
		error_hint(err, "give at least two labels (\"*.example.com\"), or \"network\": \"open\"");
		return -1;
	}
	if (!strcmp(r->name, HOSTNAME_OURS) || hostname_is_ours(r->name)) {
		wrong(err, text, (size_t)(name - text), "names under ." HOSTNAME_OURS " are the gateway's own");
		error_hint(err, "leave it out: they are reachable without a rule");
		return -1;
	}
	return colon ? read_port(&r->port, text, colon + 1, err) : 0;
}

void policy_rule_write(const struct policy_rule *r, char out[POLICY_RULE_TEXT])
{
	int n = snprintf(out, POLICY_RULE_TEXT, "%s%s", r->below ? "*." : "", r->name);

	if (r->port)
		snprintf(out + n, POLICY_RULE_TEXT - (size_t)n, ":%u", r->port);
}

bool policy_rule_equal(const struct policy_rule *a, const struct policy_rule *b)
{
	return a->below == b->below && a->port == b->port && !strcmp(a->name, b->name);
}

static bool name_matches(const struct policy_rule *r, const char *name)
{
	return r->below ? hostname_below(name, r->name) : !strcmp(name, r->name);
}

static bool port_matches(const struct policy_rule *r, uint16_t port)
{
	if (r->port)
		return r->port == port;
	for (size_t i = 0; i < sizeof(default_ports) / sizeof(*default_ports); i++)
		if (default_ports[i] == port)
			return true;
	return false;
}

bool policy_rule_matches(const struct policy_rule *r, const char *name, uint16_t port)
{
	return name_matches(r, name) && port_matches(r, port);
}

/* Its place, or n_rules. */
static int find(const struct policy *p, const struct policy_rule *r)
{
	int i = 0;

	while (i < p->n_rules && !policy_rule_equal(&p->rules[i], r))
		i++;
	return i;
}

/* Insert into the ascending list; -1 when it is full. */
static int add_port(uint16_t *ports, int *n, uint16_t port)
{
	int i = 0;

	while (i < *n && ports[i] < port)
		i++;
	if (i < *n && ports[i] == port)
		return 0;
	if (*n == POLICY_PORTS)
		return -1;
	memmove(ports + i + 1, ports + i, (size_t)(*n - i) * sizeof(*ports));
	ports[i] = port;
	++*n;
	return 0;
}

static int add_ports(uint16_t *ports, int *n, const struct policy_rule *r)
{
	int result = 0;

	if (r->port)
		return add_port(ports, n, r->port);
	for (size_t i = 0; i < sizeof(default_ports) / sizeof(*default_ports); i++)
		result |= add_port(ports, n, default_ports[i]);
	return result;
}

int policy_ports(const struct policy *p, uint16_t out[POLICY_PORTS])
{
	int n = 0;

	for (int i = 0; i < p->n_rules; i++)
		add_ports(out, &n, &p->rules[i]);
	return n;
}

int policy_add(struct policy *p, const struct policy_rule *r, struct error *err)
{
	uint16_t ports[POLICY_PORTS];
	int n = policy_ports(p, ports);

	if (find(p, r) < p->n_rules)
		return 0;
	if (p->n_rules == POLICY_RULES) {
		error_set(err, 0, "more than %d rules", POLICY_RULES);
		error_hint(err, "one rule can stand for many names: \"*.example.com\"");
		return -1;
	}
	if (add_ports(ports, &n, r) < 0) {
		error_set(err, 0, "more than %d different ports", POLICY_PORTS);
		error_hint(err, "with that many, \"network\": \"open\" is what is meant");
		return -1;
	}
	p->rules[p->n_rules++] = *r;
	return 0;
}

int policy_remove(struct policy *p, const struct policy_rule *r, struct error *err)
{
	char text[POLICY_RULE_TEXT];
	int at = find(p, r);

	if (at < p->n_rules) {
		memmove(&p->rules[at], &p->rules[at + 1],
			(size_t)(p->n_rules - at - 1) * sizeof(*p->rules));
		p->n_rules--;
		return 0;
	}
	policy_rule_write(r, text);
	error_set(err, 0, "no rule %s", text);
	for (int i = 0; i < p->n_rules; i++)
		if (name_matches(&p->rules[i], r->name)) {
			policy_rule_write(&p->rules[i], text);
			error_hint(err, "it is allowed by the rule %.200s", text);
			break;
		}
	return -1;
}

bool policy_allows(const struct policy *p, const char *name, uint16_t port)
{
	if (p->mode != POLICY_ALLOWLIST)
		return p->mode == POLICY_OPEN;
	for (int i = 0; i < p->n_rules; i++)
		if (policy_rule_matches(&p->rules[i], name, port))
			return true;
	return false;
}

bool policy_knows(const struct policy *p, const char *name)
{
	if (p->mode != POLICY_ALLOWLIST)
		return p->mode == POLICY_OPEN;
	for (int i = 0; i < p->n_rules; i++)
		if (name_matches(&p->rules[i], name))
			return true;
	return false;
}
