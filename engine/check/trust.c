#include "engine/check/trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/check/answer.h"
#include "engine/check/image.h"

enum {
	IMAGE_MS = 2000,
	LOCAL_FILES = 64,
	LOCAL_BYTES = 1 << 20,
};

/* Where distributions look for what an operator adds. */
static const char *const local_dirs[] = {
	"/usr/local/share/ca-certificates",	/* Debian, Alpine */
	"/etc/pki/ca-trust/source/anchors",	/* Fedora */
	"/etc/ca-certificates/trust-source/anchors", /* Arch */
	"/etc/pki/trust/anchors",		/* SUSE */
};

/* Products that open TLS, as they name themselves in their certificates. */
static const char *const known_proxies[] = {
	"Zscaler", "Netskope", "Gateway CA - Cloudflare", "Cloudflare for Teams", "Palo Alto",
	"Fortinet", "FortiGate", "Blue Coat", "Symantec Web", "Cisco Umbrella", "Forcepoint",
	"Sophos", "mitmproxy", "Charles Proxy", "PortSwigger", "DO_NOT_TRUST_FiddlerRoot",
	"Kaspersky", "Avast", "ESET SSL", "Check Point", "Squid",
};

const char *trust_host_bundle(const struct check_host *h)
{
	const char *set = host_env(h, "SSL_CERT_FILE");

	if (set)
		return set;
	for (int i = 0; bundle_paths[i]; i++)
		if (host_exists(h, bundle_paths[i]))
			return bundle_paths[i];
	return NULL;
}

static void read_host(const struct check_host *h, struct trust_text *out)
{
	const char *path = trust_host_bundle(h);
	ssize_t n;

	if (!path || !(out->data = malloc(BUNDLE_BYTES_MAX + 1)))
		return;
	snprintf(out->from, sizeof(out->from), "%.127s", path);
	n = host_read(h, path, out->data, BUNDLE_BYTES_MAX + 1);
	if (n <= 0) {
		free(out->data);
		out->data = NULL;
	}
	out->len = n > 0 ? (size_t)n : 0;
}

static bool pem_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcasecmp(dot, ".crt") || !strcasecmp(dot, ".pem") || !strcasecmp(dot, ".cer"));
}

static void read_dir(const struct check_host *h, const char *path, struct trust_text *out)
{
	int fd = host_open(h, path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int left = LOCAL_FILES;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && left > 0 && (e = readdir(dir))) {
		char file[512];
		ssize_t n;

		if (!pem_name(e->d_name))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		n = host_read(h, file, out->data + out->len, LOCAL_BYTES - out->len - 1);
		if (n <= 0)
			continue;
		out->len += (size_t)n;
		out->data[out->len++] = '\n';
		snprintf(out->from, sizeof(out->from), "%.127s", path);
		left--;
	}
	if (dir)
		closedir(dir);
}

void trust_local(const struct check_host *h, struct trust_text *out)
{
	*out = (struct trust_text){ .data = malloc(LOCAL_BYTES) };
	for (size_t i = 0; out->data && i < sizeof(local_dirs) / sizeof(*local_dirs); i++)
		read_dir(h, local_dirs[i], out);
	if (!out->len) {
		free(out->data);
		out->data = NULL;
	}
}

/* --- The images, in a child of their own --- */

static _Noreturn void write_bundle(const struct check_image *image, int fd)
{
	struct error err;

	answer_confine();
	for (int i = 0; bundle_paths[i]; i++) {
		char target[256], *data = NULL;
		size_t len = 0;

		if (guest_read(image, bundle_paths[i], BUNDLE_BYTES_MAX, &data, &len, target,
			       sizeof(target), &err) == GUEST_READ)
			_exit(fd_write_all(fd, data, len, &err) < 0);
	}
	_exit(0);
}

static void read_pipe(int fd, struct trust_text *out, uint64_t until)
{
	out->data = malloc(BUNDLE_BYTES_MAX + 1);
	while (out->data && out->len < BUNDLE_BYTES_MAX) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		uint64_t now = now_ms();
		ssize_t n;

		if (now >= until || poll(&p, 1, (int)(until - now)) <= 0)
			break;
		n = read(fd, out->data + out->len, BUNDLE_BYTES_MAX - out->len);
		if (n <= 0)
			break;
		out->len += (size_t)n;
	}
	if (!out->len) {
		free(out->data);
		out->data = NULL;
	}
}

static void read_image(const struct check_image *image, struct trust_text *out)
{
	int ends[2];
	pid_t pid;

	snprintf(out->from, sizeof(out->from), "%s", image->name);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_bundle(image, ends[1]);
	}
	close(ends[1]);
	if (pid > 0) {
		read_pipe(ends[0], out, now_ms() + IMAGE_MS);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
}

static bool same(const struct trust_text *a, const struct trust_text *b)
{
	return a->len == b->len && a->data && b->data && !memcmp(a->data, b->data, a->len);
}

static void read_images(struct trust *t, const struct check_plan *p)
{
	for (unsigned i = 0; i < p->n_images && t->n_images < TRUST_IMAGES; i++) {
		struct trust_text *text = &t->images[t->n_images];
		bool known = false;

		if (!p->images[i].networked)
			continue;
		*text = (struct trust_text){ 0 };
		read_image(&p->images[i], text);
		for (unsigned k = 0; k < t->n_images; k++)
			known |= same(text, &t->images[k]);
		/* Without one at all C02 says so. */
		if (known || !text->data)
			free(text->data);
		else
			t->n_images++;
	}
}

/* --- What the handshakes mean --- */

static bool known_proxy(const struct cert *c)
{
	for (size_t i = 0; i < sizeof(known_proxies) / sizeof(*known_proxies); i++)
		if (strcasestr(c->name, known_proxies[i]) || strcasestr(c->issuer, known_proxies[i]))
			return true;
	return false;
}

/* Whose certificate stands behind the chain. */
static void find_anchor(const struct trust *t, struct trust_host *h)
{
	const char *chain = h->look.chain;
	size_t len = chain ? strlen(chain) : 0;

	if (!chain)
		return;
	bundle_cert(chain, len, 0, &h->leaf);
	bundle_last(chain, len, &h->root);
	if (t->local.data && bundle_signer(t->local.data, t->local.len, chain, len, &h->anchor))
		h->local = true;
	else if (t->host.data)
		bundle_signer(t->host.data, t->host.len, chain, len, &h->anchor);
}

static bool intercepted(const struct trust_host *h)
{
	return h->local || known_proxy(&h->root) || known_proxy(&h->leaf) ||
	       (*h->anchor.name && known_proxy(&h->anchor));
}

/* Refused for its dates: is it the certificate's fault, or our clock's? */
static enum trust_fault dates(const struct trust *t, const struct trust_host *h)
{
	int64_t there = h->look.date;

	if (there && *h->leaf.name && there >= h->leaf.not_before && there <= h->leaf.not_after &&
	    (t->now < h->leaf.not_before || t->now > h->leaf.not_after))
		return TRUST_CLOCK;
	return t->now < h->leaf.not_before ? TRUST_CLOCK : TRUST_EXPIRED;
}

static enum trust_fault both(const struct trust *t, const struct trust_host *h, enum tls_end end)
{
	switch (end) {
	case TLS_EXPIRED:
	case TLS_EARLY:
		return dates(t, h);
	case TLS_WRONG_NAME:
		return TRUST_WRONG_NAME;
	case TLS_UNTRUSTED:
		return intercepted(h) ? TRUST_INTERCEPTED : TRUST_UNKNOWN;
	case TLS_NO_NAME:
		return TRUST_NO_NAME;
	case TLS_NO_WAY:
		return TRUST_NO_WAY;
	case TLS_SILENT:
		return TRUST_SILENT;
	default:
		return TRUST_BROKEN;
	}
}

static void conclude(const struct trust *t, struct trust_host *h)
{
	h->image = -1;
	find_anchor(t, h);
	if (h->look.end != TLS_GOOD) {
		h->fault = both(t, h, h->look.end);
		return;
	}
	if (t->host.data && h->host.end != TLS_GOOD) {
		h->fault = both(t, h, h->host.end);
		return;
	}
	for (unsigned i = 0; i < t->n_images; i++)
		if (h->images[i].end != TLS_GOOD) {
			h->image = (int)i;
			if (h->images[i].end != TLS_UNTRUSTED || !t->host.data)
				h->fault = both(t, h, h->images[i].end);
			else
				h->fault = intercepted(h) ? TRUST_INTERCEPTED : TRUST_OLD_IMAGE;
			return;
		}
	h->fault = t->host.data ? TRUST_GOOD : TRUST_NO_BUNDLE;
}

/* --- All of it --- */

static void one_ask(struct tls_ask *a, const struct trust_host *h, const struct trust_text *text)
{
	*a = (struct tls_ask){ .host = h->name, .port = h->port,
			       .bundle = text ? text->data : NULL, .bundle_len = text ? text->len : 0 };
}

/* A bundle of nothing would be taken for "none asked". */
static void ask_host(struct tls_ask *a, const struct trust *t, const struct trust_host *h)
{
	one_ask(a, h, &t->host);
	if (!t->host.data)
		a->bundle = "";
}

static void shake_hands(struct trust *t, const struct check_sys *sys)
{
	size_t n = 0, at = 0;
	struct tls_ask *asks = calloc(CHECK_HOSTS_MAX * (2 + TRUST_IMAGES), sizeof(*asks));

	if (!asks)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		const struct trust_host *h = &t->hosts[i];

		one_ask(&asks[n++], h, NULL);
		ask_host(&asks[n++], t, h);
		for (unsigned k = 0; k < t->n_images && !h->brokered; k++)
			one_ask(&asks[n++], h, &t->images[k]);
	}
	sys->tls(asks, n, TRUST_MS);
	for (unsigned i = 0; i < t->n_hosts; i++) {
		struct trust_host *h = &t->hosts[i];

		h->look = asks[at++];
		h->host = asks[at++];
		for (unsigned k = 0; k < t->n_images && !h->brokered; k++)
			h->images[k] = asks[at++];
		conclude(t, h);
	}
	free(asks); /* the chains are the hosts' now, and go with the child */
}

const struct trust *trust_of(const struct probe_ctx *ctx)
{
	const struct check_plan *p = ctx->plan;
	struct trust *t;

	if (ctx->cache->trust)
		return ctx->cache->trust;
	t = ctx->cache->trust = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->now = (int64_t)host_sys(ctx->host)->now();
	read_host(ctx->host, &t->host);
	trust_local(ctx->host, &t->local);
	read_images(t, p);
	for (unsigned i = 0; i < p->n_hosts; i++) {
		struct trust_host *h = &t->hosts[t->n_hosts];

		if (p->hosts[i].tls == CHECK_TLS_NONE)
			continue;
		snprintf(h->name, sizeof(h->name), "%s", p->hosts[i].name);
		h->port = p->hosts[i].port ? p->hosts[i].port : 443;
		h->brokered = p->hosts[i].tls == CHECK_TLS_BROKER;
		t->n_hosts++;
	}
	if (t->n_hosts)
		shake_hands(t, host_sys(ctx->host));
	return t;
}
