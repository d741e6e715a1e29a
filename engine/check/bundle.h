/*
 * Certificates: how many a PEM file holds and how many of them still hold, what
 * a served chain says of itself, and which anchors one bundle has beyond
 * another. The bytes may come out of a guest image or off the network, so they
 * are foreign; run it where a crash does no harm. This is X509's front door.
 */
#ifndef ENGINE_CHECK_BUNDLE_H
#define ENGINE_CHECK_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "engine/base/error.h"

enum {
	BUNDLE_BYTES_MAX = 4 << 20,
	BUNDLE_CERTS_MAX = 4096,
	BUNDLE_CERTS_WANTED = 50, /* Mozilla's list has about 140 */
};

struct bundle {
	unsigned certs;   /* that could be read */
	unsigned expired; /* of them */
	unsigned early;   /* of them: not valid yet, so a clock is wrong */
	unsigned broken;  /* blocks that are no certificate */
};

/* Read them all. Fails only without memory; "nothing in it" is certs == 0. */
int bundle_parse(struct bundle *out, const void *data, size_t len, time_t now, struct error *err);

/* Where distributions keep it, NULL-ended, the commonest first. */
extern const char *const bundle_paths[];

/* One certificate. */
struct cert {
	char name[128];     /* its subject's CN, else O; cleaned */
	char issuer[128];   /* the same of its issuer */
	char sha256[65];    /* of its DER */
	int64_t not_before, not_after; /* seconds since 1970 */
	bool self_signed;   /* issuer and subject are the same */
};

/* The n-th (0 is the first) of a PEM text: 1 and it, or 0 when there are fewer. */
int bundle_cert(const void *data, size_t len, unsigned n, struct cert *out);
/* Its last: what a chain that was served leads up to. 1, or 0 when there is none. */
int bundle_last(const void *data, size_t len, struct cert *out);
/* The one in it whose subject is the issuer of the last of `chain`, or which is that
 * last itself. 1 found, 0 not. */
int bundle_signer(const void *data, size_t len, const void *chain, size_t chain_len,
		  struct cert *out);

/* Those of `more` that `data` lacks, as PEM in *pem (free it; NULL when there is
 * none), their number in *n. */
int bundle_extra(const void *data, size_t len, const void *more, size_t more_len, char **pem,
		 unsigned *n, struct error *err);

#endif
