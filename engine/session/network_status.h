/*
 * What a session may reach and what it reached: the policy, figures for each name and
 * provider, events. A plain (large) value: the supervisor keeps one, sends it to who
 * asks, and leaves it as network.json in the session's directory.
 */
#ifndef ENGINE_SESSION_NETWORK_STATUS_H
#define ENGINE_SESSION_NETWORK_STATUS_H

#include "engine/net/broker_config.h"
#include "engine/net/gateway.h"
#include "engine/session/events.h"

#define NETWORK_STATUS_FILE "network.json"
enum { NETWORK_NAMES = 128, NETWORK_STATUS_CAP = 1 << 20 };

struct network_status {
	struct policy policy;
	bool up;        /* a gateway serves it */
	bool silent;    /* it does not answer just now */
	bool confined;  /* its process sees no more of the host than it needs */
	char down[128]; /* why it does not any more; "" */
	struct gateway_totals totals;
	struct gateway_counter names[NETWORK_NAMES]; /* without the providers */
	unsigned n_names;
	struct broker_figures providers[BROKER_PROVIDERS];
	unsigned n_providers;
	struct events events;
};

/* All bytes to and from the guest, the broker's included; refusals; connections now. */
struct network_sums {
	uint64_t in, out, refused;
	unsigned open;
};
struct network_sums network_sums(const struct network_status *s);

/* The policy as members "network" and "allow" of an object, as in agents.json. */
void network_policy_put(cJSON *o, const struct policy *p);
int network_policy_get(struct policy *p, const cJSON *o, struct error *err);

cJSON *network_status_json(const struct network_status *s);
/* From a file or the wire; -1 when it is none. Texts are cleaned. */
int network_status_parse(struct network_status *s, const cJSON *j, struct error *err);

/* Beside the session's record: what it leaves. */
int network_status_save(const struct network_status *s, int dir, struct error *err);

#endif
