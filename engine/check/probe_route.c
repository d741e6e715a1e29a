/* N08 and N12: the host's own way out, and what crashed sessions left. */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the kernel is asked for a way to; nothing is sent there. */
#define FAR_V4 "1.1.1.1"
#define FAR_V6 "2606:4700:4700::1111"

/* The default route's device and metric, as /proc/net/route has them. */
static bool default_route(const struct check_host *h, char *device, size_t cap, unsigned *metric)
{
	char text[16384];
	bool any = false;

	if (host_read(h, "/proc/net/route", text, sizeof(text)) <= 0)
		return false;
	for (char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
		char name[32];
		unsigned dest, gate, flags, refs, use, m, mask;

		line++;
		if (sscanf(line, "%31s %x %x %x %u %u %u %x", name, &dest, &gate, &flags, &refs, &use,
			   &m, &mask) != 8 || dest || mask || (any && m >= *metric))
			continue;
		snprintf(device, cap, "%s", name);
		*metric = m;
		any = true;
	}
	return any;
}

void probe_n08(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_sys *sys = host_sys(ctx->host);
	char v4[64], v6[64], device[32];
	unsigned metric = 0;
	bool has4 = sys->route(FAR_V4, v4, sizeof(v4)) == 0;
	int code = errno;
	bool has6 = sys->route(FAR_V6, v6, sizeof(v6)) == 0;

	if (!plan_networked(ctx->plan) && ctx->plan->n_images)
		r->severity = CHECK_ADVICE; /* nothing of this launch goes out */
	if (has4)
		record_seen(r, "to " FAR_V4, "from %s", v4);
	else
		record_seen(r, "to " FAR_V4, "%s (%s)", strerror(code), strerrorname_np(code));
	if (default_route(ctx->host, device, sizeof(device), &metric))
		record_seen(r, "default route", "%s, metric %u", device, metric);
	else
		record_seen(r, "default route", "none");
	record_seen(r, "IPv6", "%s%s", has6 ? "from " : "no way", has6 ? v6 : "");
	if (has4 || has6) {
		record_say(r, CHECK_OK, has4 ? "this host reaches the internet from %s" :
			   "this host reaches the internet by IPv6 alone, from %s", has4 ? v4 : v6);
		return;
	}
	record_say(r, CHECK_FAILED, "this host has no way out: %s", strerror(code));
	record_fix(r, 0, ARGV("ip", "route"), "see what there is");
	record_fix(r, 0, NULL, "connect the network; agents with a policy of `none` do without");
}

void probe_n12(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *state = ctx->plan->state_dir;
	int n;

	if (!*state) {
		record_say(r, CHECK_SKIP, "no state directory was asked about");
		return;
	}
	n = host_sys(ctx->host)->abandoned(state);
	if (n < 0) {
		record_say(r, CHECK_UNKNOWN, "%s: %s", state, strerror(errno));
		return;
	}
	if (!n) {
		record_say(r, CHECK_OK, "none");
		return;
	}
	record_seen(r, "sessions without an owner", "%d", n);
	record_say(r, CHECK_WARN, "%d session%s ended without a word; what held them is gone by itself, "
		   "their files are left", n, n == 1 ? "" : "s");
	record_fix(r, 0, ARGV("vmdeck", "gc", "--dry-run"), "see what would go");
	record_fix(r, 0, ARGV("vmdeck", "gc"), "remove what nobody owns");
}
