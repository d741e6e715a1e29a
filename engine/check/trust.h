/*
 * What C03, C04, C05 and T02 all rest on: the host's CA bundle, those of the
 * images, the operator's own anchors, and a handshake with each host that the
 * agents need under each of these. Gathered once per child. It knows no record.
 *
 * The images' bytes are read in a child of this child, without network, so that
 * the one that talks to the network never parses a foreign file system.
 */
#ifndef ENGINE_CHECK_TRUST_H
#define ENGINE_CHECK_TRUST_H

#include "engine/check/bundle.h"
#include "engine/check/probe.h"
#include "engine/check/tls.h"

enum { TRUST_MS = 4000, TRUST_IMAGES = 3 };

struct trust_text {
	char *data; /* owned; NULL: there is none */
	size_t len;
	char from[128]; /* a path, or an image's name */
};

enum trust_fault {
	TRUST_GOOD,
	TRUST_NO_NAME,     /* D03 tells more */
	TRUST_NO_WAY,
	TRUST_SILENT,
	TRUST_EXPIRED,     /* the server's certificate, by the server's own clock too */
	TRUST_WRONG_NAME,
	TRUST_CLOCK,       /* not valid by our clock, valid by the server's */
	TRUST_INTERCEPTED, /* signed by one of the operator's own anchors, or a known proxy's */
	TRUST_OLD_IMAGE,   /* the host's bundle does, the image's does not */
	TRUST_UNKNOWN,     /* neither does */
	TRUST_NO_BUNDLE,   /* the host has none, and the look said nothing else */
	TRUST_BROKEN,
	TRUST_FAULT_COUNT
};

struct trust_host {
	char name[256];
	unsigned short port;
	bool brokered; /* the gateway speaks to it: images do not matter */
	struct tls_ask look, host, images[TRUST_IMAGES];
	enum trust_fault fault;
	int image;              /* of OLD_IMAGE, INTERCEPTED: which; -1: not one's */
	struct cert leaf, root; /* of the chain that was served; name "" when none was */
	struct cert anchor;     /* what signed it, of the host's or the operator's; or "" */
	bool local;             /* that anchor is one of the operator's own */
};

struct trust {
	struct trust_text host, local;
	struct trust_text images[TRUST_IMAGES]; /* of networked ones, no two equal */
	unsigned n_images;
	struct trust_host hosts[CHECK_HOSTS_MAX];
	unsigned n_hosts;
	int64_t now;
};

/* The child's own, asked at the first call. NULL without memory. */
const struct trust *trust_of(const struct probe_ctx *ctx);

/* Where this host's bundle is: SSL_CERT_FILE, or the first that is there; NULL. */
const char *trust_host_bundle(const struct check_host *h);
/* The operator's own anchors, as PEM in out->data (NULL: none). */
void trust_local(const struct check_host *h, struct trust_text *out);

#endif
