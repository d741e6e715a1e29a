/*
 * The manifest's readers, for each other: manifest.c reads the file and its list,
 * manifest_inherit.c what an entry has of another, manifest_agent.c an agent's keys,
 * manifest_network.c what it may reach, manifest_word.c one of a list of words. Only they include this.
 */
#ifndef ENGINE_SESSION_MANIFEST_PARTS_H
#define ENGINE_SESSION_MANIFEST_PARTS_H

#include "engine/session/manifest.h"

/* The whole of an entry, to be deleted. `known` has the entries so far, already merged: an
 * agent inherits from a built-in one or from one above it in the file. NULL: err says why. */
cJSON *manifest_inherit(const cJSON *known, const cJSON *entry, struct error *err);

/* Fill an agent that has its defaults. What was filled before an error stays to be freed. */
int manifest_agent(struct agent *a, const cJSON *o, const struct providers *providers,
		   struct error *err);

/* One of a list of words, its default by number; the error names the nearest. */
int manifest_word(const cJSON *o, const char *key, const char *const *words, size_t n, int dflt,
		  int *out, struct error *err);

/* "network", "allow" and "credentials" of an agent. */
int manifest_network(struct agent *a, const cJSON *o, const struct providers *providers,
		     struct error *err);

#endif
