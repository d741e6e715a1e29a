/*
 * An agent's credentials: which providers its sessions may use, and where the
 * secret of each comes from at launch. Secrets are fetched by whoever launches and
 * travel as one sealed memory file to the session's gateway, by descriptor: they
 * are never in an argument, an environment, a file, a log or the machine.
 *
 *   "credentials": { "anthropic": { "from_env": "ANTHROPIC_API_KEY",
 *                                   "cap": { "requests_per_hour": 200 } } }
 */
#ifndef ENGINE_SESSION_CREDENTIALS_H
#define ENGINE_SESSION_CREDENTIALS_H

#include "engine/session/provider.h"

enum { CREDENTIAL_ARGS = 16 };

enum credential_from {
	CREDENTIAL_NONE,    /* the provider has no "header" */
	CREDENTIAL_ENV,     /* a variable of whoever launches */
	CREDENTIAL_FILE,    /* a file of theirs that nobody else can read */
	CREDENTIAL_COMMAND, /* the first line that a program writes */
};

struct credential {
	struct provider provider;
	enum credential_from from;
	char source[512];                 /* the variable, or the path ("~/" is the home) */
	char *argv[CREDENTIAL_ARGS + 1];  /* owned */
	bool optional;                    /* without the secret the session starts without the provider */
	uint64_t requests_per_hour, bytes_per_hour;
};

/* The object "credentials" (may be NULL); gives their number through *n. On an error what
 * was read has to be given back, too. */
int credentials_read(struct credential out[BROKER_PROVIDERS], size_t *n, const cJSON *object,
		     const struct providers *providers, struct error *err);
/* Take the providers' descriptions again from the list. */
void credentials_refresh(struct credential *c, size_t n, const struct providers *providers);
void credentials_done(struct credential *c, size_t n);

/* Fetch the secrets and put them, with their providers, into a memory file for
 * gateway_configure_broker. *fd is -1 when there is nothing to tell. have[i] says whether
 * provider i is among them: an optional one may lack its secret. Blocks for as long as commands
 * run, at most 15 s each. */
int credentials_pack(const struct credential *c, size_t n, int *fd, bool have[BROKER_PROVIDERS],
		     struct error *err);

/* Read such a file into memory that is neither dumped nor swapped where that can be had,
 * and empty the file: what it held is gone from it. */
struct secret_bytes {
	uint8_t *data; /* NULL: none */
	size_t len, size;
};
int credentials_take(int fd, struct secret_bytes *out, struct error *err);
void secret_bytes_done(struct secret_bytes *s); /* wiped */

#endif
