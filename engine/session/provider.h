/*
 * A provider: an API that the broker forwards to with the operator's credential on.
 * Three are built in; the manifest's "providers" adds to them and changes them.
 * Knows where the API is and what programs in a guest must be told, not the
 * credential itself.
 */
#ifndef ENGINE_SESSION_PROVIDER_H
#define ENGINE_SESSION_PROVIDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "engine/net/broker_config.h"

enum {
	PROVIDERS_MAX = 16,
	PROVIDER_ENV = 6,
	PROVIDER_ENV_TEXT = 200,
};

struct provider {
	char name[BROKER_NAME];
	char base[BROKER_BASE];
	char header[64];  /* lower case; "": no credential is put on */
	char prefix[32];
	bool local;
	char ca[512];     /* path of a PEM bundle, or "" */
	/* For the guest: "NAME=value" where {url} is http://NAME.vmdeck and {key} a
	 * placeholder; "" after the last. */
	char env[PROVIDER_ENV][PROVIDER_ENV_TEXT];
};

struct providers {
	struct provider items[PROVIDERS_MAX];
	size_t n;
};

/* The built-in ones, then those of the object (may be NULL). */
int providers_read(struct providers *p, const cJSON *object, struct error *err);
/* NULL, with err naming the nearest, when there is none. */
const struct provider *providers_find(const struct providers *p, const char *name, struct error *err);

/* A variable for the guest, filled in; 0 or -1 when it does not fit. */
int provider_env(const struct provider *p, size_t i, char *out, size_t cap);

#endif
