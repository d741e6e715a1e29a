/* C01 and C02: the CA bundles, this host's and those of the images. */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/check/bundle.h"
#include "engine/check/distro.h"
#include "engine/check/image.h"
#include "engine/check/trust.h"

/* How many of a bundle's certificates hold. */
static unsigned usable(const struct bundle *b)
{
	unsigned not = b->expired + b->early;

	return b->certs > not ? b->certs - not : 0;
}

static void in_words(const struct bundle *b, char *out, size_t cap)
{
	int at = snprintf(out, cap, "%u certificates", b->certs);

	if (b->expired)
		at += snprintf(out + at, cap - (size_t)at, ", %u expired", b->expired);
	if (b->early)
		at += snprintf(out + at, cap - (size_t)at, ", %u not valid yet", b->early);
	if (b->broken)
		snprintf(out + at, cap - (size_t)at, ", %u unreadable", b->broken);
}

/* What is wrong with it, or NULL. */
static const char *fault(const struct bundle *b)
{
	if (!b->certs)
		return "holds no certificate";
	if (b->early > b->certs / 2)
		return "is not valid yet by this host's clock";
	if (b->expired > b->certs / 2)
		return "has mostly expired";
	return NULL;
}

/* An operator's setting that leads nowhere fails every TLS client here. */
static bool bad_setting(const struct probe_ctx *ctx, struct check_record *r, const char *name)
{
	const char *path = host_env(ctx->host, name);

	if (!path)
		return false;
	record_seen(r, name, "%s", path);
	if (host_exists(ctx->host, path))
		return false;
	record_say(r, CHECK_FAILED, "%s names %s, which is not there", name, path);
	record_fix(r, 0, NULL, "unset %s in this shell, and in its start-up files", name);
	return true;
}

static const char *find_host_bundle(const struct probe_ctx *ctx)
{
	return trust_host_bundle(ctx->host);
}

void probe_c01(const struct probe_ctx *ctx, struct check_record *r)
{
	AUTO_FREE char *text = malloc(BUNDLE_BYTES_MAX + 1);
	struct error err = { 0 };
	struct bundle b;
	const char *path, *wrong;
	char words[128];
	ssize_t n;

	if (bad_setting(ctx, r, "SSL_CERT_FILE") || bad_setting(ctx, r, "SSL_CERT_DIR"))
		return;
	path = find_host_bundle(ctx);
	if (!path) {
		record_say(r, CHECK_FAILED, "no CA bundle on this host");
		package_fix(ctx, r, &package_ca, false);
		return;
	}
	n = text ? host_read(ctx->host, path, text, BUNDLE_BYTES_MAX + 1) : -1;
	if (n < 0 || bundle_parse(&b, text, (size_t)n, host_sys(ctx->host)->now(), &err) < 0) {
		record_say(r, CHECK_FAILED, "%s cannot be read: %s", path,
			   n < 0 ? strerror(errno) : err.msg);
		package_fix(ctx, r, &package_ca, true);
		return;
	}
	in_words(&b, words, sizeof(words));
	record_seen(r, path, "%s", words);
	wrong = fault(&b);
	if (wrong && b.early > b.certs / 2) {
		record_say(r, CHECK_FAILED, "%s %s", path, wrong);
		record_fix(r, FIX_ROOT, ARGV("timedatectl", "set-ntp", "true"), "set the clock");
		return;
	}
	if (wrong) {
		record_say(r, CHECK_FAILED, "%s %s", path, wrong);
		package_fix(ctx, r, &package_ca, true);
		return;
	}
	if (usable(&b) < BUNDLE_CERTS_WANTED && !host_env(ctx->host, "SSL_CERT_FILE")) {
		record_say(r, CHECK_WARN, "only %u usable certificates in %s", usable(&b), path);
		package_fix(ctx, r, &package_ca, true);
		return;
	}
	record_say(r, CHECK_OK, "%u usable certificates", usable(&b));
}

/* The image's bundle judged: NULL when good, else what is wrong. `said` gets
 * what was seen. *unknown: it could not be looked at. */
static const char *judge_image(const struct probe_ctx *ctx, const struct check_image *image,
			       char *said, size_t cap, bool *unknown)
{
	struct error err = { 0 };
	char target[256];
	struct bundle b;
	const char *wrong = "has no CA bundle";

	snprintf(said, cap, "none of the usual files");
	for (int i = 0; bundle_paths[i]; i++) {
		AUTO_FREE char *data = NULL;
		char words[128];
		size_t len = 0;
		enum guest_file is = guest_read(image, bundle_paths[i], BUNDLE_BYTES_MAX, &data, &len,
						target, sizeof(target), &err);

		if (is == GUEST_ERROR) {
			*unknown = true;
			snprintf(said, cap, "%.180s", err.msg);
			return said;
		}
		if (is == GUEST_DANGLING) {
			snprintf(said, cap, "%s leads to %.90s, which is not in the image",
				 bundle_paths[i], target);
			continue;
		}
		if (is == GUEST_MISSING)
			continue;
		if (bundle_parse(&b, data, len, host_sys(ctx->host)->now(), &err) < 0) {
			*unknown = true;
			return err.code ? strerror(err.code) : "unreadable";
		}
		in_words(&b, words, sizeof(words));
		snprintf(said, cap, "%s: %s", bundle_paths[i], words);
		wrong = fault(&b) ? "has a CA bundle without a valid certificate" : NULL;
		if (!wrong)
			return NULL;
	}
	return wrong;
}

static void fix_image(const struct probe_ctx *ctx, struct check_record *r,
		      const struct check_image *image)
{
	if (!find_host_bundle(ctx)) {
		record_fix(r, 0, NULL, "first see C01: this host has no bundle to give");
		return;
	}
	record_fix(r, 0, ARGV("vmdeck", "image", "fix-ca", image->name),
		   "write this host's bundle into the image");
}

void probe_c02(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	unsigned good = 0;

	if (!p->n_images)
		record_say(r, CHECK_SKIP, "this launch has no image");
	for (unsigned i = 0; i < p->n_images; i++) {
		const struct check_image *image = &p->images[i];
		bool unknown = false;
		char said[192];
		const char *wrong = judge_image(ctx, image, said, sizeof(said), &unknown);

		record_seen(r, image->name, "%s", said);
		if (!wrong && ++good == p->n_images)
			record_say(r, CHECK_OK, "%s: %s", image->name, said);
		if (!wrong || (r->status == CHECK_FAILED && r->n_fixes))
			continue;
		if (unknown) {
			record_say(r, CHECK_UNKNOWN, "image %s: %s", image->name, said);
		} else if (image->networked) {
			record_say(r, CHECK_FAILED, "image %s %s", image->name, wrong);
			fix_image(ctx, r, image);
		} else if (r->status != CHECK_UNKNOWN || !*r->summary) {
			record_say(r, CHECK_INFO, "image %s %s; not needed with policy none",
				   image->name, wrong);
		}
	}
	if (r->status == CHECK_INFO)
		r->severity = CHECK_ADVICE;
	else if (r->status == CHECK_UNKNOWN)
		r->severity = CHECK_DEGRADED;
}
