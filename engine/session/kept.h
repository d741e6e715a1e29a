/*
 * Rules that were allowed or denied for good (`vmdeck allow --keep`): allow.json in
 * the configuration directory, written by vmdeck and applied over agents.json, which
 * stays as its owner wrote it, comments and all.
 *
 *   { "schema": 1, "agents": { "web": { "allow": ["api.example.com"], "deny": [] } } }
 *
 * "deny" takes exactly that rule out of the agent's "allow".
 */
#ifndef ENGINE_SESSION_KEPT_H
#define ENGINE_SESSION_KEPT_H

#include "engine/session/manifest.h"

/* Apply the file, if there is one, to the agents of the manifest. */
int kept_apply(struct manifest *m, const struct paths *paths, struct error *err);

/* Keep a rule for later sessions of the agent; undoes the opposite one. */
int kept_change(const struct paths *paths, const char *agent, const struct policy_rule *r, bool allow,
		struct error *err);

#endif
