/*
 * What a session's broker is told: its providers with their secrets, as one piece
 * of bytes that travels through descriptors only. And what it reports: a row of
 * figures for each provider. Both ends are vmdeck; the reader is strict all the
 * same.
 */
#ifndef ENGINE_NET_BROKER_CONFIG_H
#define ENGINE_NET_BROKER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
	BROKER_PROVIDERS = 8,
	BROKER_NAME = 32,       /* a label: [a-z][a-z0-9-]*, NUL included */
	BROKER_BASE = 256,
	BROKER_SECRET = 4096,   /* most bytes of a secret */
	BROKER_CA = 16 << 10,   /* most bytes of a provider's CA bundle */
	BROKER_CONFIG_MAX = 48 << 10,
};

struct broker_provider {
	char name[BROKER_NAME];  /* http://NAME.vmdeck/ */
	char base[BROKER_BASE];  /* "https://api.example.com/v1": no query, no slash at its end */
	char header[64];         /* what the credential goes into, lower case; "": there is none */
	char prefix[32];         /* before the secret: "Bearer " */
	bool local;              /* its address may be a special-purpose one */
	uint64_t requests_per_hour, bytes_per_hour; /* 0: no cap */
	const char *secret;      /* not terminated; belongs to the config's bytes or its maker */
	size_t secret_len;
	const char *ca;          /* PEM; NULL: the system's */
	size_t ca_len;
};

/* Is this a base URL that a broker can serve? https://host[:port][/path], or http:// when
 * local; no user, query or fragment. *special (may be NULL): its host is localhost or an
 * address literal, so that whoever wrote it meant that very address. */
int broker_base_check(const char *base, bool local, bool *special, struct error *err);

/* Write the config; gives its length, -1 when it does not fit. */
long broker_config_write(uint8_t *out, size_t cap, const struct broker_provider *p, size_t n);
/* Read one; spans point into data. Gives the number of providers, or -1. */
int broker_config_read(const uint8_t *data, size_t len, struct broker_provider out[BROKER_PROVIDERS]);

/* One provider's figures since the session began. A report is an array of them. */
struct broker_figures {
	char name[BROKER_NAME];
	uint64_t requests;  /* forwarded */
	uint64_t errors;    /* of those: not reached, or answered with 4xx or 5xx */
	uint64_t refused;   /* not forwarded: cap, limits, not well formed */
	uint64_t in, out;   /* bytes of bodies to the guest, from the guest */
	uint32_t open;      /* requests now */
	uint32_t capped;    /* 1: its cap is reached now */
};
/* A report as it came: the number of rows, or -1 when it is none. */
int broker_report_read(const void *data, size_t n, struct broker_figures out[BROKER_PROVIDERS]);

#endif
