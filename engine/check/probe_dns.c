/*
 * D01 to D06: names. Guests never get the host's resolv.conf: their name
 * server is the session's gateway, which looks allowed names up on the host.
 * So the host's own resolver must work (D02, D03), and in an image nothing may
 * stand in the way of the gateway's address (D06).
 */
#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/check/image.h"
#include "engine/check/resolv.h"

enum {
	RESOLVE_MS = 3000,
	RESOLV_BYTES = 65536,
};

#define RESOLV_CONF "/etc/resolv.conf"

/* Real servers behind a stub, where its makers write them. */
static const char *const upstream_paths[] = {
	"/run/systemd/resolve/resolv.conf",
	"/run/NetworkManager/no-stub-resolv.conf",
	"/run/resolvconf/resolv.conf",
	"/etc/resolv.dnsmasq",
};

static ssize_t read_resolv(const struct probe_ctx *ctx, const char *path, struct resolv *out)
{
	char text[RESOLV_BYTES];
	ssize_t n = host_read(ctx->host, path, text, sizeof(text));

	resolv_parse(out, text, n < 0 ? 0 : (size_t)n);
	return n;
}

static void see_upstream(const struct probe_ctx *ctx, struct check_record *r, const char *stub)
{
	for (size_t i = 0; i < sizeof(upstream_paths) / sizeof(*upstream_paths); i++) {
		struct resolv up;
		char list[256];

		if (read_resolv(ctx, upstream_paths[i], &up) < 0 || up.n == up.n_loopback)
			continue;
		record_seen(r, upstream_paths[i], "%s", resolv_list(&up, list, sizeof(list)));
		record_say(r, CHECK_INFO,
			   "host uses %s, a stub for %s; guests get the gateway's address instead",
			   stub, resolv_list(&up, list, sizeof(list)));
		return;
	}
	record_say(r, CHECK_INFO,
		   "host uses %s, a resolver of its own; guests get the gateway's address instead",
		   stub);
}

void probe_d01(const struct probe_ctx *ctx, struct check_record *r)
{
	struct resolv conf;
	char list[256];

	if (read_resolv(ctx, RESOLV_CONF, &conf) < 0) {
		record_say(r, CHECK_UNKNOWN, "/etc/resolv.conf: %s", strerror(errno));
		return;
	}
	record_seen(r, RESOLV_CONF, "%s", resolv_list(&conf, list, sizeof(list)));
	if (!conf.n_loopback)
		record_say(r, CHECK_OK, "host asks %s", conf.servers[0]);
	else
		see_upstream(ctx, r, conf.servers[0]);
}

static void fix_resolv(const struct probe_ctx *ctx, struct check_record *r)
{
	if (host_exists(ctx->host, "/run/systemd/resolve/stub-resolv.conf"))
		record_fix(r, FIX_ROOT,
			   ARGV("ln", "-sf", "../run/systemd/resolve/stub-resolv.conf", RESOLV_CONF),
			   "point it at systemd-resolved");
	else if (host_exists(ctx->host, "/run/NetworkManager/resolv.conf"))
		record_fix(r, FIX_ROOT,
			   ARGV("ln", "-sf", "../run/NetworkManager/resolv.conf", RESOLV_CONF),
			   "point it at NetworkManager's");
	else if (host_exists(ctx->host, "/lib/systemd/system/systemd-resolved.service") ||
		 host_exists(ctx->host, "/usr/lib/systemd/system/systemd-resolved.service"))
		record_fix(r, FIX_ROOT, ARGV("systemctl", "enable", "--now", "systemd-resolved"),
			   "start systemd-resolved, which writes it");
	record_fix(r, FIX_ROOT, NULL,
		   "or write a line `nameserver ADDRESS` with your network's server into "
		   "/etc/resolv.conf (remove the link first)");
}

void probe_d02(const struct probe_ctx *ctx, struct check_record *r)
{
	char target[256];
	struct resolv conf;
	struct stat st;
	bool linked = host_readlink(ctx->host, RESOLV_CONF, target, sizeof(target)) >= 0;

	if (!plan_networked(ctx->plan) && ctx->plan->n_images)
		r->severity = CHECK_ADVICE; /* nothing of this launch asks for a name */
	if (linked)
		record_seen(r, "link", "%s", target);
	if (host_stat(ctx->host, RESOLV_CONF, &st) < 0) {
		record_seen(r, RESOLV_CONF, "%s", strerror(errno));
		if (linked)
			record_say(r, CHECK_FAILED, "/etc/resolv.conf is a link to %s, which is not "
				   "there", target);
		else
			record_say(r, CHECK_FAILED, "no /etc/resolv.conf");
		fix_resolv(ctx, r);
		return;
	}
	if (read_resolv(ctx, RESOLV_CONF, &conf) < 0) {
		record_say(r, CHECK_FAILED, "/etc/resolv.conf cannot be read: %s", strerror(errno));
		record_fix(r, FIX_ROOT, ARGV("chmod", "a+r", RESOLV_CONF), "let everybody read it");
		return;
	}
	if (conf.n) {
		record_say(r, CHECK_OK, "%zu name server%s", conf.n, conf.n == 1 ? "" : "s");
		return;
	}
	record_seen(r, RESOLV_CONF, "%lld bytes, %zu malformed", (long long)st.st_size, conf.n_bad);
	record_say(r, CHECK_FAILED, conf.n_bad ? "/etc/resolv.conf names no valid server" :
		   "/etc/resolv.conf names no server");
	fix_resolv(ctx, r);
}

/* One name being looked up, in a thread: getaddrinfo has no deadline. */
struct lookup {
	const struct check_sys *sys;
	const char *name;
	pthread_t thread;
	bool started;
	int code;
};

static void *look_up(void *arg)
{
	struct lookup *l = arg;

	l->code = l->sys->resolve(l->name);
	return NULL;
}

enum { RESOLVE_LATE = 1 }; /* beside getaddrinfo's codes, which are <= 0 */

static int lookup_end(struct lookup *l, const struct timespec *until)
{
	if (!l->started)
		return EAI_MEMORY;
	return pthread_timedjoin_np(l->thread, NULL, until) == 0 ? l->code : RESOLVE_LATE;
}

static void fix_lookup(struct check_record *r, int code, const char *name)
{
	switch (code) {
	case RESOLVE_LATE:
	case EAI_AGAIN:
		record_fix(r, 0, ARGV("getent", "ahosts", name), "ask by hand");
		record_fix(r, 0, NULL,
			   "the name server does not answer: is the network up, the VPN connected, "
			   "the server in /etc/resolv.conf the right one?");
		return;
	case EAI_NONAME:
	case EAI_NODATA:
		record_fix(r, 0, NULL,
			   "the server answers, and knows no %s: look for a misspelling in "
			   "agents.json, or a filter in your network", name);
		return;
	default:
		record_fix(r, 0, ARGV("getent", "ahosts", name), "ask by hand");
	}
}

static void tell_lookups(struct check_record *r, const struct check_plan *p, const int *codes)
{
	unsigned bad = 0, first = 0;
	int late = 0;

	for (unsigned i = 0; i < p->n_hosts; i++) {
		const char *say = codes[i] == RESOLVE_LATE ? "no answer in 3 s" :
				  codes[i] ? gai_strerror(codes[i]) : "resolves";

		record_seen(r, p->hosts[i].name, "%s", say);
		late += codes[i] == RESOLVE_LATE;
		if (codes[i] && !bad++)
			first = i;
	}
	if (!bad) {
		record_say(r, CHECK_OK, "%u of %u names resolve", p->n_hosts, p->n_hosts);
		return;
	}
	if (late)
		record_say(r, CHECK_FAILED, "%u of %u names do not resolve: no answer in 3 s", bad,
			   p->n_hosts);
	else
		record_say(r, CHECK_FAILED, "%u of %u names do not resolve: %s: %s", bad, p->n_hosts,
			   p->hosts[first].name, gai_strerror(codes[first]));
	fix_lookup(r, codes[first], p->hosts[first].name);
}

void probe_d03(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_plan *p = ctx->plan;
	struct lookup *looks;
	int codes[CHECK_HOSTS_MAX];
	struct timespec until;
	bool late = false;

	if (!p->n_hosts) {
		record_say(r, CHECK_SKIP, "no agent of this launch needs a name");
		return;
	}
	looks = calloc(CHECK_HOSTS_MAX, sizeof(*looks));
	if (!looks) {
		record_say(r, CHECK_UNKNOWN, "no memory");
		return;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RESOLVE_MS / 1000;
	for (unsigned i = 0; i < p->n_hosts; i++) {
		looks[i].sys = host_sys(ctx->host);
		looks[i].name = p->hosts[i].name;
		looks[i].started = !pthread_create(&looks[i].thread, NULL, look_up, &looks[i]);
	}
	for (unsigned i = 0; i < p->n_hosts; i++) {
		codes[i] = lookup_end(&looks[i], &until);
		late |= codes[i] == RESOLVE_LATE;
	}
	tell_lookups(r, p, codes);
	if (!late)
		free(looks); /* a late thread still has it, and ends with this process */
}

enum image_dns { DNS_GOOD, DNS_MISSING, DNS_EMPTY, DNS_LOOPBACK, DNS_DANGLING, DNS_UNREADABLE };

/* One image's file judged; `said` gets it in words. */
static enum image_dns judge_image(const struct check_image *image, char *said, size_t cap)
{
	struct error err = { 0 };
	char target[256] = "", list[256];
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	struct resolv conf;

	switch (guest_read(image, RESOLV_CONF, RESOLV_BYTES, &text, &len, target, sizeof(target),
			   &err)) {
	case GUEST_MISSING:
		snprintf(said, cap, "missing");
		return DNS_MISSING;
	case GUEST_DANGLING:
		/* The kernel's own answer, which the guest's /proc will have. */
		if (!strcmp(target, "/proc/net/pnp") || !strcmp(target, "../proc/net/pnp")) {
			snprintf(said, cap, "link to %s", target);
			return DNS_GOOD;
		}
		snprintf(said, cap, "link to %.100s, which is not in the image", target);
		return DNS_DANGLING;
	case GUEST_ERROR:
		snprintf(said, cap, "%.180s", err.msg);
		return DNS_UNREADABLE;
	case GUEST_READ:
		break;
	}
	resolv_parse(&conf, text, len);
	if (!conf.n) {
		snprintf(said, cap, conf.n_bad ? "a placeholder, no address" : "names no server");
		return DNS_EMPTY;
	}
	snprintf(said, cap, "%.180s", resolv_list(&conf, list, sizeof(list)));
	return conf.n_loopback == conf.n ? DNS_LOOPBACK : DNS_GOOD;
}

static void fix_image(struct check_record *r, const struct check_image *image)
{
	record_fix(r, 0, ARGV("vmdeck", "image", "fix-dns", image->name),
		   "write the gateway's address into the image");
}

void probe_d06(const struct probe_ctx *ctx, struct check_record *r)
{
	static const char *const words[] = {
		[DNS_MISSING] = "has no /etc/resolv.conf",
		[DNS_EMPTY] = "has an /etc/resolv.conf without a server",
		[DNS_LOOPBACK] = "points at a resolver of its own machine",
		[DNS_DANGLING] = "has an /etc/resolv.conf that leads nowhere",
	};
	const struct check_plan *p = ctx->plan;
	unsigned good = 0;

	if (!p->n_images)
		record_say(r, CHECK_SKIP, "this launch has no image");
	for (unsigned i = 0; i < p->n_images; i++) {
		const struct check_image *image = &p->images[i];
		char said[192];
		enum image_dns is = judge_image(image, said, sizeof(said));

		record_seen(r, image->name, "%s", said);
		if (is == DNS_GOOD && ++good == p->n_images)
			record_say(r, CHECK_OK, "%s: %s", image->name, said);
		if (is == DNS_GOOD || (r->status == CHECK_FAILED && r->n_fixes))
			continue;
		if (is == DNS_UNREADABLE) {
			record_say(r, CHECK_UNKNOWN, "image %s: %s", image->name, said);
		} else if (image->networked) {
			record_say(r, CHECK_FAILED, "image %s %s", image->name, words[is]);
			fix_image(r, image);
		} else if (r->status != CHECK_UNKNOWN || !*r->summary) {
			record_say(r, CHECK_INFO, "image %s %s; not needed with policy none",
				   image->name, words[is]);
		}
	}
	if (r->status == CHECK_INFO)
		r->severity = CHECK_ADVICE;
}
