/* Certificates: whom programs inside an image trust. */
#include "engine/image/ready_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"

enum { BUNDLE_MAX = 4 << 20 };

/* Where systems keep their bundle; the first is where it is put. */
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
};
/* The image's first good bundle, or its first at all; NULL: it has none. *at is its
 * index; `said` what the judge says. */
static char *bundle_of(const struct ready *l, size_t *len, size_t *at, bool *good,
		       char *said, size_t cap)
{
	char *first = NULL;

	*good = false;
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++) {
		char words[100] = "";
		size_t n;
		AUTO_FREE char *text = ready_text(l, bundles[i], BUNDLE_MAX, &n);
		if (!text)
			continue;
		*good = l->w->judge ? l->w->judge(text, n, words, sizeof(words))
				    : strstr(text, "-----BEGIN CERTIFICATE-----") != NULL;
		if (first && !*good)
			continue;
		free(first);
		first = take_ptr(&text);
		*len = n;
		*at = i;
		snprintf(said, cap, "%s", words);
		if (*good)
			break;
	}
	return first;
}

void ready_ca_look(const struct ready *l, struct ready_row *r)
{
	char said[100] = "";
	unsigned lacks = 0;
	size_t len = 0, at = 0;
	struct error err;
	bool good;
	AUTO_FREE char *text = bundle_of(l, &len, &at, &good, said, sizeof(said));
	AUTO_FREE char *pem = NULL;

	if (!text) {
		ready_see(r, false, "no CA bundle");
		return;
	}
	if (good && l->w->more &&
	    l->w->extra(text, len, l->w->more, l->w->more_len, &pem, &lacks, &err) < 0)
		ready_see(r, false, "%s cannot be compared", bundles[at]);
	else if (lacks)
		ready_see(r, false, "%s lacks %u of this host's", bundles[at], lacks);
	else
		ready_see(r, good, "%s%s%s", bundles[at], said[0] ? ": " : "", said);
}

/* What a good bundle lacks, at its end: it keeps its own, its mode and its owner, and
 * what links lead to it. */
static int add_to_bundle(const struct ready *l, const char *path, const char *text, size_t len)
{
	AUTO_FREE char *pem = NULL, *all = NULL;
	char real[PATH_MAX];
	struct ext4_node n;
	unsigned lacks;
	size_t size;

	if (l->w->extra(text, len, l->w->more, l->w->more_len, &pem, &lacks, l->err) < 0)
		return -1;
	if (!pem)
		return 0;
	size = strlen(pem);
	if (len + 1 + size > BUNDLE_MAX)
		return error_set(l->err, EFBIG, "%s", path);
	if (ext4_resolve(l->fs, path, real, sizeof(real), l->err) < 0 ||
	    ext4_stat(l->fs, real, false, &n, l->err) != 0)
		return -1;
	all = malloc(len + 1 + size);
	if (!all)
		return error_set(l->err, ENOMEM, "%s", path);
	memcpy(all, text, len);
	all[len] = '\n'; /* the last line of theirs may have no end */
	memcpy(all + len + 1, pem, size);
	return ext4_put_file(l->fs, real, all, len + 1 + size, &n, l->err);
}

int ready_ca_fix(const struct ready *l)
{
	size_t len = 0, at = 0;
	char said[100];
	bool good;
	AUTO_FREE char *text = bundle_of(l, &len, &at, &good, said, sizeof(said));

	if (good && l->w->more)
		return add_to_bundle(l, bundles[at], text, len);
	if (!l->w->bundle && l->w->more) {
		error_set(l->err, ENOENT, "the image has no good bundle to add to");
		error_hint(l->err, "vmdeck image fix-ca without --extra writes this host's");
		return -1;
	}
	if (!l->w->bundle) {
		error_set(l->err, ENOENT, "this host has no bundle of CA certificates");
		error_hint(l->err, "sudo apt install ca-certificates");
		return -1;
	}
	return ready_put(l, bundles[0], l->w->bundle, l->w->bundle_len);
}
