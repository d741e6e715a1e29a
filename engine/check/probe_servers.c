/*
 * D04, D05 and D08: each name server that the gateway's look-ups will go to,
 * asked by packets of our own; whether one of them, or a portal in front of all,
 * answers for everybody; and names that have only IPv6 addresses.
 */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "engine/check/resolv.h"

enum {
	RESOLV_BYTES = 65536,
	UDP_MS = 2200,
	TCP_MS = 2000,
	RCODE_NXDOMAIN = 3, RCODE_SERVFAIL = 2, RCODE_REFUSED = 5,
	HTTP_NO_NETWORK = 511, /* RFC 6585: log in first */
};

static size_t servers_of(const struct probe_ctx *ctx, struct resolv *out)
{
	char text[RESOLV_BYTES];
	ssize_t n = host_read(ctx->host, "/etc/resolv.conf", text, sizeof(text));

	resolv_parse(out, text, n < 0 ? 0 : (size_t)n);
	/* glibc asks the first three. */
	return out->n < 3 ? out->n : 3;
}

static const char *a_name(const struct probe_ctx *ctx)
{
	return ctx->plan->n_hosts ? ctx->plan->hosts[0].name : "";
}

static void in_words(const struct dns_query *q, char *out, size_t cap)
{
	char code[16];

	if (q->udp == DNS_ANSWERED && q->tcp == DNS_ANSWERED)
		snprintf(out, cap, "answers in %u ms: %s", q->ms, dns_rcode(q->reply.rcode, code));
	else if (q->udp == DNS_ANSWERED)
		snprintf(out, cap, "answers in %u ms: %s; over TCP it %s", q->ms,
			 dns_rcode(q->reply.rcode, code), dns_way_names[q->tcp]);
	else if (q->tcp == DNS_ANSWERED)
		snprintf(out, cap, "over UDP it %s; over TCP: %s", dns_way_names[q->udp],
			 dns_rcode(q->reply.rcode, code));
	else if (q->udp == q->tcp)
		snprintf(out, cap, "%s", dns_way_names[q->udp]);
	else
		snprintf(out, cap, "%s; over TCP it %s", dns_way_names[q->udp], dns_way_names[q->tcp]);
}

static void fix_servers(const struct probe_ctx *ctx, struct check_record *r, const char *server)
{
	if (resolv_loopback(server)) {
		record_fix(r, FIX_ROOT, ARGV("systemctl", "restart", "systemd-resolved"),
			   "that server is this host's own: start it again");
		record_fix(r, 0, NULL, "or whichever resolver listens on %s (dnsmasq, unbound)", server);
		return;
	}
	if (host_exists(ctx->host, "/run/systemd/resolve/resolv.conf"))
		record_fix(r, 0, ARGV("resolvectl", "status"), "see which servers each network gave");
	record_fix(r, 0, NULL,
		   "your network blocks %s, or it is down: put your network's own server into "
		   "/etc/resolv.conf (its DHCP gave one; a VPN may have to be connected)", server);
}

void probe_d04(const struct probe_ctx *ctx, struct check_record *r)
{
	struct dns_query queries[RESOLV_SERVERS] = { 0 };
	struct resolv conf;
	size_t n = servers_of(ctx, &conf), good = 0, half = 0;
	const char *dead = NULL;
	const char *name = a_name(ctx);
	char said[128], code[16];
	bool refused = false;

	for (size_t i = 0; i < n; i++)
		queries[i] = (struct dns_query){
			.server = conf.servers[i], .port = ctx->host->dns_port,
			.name = name, .type = *name ? DNS_TYPE_A : DNS_TYPE_NS,
			.udp_ms = UDP_MS, .tcp_ms = TCP_MS,
		};
	host_sys(ctx->host)->dns(queries, n);
	for (size_t i = 0; i < n; i++) {
		struct dns_query *q = &queries[i];
		bool any = q->udp == DNS_ANSWERED || q->tcp == DNS_ANSWERED;
		bool use = any && q->reply.rcode != RCODE_REFUSED && q->reply.rcode != RCODE_SERVFAIL;

		in_words(q, said, sizeof(said));
		record_seen(r, q->server, "%s", said);
		good += use;
		half += use && q->udp != DNS_ANSWERED;
		if (!use && !dead) {
			dead = q->server;
			refused = any;
		}
	}
	if (!n) {
		record_say(r, CHECK_SKIP, "no server is named: see D02");
	} else if (!good && refused) {
		record_say(r, CHECK_FAILED, "no name server is of use: %s says %s", dead,
			   dns_rcode(queries[0].reply.rcode, code));
		fix_servers(ctx, r, dead);
	} else if (!good) {
		in_words(&queries[0], said, sizeof(said));
		record_say(r, CHECK_FAILED, n == 1 ? "the name server is dead: %s %s" :
			   "all name servers are dead: %s %s", dead, said);
		fix_servers(ctx, r, dead);
	} else if (dead) {
		record_say(r, CHECK_WARN, "%zu of %zu name servers answer; %s does not", good, n, dead);
		fix_servers(ctx, r, dead);
	} else if (half) {
		record_say(r, CHECK_WARN, "name servers answer over TCP only: something drops UDP port 53");
		fix_servers(ctx, r, queries[0].server);
	} else {
		record_say(r, CHECK_OK, "%zu of %zu answer, in %u ms", good, n, queries[0].ms);
	}
}

/* --- D05 --- */

/* A name that nobody has: `.invalid` is reserved for that (RFC 6761). */
static void nobody(char out[40])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	unsigned char raw[16] = { 0 };

	if (getrandom(raw, sizeof(raw), 0) < 0)
		raw[0] = 1;
	strcpy(out, "vmdeck-");
	for (size_t i = 0; i < sizeof(raw); i++)
		out[7 + i] = letters[raw[i] % 26];
	strcpy(out + 7 + sizeof(raw), ".invalid");
}

/* Is `to` the host itself, a part of it or above it? */
static bool kin(const char *host, const char *to)
{
	size_t a = strlen(host), b = strlen(to);
	const char *longer = a > b ? host : to, *shorter = a > b ? to : host;
	size_t n = a > b ? a - b : b - a;

	return !strcasecmp(longer + n, shorter) && (n == 0 || longer[n - 1] == '.');
}

static bool is_portal(const char *host, const struct portal *p)
{
	if (!p->answered)
		return false;
	if (p->code == HTTP_NO_NETWORK)
		return true;
	/* Our name, or a neighbour's (www, eu); a portal sends to its own. */
	return p->code / 100 == 3 && *p->to && !kin(host, p->to) &&
	       !kin(strchr(host, '.') ? strchr(host, '.') + 1 : host, p->to);
}

void probe_d05(const struct probe_ctx *ctx, struct check_record *r)
{
	struct dns_query queries[RESOLV_SERVERS] = { 0 };
	struct resolv conf;
	size_t n = servers_of(ctx, &conf), said = 0;
	const char *host = a_name(ctx);
	char label[40], code[16];
	const struct dns_query *liar = NULL;
	struct portal portal = { 0 };

	nobody(label);
	for (size_t i = 0; i < n; i++)
		queries[i] = (struct dns_query){ .server = conf.servers[i],
						 .port = ctx->host->dns_port, .name = label,
						 .type = DNS_TYPE_A, .udp_ms = UDP_MS };
	host_sys(ctx->host)->dns(queries, n);
	for (size_t i = 0; i < n; i++) {
		struct dns_query *q = &queries[i];

		if (q->udp != DNS_ANSWERED)
			continue;
		said++;
		record_seen(r, q->server, "%s%s%s", dns_rcode(q->reply.rcode, code),
			    *q->reply.address ? ": " : "", q->reply.address);
		if (!q->reply.rcode && q->reply.a && !liar)
			liar = q;
	}
	if (liar) {
		record_say(r, CHECK_WARN, "%s answers %s for a name that does not exist",
			   liar->server, liar->reply.address);
		record_fix(r, 0, NULL, "captive portal: log in with a browser, then ask again (r)");
		record_fix(r, 0, NULL, "or a provider's \"search assistance\": use another name server");
		return;
	}
	if (*host) {
		host_sys(ctx->host)->portal(host, &portal);
		if (portal.answered)
			record_seen(r, "http", "%ld%s%s", portal.code, *portal.to ? " to " : "",
				    portal.to);
	}
	if (is_portal(host, &portal)) {
		record_say(r, CHECK_WARN, "captive portal: http://%s/ is answered by %s", host,
			   *portal.to ? portal.to : "a log-in page");
		record_fix(r, 0, NULL, "captive portal: log in with a browser, then ask again (r)");
	} else if (!said) {
		record_say(r, CHECK_SKIP, "no server answered: see D04");
	} else {
		record_say(r, CHECK_OK, "a name that does not exist is told so");
	}
}

/* --- D08 --- */

void probe_d08(const struct probe_ctx *ctx, struct check_record *r)
{
	struct dns_query queries[2 * CHECK_HOSTS_MAX] = { 0 };
	const struct check_plan *p = ctx->plan;
	char from[64];
	struct resolv conf;
	unsigned only = 0, answered = 0;
	const char *first = NULL;

	if (!p->n_hosts || !servers_of(ctx, &conf)) {
		record_say(r, CHECK_SKIP, "no agent of this launch needs a name");
		return;
	}
	for (unsigned i = 0; i < p->n_hosts; i++) {
		for (unsigned k = 0; k < 2; k++)
			queries[2 * i + k] = (struct dns_query){
				.server = conf.servers[0], .port = ctx->host->dns_port,
				.name = p->hosts[i].name, .type = k ? DNS_TYPE_AAAA : DNS_TYPE_A,
				.udp_ms = UDP_MS,
			};
	}
	host_sys(ctx->host)->dns(queries, 2 * p->n_hosts);
	for (unsigned i = 0; i < p->n_hosts; i++) {
		const struct dns_query *a = &queries[2 * i], *aaaa = &queries[2 * i + 1];

		answered += a->udp == DNS_ANSWERED && aaaa->udp == DNS_ANSWERED;
		if (a->udp != DNS_ANSWERED || a->reply.a || aaaa->udp != DNS_ANSWERED ||
		    !aaaa->reply.aaaa)
			continue;
		record_seen(r, p->hosts[i].name, "only %s", aaaa->reply.address);
		first = first ? first : p->hosts[i].name;
		only++;
	}
	if (!answered) {
		record_say(r, CHECK_SKIP, "no answer: see D04");
		return;
	}
	if (!only) {
		record_say(r, CHECK_OK, "all names have IPv4 addresses");
		return;
	}
	if (host_sys(ctx->host)->route("2001:4860:4860::8888", from, sizeof(from)) == 0) {
		record_say(r, CHECK_OK, "%u with IPv6 only, and this host has IPv6", only);
		return;
	}
	record_seen(r, "route for IPv6", "%s", strerror(errno));
	record_say(r, CHECK_WARN, "%s has only IPv6 addresses, and this host has no IPv6", first);
	record_fix(r, 0, NULL,
		   "connect this host by IPv6, or use a name server that makes IPv4 addresses of "
		   "them (DNS64 with NAT64)");
}
