/* C06 and T01: a proxy that this shell uses, and who sets this host's clock. */
#include "engine/check/probe.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/timex.h>

#include "engine/check/resolv.h"

static const char *const proxy_names[] = { "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
					   "ALL_PROXY", "all_proxy" };

/* "http://user:secret@name:3128/" to "name": what is before the @ is nobody's business. */
static void proxy_host(const char *url, char *out, size_t cap)
{
	const char *at = strstr(url, "://");
	const char *end, *user;

	at = at ? at + 3 : url;
	end = at + strcspn(at, "/?#");
	user = memrchr(at, '@', (size_t)(end - at));
	at = user ? user + 1 : at;
	if (*at == '[')
		snprintf(out, cap, "%.*s", (int)strcspn(at + 1, "]"), at + 1);
	else
		snprintf(out, cap, "%.*s", (int)strcspn(at, ":/?#"), at);
}

void probe_c06(const struct probe_ctx *ctx, struct check_record *r)
{
	char host[256], first[256] = "";
	const char *name = NULL, *no = host_env(ctx->host, "NO_PROXY");
	bool local = false;

	for (size_t i = 0; i < sizeof(proxy_names) / sizeof(*proxy_names); i++) {
		const char *v = host_env(ctx->host, proxy_names[i]);

		if (!v)
			continue;
		proxy_host(v, host, sizeof(host));
		record_seen(r, proxy_names[i], "%.180s", host);
		local |= resolv_loopback(host) || !strcasecmp(host, "localhost");
		if (!name) {
			name = proxy_names[i];
			snprintf(first, sizeof(first), "%s", host);
		}
	}
	if (no)
		record_seen(r, "NO_PROXY", "%.180s", no);
	if (!name) {
		record_say(r, CHECK_OK, "no proxy is set");
		return;
	}
	if (!plan_networked(ctx->plan) && ctx->plan->n_images) {
		record_say(r, CHECK_INFO, "%s is set; not needed with policy none", name);
		return;
	}
	record_say(r, CHECK_WARN, local ?
		   "%s names %s, which is this host itself: a guest that got it would find nothing there" :
		   "%s names %s: the gateway connects by itself and passes no proxy to guests", name,
		   first);
	record_fix(r, 0, NULL,
		   "if this host has no other way out (see C03), ask your network's people to let it "
		   "connect to the agents' hosts directly");
}

static void fix_sync(const struct probe_ctx *ctx, struct check_record *r)
{
	switch (ctx->distro) {
	case DISTRO_ALPINE:
		record_fix_on(ctx, r, DISTRO_ALPINE, FIX_ROOT, ARGV("rc-service", "chronyd", "start"),
			      "start the time service");
		return;
	case DISTRO_NIX:
		record_fix_on(ctx, r, DISTRO_NIX, 0, NULL,
			      "services.timesyncd.enable = true; in configuration.nix");
		return;
	default:
		record_fix(r, FIX_ROOT, ARGV("timedatectl", "set-ntp", "true"),
			   "start the time service");
	}
}

void probe_t01(const struct probe_ctx *ctx, struct check_record *r)
{
	long error_us = 0;
	int state = host_sys(ctx->host)->clock_state(&error_us);

	record_seen(r, "adjtimex", "%s, off by %ld ms at most",
		    state == TIME_ERROR ? "not synchronised" : "synchronised", error_us / 1000);
	if (state < 0) {
		record_say(r, CHECK_UNKNOWN, "the kernel does not say");
		return;
	}
	if (state != TIME_ERROR) {
		record_say(r, CHECK_OK, "set by a time service");
		return;
	}
	if (host_container(ctx->host)) {
		record_say(r, CHECK_INFO, "nobody sets the clock in this container; the host outside may");
		return;
	}
	record_say(r, CHECK_WARN, "nobody sets this host's clock (T02 says whether it is right)");
	fix_sync(ctx, r);
}
