/*
 * What a session may reach: a mode, and rules of names and ports. Pure: it
 * knows neither sockets nor addresses.
 *
 * A rule is NAME[:PORT]. NAME is a host name, or "*." and a name of at least
 * two labels, which stands for everything below it and not for itself. Without a
 * port, 443 and 80 are meant. In mode `open` every name and port is allowed and
 * the rules are kept, for the day the mode changes back; in `none` nothing is.
 * Names under ".vmdeck" are the gateway's own and never subject to a policy.
 */
#ifndef ENGINE_NET_POLICY_H
#define ENGINE_NET_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/net/hostname.h"

enum policy_mode { POLICY_NONE, POLICY_ALLOWLIST, POLICY_OPEN, POLICY_MODE_COUNT };
extern const char *const policy_mode_names[]; /* "none", "allowlist", "open"; NULL at the end */

enum {
	POLICY_RULES = 128, /* most of one policy */
	POLICY_PORTS = 32,  /* most different ports: each is a listening socket */
	POLICY_RULE_TEXT = HOSTNAME_SIZE + 9,
};

struct policy_rule {
	char name[HOSTNAME_SIZE]; /* as hostname_read gives it, without "*." */
	bool below;               /* "*." was in front */
	uint16_t port;            /* 0: 443 and 80 */
};

/* A plain value: copied with =. */
struct policy {
	enum policy_mode mode;
	uint16_t n_rules;
	struct policy_rule rules[POLICY_RULES];
};

/* "allowlist" */
int policy_mode_read(enum policy_mode *mode, const char *text, struct error *err);

/* "*.github.com:22". The error quotes the rule (cleaned) and says which character
 * is wrong and what would be right. */
int policy_rule_read(struct policy_rule *r, const char *text, struct error *err);
/* The rule as it is written. */
void policy_rule_write(const struct policy_rule *r, char out[POLICY_RULE_TEXT]);
bool policy_rule_equal(const struct policy_rule *a, const struct policy_rule *b);
bool policy_rule_matches(const struct policy_rule *r, const char *name, uint16_t port);

/* Add a rule; adding it twice is harmless. -1 when the policy is full. */
int policy_add(struct policy *p, const struct policy_rule *r, struct error *err);
/* Remove exactly this rule. -1 when there is none; the hint names a wider one that
 * covers it. */
int policy_remove(struct policy *p, const struct policy_rule *r, struct error *err);

/* May it be reached? `name` as hostname_read gives it. */
bool policy_allows(const struct policy *p, const char *name, uint16_t port);
/* On some port at least: is the name answered at all? */
bool policy_knows(const struct policy *p, const char *name);

/* The different ports of the rules, ascending; gives their number. */
int policy_ports(const struct policy *p, uint16_t out[POLICY_PORTS]);

#endif
