#include "engine/check/tls.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/loop.h"
#include "engine/base/text.h"

/* X509_V_ERR_* of openssl/x509_vfy.h, as CURLINFO_SSL_VERIFYRESULT gives them. */
enum { V_OK = 0, V_UNSPECIFIED = 1, V_NOT_YET_VALID = 9, V_HAS_EXPIRED = 10 };

enum { PORTAL_MS = 2500 };

const char *const tls_end_names[] = {
	[TLS_GOOD] = "trusted",
	[TLS_NO_NAME] = "does not resolve",
	[TLS_NO_WAY] = "cannot be connected to",
	[TLS_SILENT] = "accepts the connection and then says nothing",
	[TLS_UNTRUSTED] = "its certificate leads to no trusted one",
	[TLS_EXPIRED] = "its certificate has expired",
	[TLS_EARLY] = "its certificate is not valid yet",
	[TLS_WRONG_NAME] = "its certificate is for another name",
	[TLS_BROKEN] = "speaks no TLS that is known here",
};
static_assert(sizeof(tls_end_names) / sizeof(*tls_end_names) == TLS_END_COUNT, "a name each");

struct shake {
	CURL *easy;
	struct curl_slist *connect_to;
	struct tls_ask *ask;
	char error[CURL_ERROR_SIZE];
	uint64_t begun;
	bool spoke; /* our first TLS bytes went out: so it was connected */
};

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct tls_ask *a = arg;
	char line[128];
	size_t len = size * n;

	if (len > 5 && len < sizeof(line) && !strncasecmp(data, "date:", 5)) {
		memcpy(line, data + 5, len - 5);
		line[len - 5] = '\0';
		a->date = curl_getdate(line, NULL);
		if (a->date < 0)
			a->date = 0;
	}
	return len;
}

/* A body is not wanted: that ends the transfer. */
static size_t no_body(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)size;
	(void)n;
	(void)arg;
	return 0;
}

static void plain(CURL *c, int timeout_ms)
{
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	/* Its resolver's thread is not waited for: this process ends soon. */
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, no_body);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "vmdeck/" VERSION " (preflight)");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
}

/* The times of libcurl do not tell a connection from a handshake that stalls. */
static int on_debug(CURL *c, curl_infotype type, char *data, size_t n, void *arg)
{
	struct shake *s = arg;

	(void)c;
	(void)data;
	(void)n;
	s->spoke |= type == CURLINFO_SSL_DATA_OUT;
	return 0;
}

static bool prepare(struct shake *s, struct tls_ask *a, int timeout_ms)
{
	struct curl_blob blob = { .data = (void *)a->bundle, .len = a->bundle_len,
				  .flags = CURL_BLOB_NOCOPY };
	char url[320], to[400];

	s->ask = a;
	s->begun = now_ms();
	s->easy = curl_easy_init();
	if (!s->easy)
		return false;
	snprintf(url, sizeof(url), "https://%.255s:%u/", a->host, a->port);
	plain(s->easy, timeout_ms);
	curl_easy_setopt(s->easy, CURLOPT_URL, url);
	curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
	curl_easy_setopt(s->easy, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(s->easy, CURLOPT_DEBUGDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (a->at) {
		snprintf(to, sizeof(to), "::%.120s:%u", a->at, a->port);
		s->connect_to = curl_slist_append(NULL, to);
		curl_easy_setopt(s->easy, CURLOPT_CONNECT_TO, s->connect_to);
	}
	if (a->bundle) {
		curl_easy_setopt(s->easy, CURLOPT_CONNECT_ONLY, 1L);
		curl_easy_setopt(s->easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(s->easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(s->easy, CURLOPT_CAINFO_BLOB, &blob);
	} else {
		curl_easy_setopt(s->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(s->easy, CURLOPT_SSL_VERIFYHOST, 0L);
		curl_easy_setopt(s->easy, CURLOPT_CERTINFO, 1L);
		curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, a);
	}
	return true;
}

/* The certificates that were served, one after the other as PEM. */
static void keep_chain(struct shake *s)
{
	struct curl_certinfo *info = NULL;
	size_t at = 0;
	char *pem;

	if (curl_easy_getinfo(s->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info ||
	    info->num_of_certs <= 0)
		return;
	pem = calloc(1, TLS_CHAIN_MAX);
	for (int i = 0; pem && i < info->num_of_certs; i++)
		for (struct curl_slist *l = info->certinfo[i]; l; l = l->next)
			if (!strncmp(l->data, "Cert:", 5) &&
			    at + strlen(l->data) + 2 < TLS_CHAIN_MAX)
				at += (size_t)sprintf(pem + at, "%s\n", l->data + 5);
	if (pem && !at) {
		free(pem);
		pem = NULL;
	}
	s->ask->chain = pem;
}

static bool named(struct shake *s)
{
	curl_off_t us = 0;

	curl_easy_getinfo(s->easy, CURLINFO_NAMELOOKUP_TIME_T, &us);
	return us > 0;
}

static enum tls_end untrusted(struct shake *s)
{
	long verify = 0;

	curl_easy_getinfo(s->easy, CURLINFO_SSL_VERIFYRESULT, &verify);
	switch (verify) {
	case V_HAS_EXPIRED:
		return TLS_EXPIRED;
	case V_NOT_YET_VALID:
		return TLS_EARLY;
	case V_OK:
	case V_UNSPECIFIED: /* libcurl looks at the name before it asks for the result */
		return TLS_WRONG_NAME;
	default:
		return TLS_UNTRUSTED;
	}
}

static enum tls_end end_of(struct shake *s, CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return TLS_GOOD;
	case CURLE_COULDNT_RESOLVE_HOST:
		return TLS_NO_NAME;
	case CURLE_COULDNT_CONNECT:
		return TLS_NO_WAY;
	case CURLE_OPERATION_TIMEDOUT:
		return !named(s) && !s->ask->at ? TLS_NO_NAME : s->spoke ? TLS_SILENT : TLS_NO_WAY;
	case CURLE_PEER_FAILED_VERIFICATION:
		return untrusted(s);
	case CURLE_SSL_CACERT_BADFILE:
		return TLS_UNTRUSTED;
	default:
		/* Looked at only: what comes after the handshake is not judged. */
		return s->ask->chain ? TLS_GOOD : TLS_BROKEN;
	}
}

static void over(struct shake *s, CURLcode code)
{
	struct tls_ask *a = s->ask;

	if (!a->bundle)
		keep_chain(s);
	a->ms = (unsigned)(now_ms() - s->begun);
	a->end = end_of(s, code);
	if (a->end == TLS_SILENT && a->chain)
		a->end = TLS_GOOD;
	a->said[0] = '\0';
	if (a->end != TLS_GOOD)
		text_clean_str(a->said, sizeof(a->said), *s->error ? s->error : curl_easy_strerror(code));
}

static void reap(CURLM *multi)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left))) {
		struct shake *s = NULL;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &s);
		if (m->msg != CURLMSG_DONE || !s)
			continue;
		over(s, m->data.result);
		/* A server is not kept waiting for a request that never comes. */
		curl_multi_remove_handle(multi, s->easy);
		curl_easy_cleanup(s->easy);
		s->easy = NULL;
	}
}

static void run(CURLM *multi, int timeout_ms)
{
	uint64_t end = now_ms() + (uint64_t)timeout_ms + 200; /* curl's own comes first */
	int running = 1;

	while (running && now_ms() < end) {
		if (curl_multi_perform(multi, &running) != CURLM_OK)
			return;
		reap(multi);
		if (running)
			curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
}

void tls_handshakes(struct tls_ask *asks, size_t n, int timeout_ms)
{
	struct shake *shakes = calloc(n + 1, sizeof(*shakes));
	CURLM *multi;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	for (size_t i = 0; i < n; i++) {
		asks[i].end = TLS_BROKEN;
		if (multi && shakes && prepare(&shakes[i], &asks[i], timeout_ms))
			curl_multi_add_handle(multi, shakes[i].easy);
	}
	if (multi && shakes)
		run(multi, timeout_ms);
	for (size_t i = 0; i < n && shakes; i++) {
		if (shakes[i].easy) {
			over(&shakes[i], CURLE_OPERATION_TIMEDOUT);
			curl_multi_remove_handle(multi, shakes[i].easy);
			curl_easy_cleanup(shakes[i].easy);
		}
		curl_slist_free_all(shakes[i].connect_to);
	}
	curl_multi_cleanup(multi);
	free(shakes);
}

void tls_ask_done(struct tls_ask *a)
{
	free(a->chain);
	a->chain = NULL;
}

/* "http://name:port/..." to its name. */
static void host_of(const char *url, char *out, size_t cap)
{
	const char *at = strstr(url, "://");

	at = at ? at + 3 : url;
	text_clean(out, cap, at, strcspn(at, ":/?#"), false);
}

void portal_look(const char *host, struct portal *out)
{
	CURL *c;
	char url[300];
	const char *to = NULL;

	*out = (struct portal){ 0 };
	curl_global_init(CURL_GLOBAL_DEFAULT);
	c = curl_easy_init();
	if (!c)
		return;
	snprintf(url, sizeof(url), "http://%.255s/", host);
	plain(c, PORTAL_MS);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http");
	if (curl_easy_perform(c) == CURLE_OK) {
		out->answered = true;
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &out->code);
		curl_easy_getinfo(c, CURLINFO_REDIRECT_URL, &to);
		if (to)
			host_of(to, out->to, sizeof(out->to));
	}
	curl_easy_cleanup(c);
}
