/*
 * The manifest's readers, for each other: manifest.c reads the file and the agents,
 * manifest_network.c what an agent may reach, manifest_word.c one of a list of words. Only they include this.
 */
#ifndef ENGINE_SESSION_MANIFEST_PARTS_H
#define ENGINE_SESSION_MANIFEST_PARTS_H

#include "engine/session/manifest.h"

/* One of a list of words, its default by number; the error names the nearest. */
int manifest_word(const cJSON *o, const char *key, const char *const *words, size_t n, int dflt,
		  int *out, struct error *err);

/* "network", "allow" and "credentials" of an agent. */
int manifest_network(struct agent *a, const cJSON *o, const struct providers *providers,
		     struct error *err);

#endif
