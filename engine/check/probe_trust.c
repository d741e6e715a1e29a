/*
 * C03, C04, C05 and T02: would the guest trust the APIs that its agent needs,
 * who stands between, until when, and by whose clock. trust.h has done the
 * handshakes; here they are put into words.
 */
#include "engine/check/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/check/distro.h"
#include "engine/check/trust.h"

enum {
	SOON_S = 14 * 86400,
	SKEW_WARN_S = 60,
	SKEW_FAIL_S = 300,
};

static const char *const words[TRUST_FAULT_COUNT] = {
	[TRUST_GOOD] = "trusted",
	[TRUST_NO_NAME] = "the name does not resolve",
	[TRUST_NO_WAY] = "no connection",
	[TRUST_SILENT] = "connected, and then no answer",
	[TRUST_EXPIRED] = "its certificate has expired",
	[TRUST_WRONG_NAME] = "its certificate is for another name",
	[TRUST_CLOCK] = "its certificate is not valid by this host's clock",
	[TRUST_INTERCEPTED] = "intercepted",
	[TRUST_OLD_IMAGE] = "trusted by this host, not by the image",
	[TRUST_UNKNOWN] = "signed by nobody that this host knows",
	[TRUST_NO_BUNDLE] = "answers; this host has no certificates to judge by (C01)",
	[TRUST_BROKEN] = "no TLS",
};

static bool nothing_to_ask(const struct probe_ctx *ctx, struct check_record *r)
{
	for (unsigned i = 0; i < ctx->plan->n_hosts; i++)
		if (ctx->plan->hosts[i].tls != CHECK_TLS_NONE)
			return false;
	record_say(r, CHECK_SKIP, "no agent of this launch needs a host");
	return true;
}

static void see_host(struct check_record *r, const struct trust *t, const struct trust_host *h)
{
	const char *said = h->look.end != TLS_GOOD ? h->look.said : h->host.said;

	if (h->image >= 0 && !*said)
		said = h->images[h->image].said;
	record_seen(r, h->name, "%s%s%s%s%s", words[h->fault], h->image >= 0 ? ", image " : "",
		    h->image >= 0 ? t->images[h->image].from : "", *said ? ": " : "", said);
}

static const struct check_image *image_of(const struct probe_ctx *ctx, const struct trust *t,
					  const struct trust_host *h)
{
	for (unsigned i = 0; h->image >= 0 && i < ctx->plan->n_images; i++)
		if (!strcmp(ctx->plan->images[i].name, t->images[h->image].from))
			return &ctx->plan->images[i];
	return NULL;
}

static void fix_image(struct check_record *r, const struct check_image *image)
{
	if (image)
		record_fix(r, 0, ARGV("vmdeck", "image", "fix-ca", image->name),
			   "write this host's bundle into the image");
}

static void fix_clock(const struct probe_ctx *ctx, struct check_record *r)
{
	if (ctx->distro == DISTRO_ALPINE)
		record_fix_on(ctx, r, DISTRO_ALPINE, FIX_ROOT, ARGV("rc-service", "chronyd", "start"),
			      "have the clock set");
	else if (ctx->distro == DISTRO_NIX)
		record_fix_on(ctx, r, DISTRO_NIX, 0, NULL,
			      "services.timesyncd.enable = true; in configuration.nix");
	else
		record_fix(r, FIX_ROOT, ARGV("timedatectl", "set-ntp", "true"), "have the clock set");
}

static void fix_host(const struct probe_ctx *ctx, struct check_record *r, const struct trust *t,
		     const struct trust_host *h)
{
	char url[300];

	snprintf(url, sizeof(url), "https://%s:%u/", h->name, h->port);
	switch (h->fault) {
	case TRUST_OLD_IMAGE:
		fix_image(r, image_of(ctx, t, h));
		return;
	case TRUST_INTERCEPTED:
		record_fix(r, 0, NULL, "see C04, which names who intercepts and what to do");
		return;
	case TRUST_CLOCK:
		fix_clock(ctx, r);
		return;
	case TRUST_EXPIRED:
		record_fix(r, 0, ARGV("date"), "is this host's clock right?");
		record_fix(r, 0, NULL, "else it is the server's fault: tell those who run %s", h->name);
		return;
	case TRUST_WRONG_NAME:
		record_fix(r, 0, ARGV("getent", "ahosts", h->name),
			   "somebody else answers under that name: see whose address it is");
		record_fix(r, 0, NULL,
			   "a captive portal does that (log in with a browser), and so does a wrong "
			   "line in /etc/hosts");
		return;
	case TRUST_UNKNOWN:
		record_fix(r, 0, NULL,
			   "if \"%s\" is your company's: put its certificate into this host's trust, "
			   "then ask again; if not, do not send it a key", h->root.issuer);
		package_fix(ctx, r, &package_ca, true);
		return;
	case TRUST_NO_WAY:
	case TRUST_SILENT:
		record_fix(r, 0, ARGV("curl", "-sv", "-m", "5", "-o", "/dev/null", url), "ask by hand");
		record_fix(r, 0, NULL,
			   "is the network up, and does a firewall let this host out to port %u?",
			   h->port);
		return;
	default:
		record_fix(r, 0, NULL, "see D03 for names, C01 for this host's certificates");
	}
}

void probe_c03(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct trust *t = nothing_to_ask(ctx, r) ? NULL : trust_of(ctx);
	const struct trust_host *first = NULL;
	unsigned good = 0;

	if (!t)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		const struct trust_host *h = &t->hosts[i];

		see_host(r, t, h);
		good += h->fault == TRUST_GOOD;
		/* What D03 says better comes last. */
		if (h->fault != TRUST_GOOD && (!first || first->fault == TRUST_NO_NAME))
			first = h;
	}
	if (!first) {
		record_say(r, CHECK_OK, "%u of %u hosts trusted%s", good, t->n_hosts,
			   t->n_images ? ", by the image and by this host" : "");
		return;
	}
	if (first->fault == TRUST_NO_NAME || first->fault == TRUST_NO_BUNDLE) {
		record_say(r, CHECK_UNKNOWN, "%s: %s", first->name, words[first->fault]);
		fix_host(ctx, r, t, first);
		return;
	}
	if (first->image >= 0)
		record_say(r, CHECK_FAILED, "%s: %s (image %s)", first->name, words[first->fault],
			   t->images[first->image].from);
	else
		record_say(r, CHECK_FAILED, "%s: %s", first->name, words[first->fault]);
	fix_host(ctx, r, t, first);
}

/* --- C04 --- */

static void offer(const struct probe_ctx *ctx, struct check_record *r, const struct trust *t,
		  const struct trust_host *h)
{
	const struct check_image *image = image_of(ctx, t, h);

	if (h->local && image)
		record_fix(r, 0, ARGV("vmdeck", "image", "fix-ca", "--extra", image->name),
			   "add just this host's own anchors to the image's bundle");
	if (h->local || *h->anchor.name) {
		record_fix(r, 0, NULL,
			   "give a Node agent just that anchor, in its entry of agents.json: \"files\": "
			   "{ \"/etc/ssl/extra.pem\": { \"from\": \"ITS FILE HERE\" } }, \"env\": { "
			   "\"NODE_EXTRA_CA_CERTS\": \"/etc/ssl/extra.pem\" }");
		if (image)
			record_fix(r, 0, ARGV("vmdeck", "image", "fix-ca", image->name),
				   "or put this host's whole bundle into the image, for all its agents");
		return;
	}
	record_fix(r, 0, NULL,
		   "get the certificate \"%s\" from your company, and put it into this host's trust; "
		   "then vmdeck image fix-ca gives it to guests", h->root.issuer);
}

void probe_c04(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct trust *t = nothing_to_ask(ctx, r) ? NULL : trust_of(ctx);
	const struct trust_host *bad = NULL, *fine = NULL;
	unsigned looked = 0;

	if (!t)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		const struct trust_host *h = &t->hosts[i];

		if (!*h->leaf.name)
			continue;
		looked++;
		if (h->fault == TRUST_INTERCEPTED)
			bad = bad ? bad : h;
		else if (h->local)
			fine = fine ? fine : h;
	}
	if (!looked) {
		record_say(r, CHECK_SKIP, "no certificate was seen: see C03");
		return;
	}
	if (bad) {
		const struct cert *by = *bad->anchor.name ? &bad->anchor : &bad->root;

		record_seen(r, bad->name, "signed by %s", bad->leaf.issuer);
		record_seen(r, "anchor", "%s", *bad->anchor.name ? by->name : bad->root.issuer);
		if (bad->local)
			record_seen(r, "found in", "%s", t->local.from);
		record_say(r, CHECK_FAILED, "%s opens TLS to %s, and %s",
			   *bad->anchor.name ? by->name : bad->root.issuer, bad->name,
			   bad->image >= 0 ? "the image does not know it" : "this host does not know it");
		offer(ctx, r, t, bad);
		return;
	}
	if (fine) {
		record_seen(r, fine->name, "signed by %s", fine->leaf.issuer);
		record_say(r, CHECK_INFO, "%s opens TLS to %s; image and host know it",
			   fine->anchor.name, fine->name);
		return;
	}
	record_say(r, CHECK_OK, "%u of %u hosts show certificates of public authorities", looked,
		   t->n_hosts);
}

/* --- C05 --- */

static bool expires(struct check_record *r, const char *what, const struct cert *c, int64_t now,
		    bool *over)
{
	int64_t left = c->not_after - now;

	if (!*c->name || !c->not_after || left > SOON_S)
		return false;
	if (left < 0)
		record_seen(r, what, "%s expired %" PRId64 " days ago", c->name, -left / 86400);
	else
		record_seen(r, what, "%s expires in %" PRId64 " days", c->name, left / 86400);
	*over |= left < 0;
	return true;
}

void probe_c05(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct trust *t = nothing_to_ask(ctx, r) ? NULL : trust_of(ctx);
	unsigned soon = 0, looked = 0;
	bool over = false;
	struct cert c;

	if (!t)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		looked += *t->hosts[i].leaf.name != '\0';
		/* A clock that is wrong makes everything expire: T02 says that. */
		if (t->hosts[i].fault != TRUST_CLOCK)
			soon += expires(r, t->hosts[i].name, &t->hosts[i].leaf, t->now, &over);
	}
	for (unsigned i = 0; t->local.data && bundle_cert(t->local.data, t->local.len, i, &c); i++) {
		looked++;
		soon += expires(r, t->local.from, &c, t->now, &over);
	}
	if (!looked) {
		record_say(r, CHECK_SKIP, "no certificate was seen: see C03");
		return;
	}
	if (!soon) {
		record_say(r, CHECK_OK, "none of %u runs out within 14 days", looked);
		return;
	}
	record_say(r, over ? CHECK_FAILED : CHECK_WARN, "%u of %u certificates %s", soon, looked,
		   over ? "expired" : "expire within 14 days");
	record_fix(r, 0, ARGV("date"), "is this host's clock right?");
	record_fix(r, 0, NULL,
		   "else renew it: an anchor of your own under the path shown, a server's by those "
		   "who run it");
}

/* --- T02 --- */

void probe_t02(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct trust *t = nothing_to_ask(ctx, r) ? NULL : trust_of(ctx);
	int64_t worst = 0;
	unsigned said = 0;

	if (!t)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		int64_t skew = t->hosts[i].look.date - t->now;

		if (!t->hosts[i].look.date)
			continue;
		/* The clock went on while the handshakes ran. */
		skew = skew > TRUST_MS / 1000 ? skew - TRUST_MS / 1000 : skew > 0 ? 0 : skew;
		record_seen(r, t->hosts[i].name, "%+" PRId64 " s", skew);
		if (!said++ || llabs(skew) < llabs(worst))
			worst = skew; /* one wrong server is not our clock: the nearest counts */
	}
	if (!said) {
		record_say(r, CHECK_SKIP, "no host said its time: see C03");
		return;
	}
	if (llabs(worst) <= SKEW_WARN_S) {
		record_say(r, CHECK_OK, "within %d s of %u host%s", SKEW_WARN_S, said,
			   said == 1 ? "" : "s");
		return;
	}
	record_say(r, llabs(worst) > SKEW_FAIL_S ? CHECK_FAILED : CHECK_WARN,
		   "this host's clock is %" PRId64 " s %s", (int64_t)llabs(worst),
		   worst > 0 ? "behind" : "ahead");
	fix_clock(ctx, r);
}
