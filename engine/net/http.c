#include "engine/net/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/*
 * libcurl must not be called from its own callbacks (but for a few functions), and
 * its callbacks are where our owners learn things and change their minds. So what
 * they ask for (cancel, resume) is remembered and done at the end of the turn; a
 * cancelled call says nothing more.
 */
enum {
	CONNECT_MS = 20 * 1000,
	KEPT = 8,     /* idle connections */
	KEPT_S = 50,  /* less than what servers keep them for, or a request may meet their end */
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct timer timer;
	struct later later;
	struct list calls;
};

struct http_call {
	struct list link;
	struct http *http;
	CURL *easy;
	struct curl_slist *headers;
	const struct http_events *events;
	void *owner;
	bool (*may_connect)(void *arg, const struct sockaddr *a, socklen_t len);
	void *may_connect_arg;
	bool cancelled, resume, refused;
	bool head_done;
	int status; /* of the response whose head comes in */
	char why[CURL_ERROR_SIZE];
};

/* A descriptor of libcurl's that the loop watches. */
struct socket_watch {
	struct source source;
	struct http *http;
};

static void call_free(struct http_call *c)
{
	if (c->easy) {
		curl_multi_remove_handle(c->http->multi, c->easy);
		curl_easy_cleanup(c->easy);
	}
	for (struct curl_slist *i = c->headers; i; i = i->next)
		explicit_bzero(i->data, strlen(i->data));
	curl_slist_free_all(c->headers);
	list_remove(&c->link);
	free(c);
}

static bool connected(const struct http_call *c)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(c->easy, CURLINFO_PRETRANSFER_TIME_T, &us) == CURLE_OK && us > 0;
}

/* In words that say what the provider did, where libcurl's say what it did itself. */
static const char *reason(const struct http_call *c, CURLcode code)
{
	if (c->refused)
		return "its address is a special-purpose one";
	switch (code) {
	case CURLE_SEND_FAIL_REWIND: /* it would ask again, but the body is gone */
	case CURLE_SEND_ERROR:
		return "it took the request back before it answered; asking again may help";
	case CURLE_RECV_ERROR:
		return "it broke the connection off";
	case CURLE_GOT_NOTHING:
		return "it ended the connection without an answer";
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return "it broke the request off (HTTP/2)";
	case CURLE_OPERATION_TIMEDOUT:
		return connected(c) ? "it sent nothing for too long" : "nothing answers there";
	default:
		return c->why[0] ? c->why : curl_easy_strerror(code);
	}
}

static void finish(struct http_call *c, CURLcode code)
{
	struct error err;

	if (code == CURLE_OK) {
		c->events->done(c, NULL);
		return;
	}
	error_set(&err, 0, "%s", reason(c, code));
	c->events->done(c, &err);
}

/* Ended calls tell so. */
static void collect(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct http_call *c = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		if (!c->cancelled)
			finish(c, code);
		c->cancelled = true;
		loop_later(h->loop, &h->later);
	}
}

static void act(struct http *h, curl_socket_t fd, int what)
{
	int running;

	curl_multi_socket_action(h->multi, fd, what, &running);
	collect(h);
}

static void at_end_of_turn(struct later *l)
{
	struct http *h = LIST_ITEM(l, struct http, later);

	for (struct list *i = h->calls.next, *next; i != &h->calls; i = next) {
		struct http_call *c = LIST_ITEM(i, struct http_call, link);

		next = i->next;
		if (c->cancelled) {
			call_free(c);
		} else if (c->resume) {
			c->resume = false;
			curl_easy_pause(c->easy, CURLPAUSE_CONT);
		}
	}
	collect(h);
}

static void on_socket(struct source *s, uint32_t events)
{
	struct socket_watch *w = SOURCE_OWNER(s, struct socket_watch, source);

	act(w->http, s->fd, (events & EPOLLIN ? CURL_CSELECT_IN : 0) |
	    (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
	    (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_IN | CURL_CSELECT_ERR : 0));
}

static void on_timer(struct timer *t)
{
	act(SOURCE_OWNER(t, struct http, timer), CURL_SOCKET_TIMEOUT, 0);
}

/* CURLMOPT_SOCKETFUNCTION: what libcurl waits for. */
static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *slot)
{
	struct http *h = arg;
	struct socket_watch *w = slot;
	uint32_t events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
			  (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
	struct error err;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			source_forget(&w->source);
		free(w);
		curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if (w) {
		source_want(&w->source, events);
		return 0;
	}
	w = calloc(1, sizeof(*w));
	if (!w)
		return -1;
	w->http = h;
	w->source.fn = on_socket;
	if (loop_watch(h->loop, &w->source, fd, events, &err) < 0) {
		free(w);
		return -1;
	}
	curl_multi_assign(h->multi, fd, w);
	return 0;
}

/* CURLMOPT_TIMERFUNCTION. */
static int want_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	struct error err;

	(void)multi;
	if (ms < 0) {
		timer_stop(&h->timer);
		return 0;
	}
	return timer_start(h->loop, &h->timer, (uint64_t)ms, 0, &err);
}

/* Callbacks of a call. */

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_call *c = arg;

	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (c->may_connect && !c->may_connect(c->may_connect_arg, &a->addr, (socklen_t)a->addrlen)) {
		c->refused = true;
		return CURL_SOCKET_BAD;
	}
	c->refused = false; /* another of its addresses will do */
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t on_read(char *out, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	long got;

	if (c->cancelled)
		return CURL_READFUNC_ABORT;
	got = c->events->read(c, out, size * n);
	return got == HTTP_WAIT ? CURL_READFUNC_PAUSE : got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

static bool clean(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
			return false;
	return true;
}

/* "name: value" without its line end; what is not that is passed over. */
static void header_line(struct http_call *c, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	const char *value = colon ? colon + 1 : NULL;
	const char *end = line + n;

	if (!colon || colon == line || !clean(line, n) || memchr(line, ' ', (size_t)(colon - line)))
		return;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	c->events->header(c, line, (size_t)(colon - line), value, (size_t)(end - value));
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t len = size * n, whole = len;
	long status = 0;

	if (c->cancelled)
		return 0;
	while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	if (c->head_done)
		return whole; /* a trailer */
	if (len >= 5 && !memcmp(line, "HTTP/", 5)) {
		curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
		c->status = (int)status;
	} else if (c->status >= 200 && len) {
		header_line(c, line, len);
	} else if (c->status >= 200) {
		c->head_done = true;
		c->events->head(c, c->status);
	}
	return c->cancelled ? 0 : whole;
}

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	if (c->cancelled)
		return 0;
	if (!size || !n)
		return 0;
	return c->events->data(c, data, size * n) ? size * n : c->cancelled ? 0 : CURL_WRITEFUNC_PAUSE;
}

static void set_body(CURL *e, const struct http_spec *s)
{
	if (s->body) {
		curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->body_len);
	} else if (!strcmp(s->method, "HEAD")) {
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	} else {
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, s->method);
}

static void set_security(CURL *e, const struct http_spec *s)
{
	struct curl_blob ca = { (void *)(uintptr_t)s->ca, s->ca_len, CURL_BLOB_COPY };
	bool tls = !strncmp(s->url, "https:", 6);

	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http");
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->ca)
		curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &ca);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
}

static void set_callbacks(CURL *e, struct http_call *c)
{
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(e, CURLOPT_READDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
}

static void set_transfer(CURL *e, const struct http_spec *s)
{
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)s->idle_s);
	/* The body goes on as it comes: whoever asked for gzip gets gzip. */
	curl_easy_setopt(e, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 64L << 10);
	curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, (long)KEPT_S);
}

static int add_header(struct http_call *c, const char *line)
{
	struct curl_slist *more = curl_slist_append(c->headers, line);

	if (!more)
		return -1;
	c->headers = more;
	return 0;
}

static int set_headers(struct http_call *c, const struct http_spec *s)
{
	/* What libcurl would add by itself and nobody asked for. */
	static const char *const none[] = { "Expect:", "Accept:", "User-Agent:", NULL };

	for (const char *const *h = s->headers; *h; h++)
		if (add_header(c, *h) < 0)
			return -1;
	for (const char *const *h = none; *h; h++) {
		bool there = false;

		for (const char *const *i = s->headers; *i && !there; i++)
			there = !strncasecmp(*i, *h, strlen(*h));
		if (!there && add_header(c, *h) < 0)
			return -1;
	}
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
	return 0;
}

struct http_call *http_start(struct http *h, const struct http_spec *s, struct error *err)
{
	struct http_call *c = calloc(1, sizeof(*c));

	if (!c) {
		error_set(err, ENOMEM, "request");
		return NULL;
	}
	c->http = h;
	c->events = s->events;
	c->owner = s->owner;
	c->may_connect = s->may_connect;
	c->may_connect_arg = s->may_connect_arg;
	list_init(&c->link);
	c->easy = curl_easy_init();
	if (!c->easy || set_headers(c, s) < 0) {
		error_set(err, ENOMEM, "request");
		call_free(c);
		return NULL;
	}
	curl_easy_setopt(c->easy, CURLOPT_URL, s->url);
	set_body(c->easy, s);
	set_security(c->easy, s);
	set_transfer(c->easy, s);
	set_callbacks(c->easy, c);
	if (curl_multi_add_handle(h->multi, c->easy) != CURLM_OK) {
		error_set(err, ENOMEM, "request");
		call_free(c);
		return NULL;
	}
	list_append(&h->calls, &c->link);
	return c;
}

void *http_owner(const struct http_call *c)
{
	return c->owner;
}

void http_resume(struct http_call *c)
{
	c->resume = true;
	loop_later(c->http->loop, &c->http->later);
}

void http_cancel(struct http_call *c)
{
	c->cancelled = true;
	loop_later(c->http->loop, &c->http->later);
}

struct http *http_new(struct loop *l, struct error *err)
{
	struct http *h = calloc(1, sizeof(*h));

	if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(h->multi = curl_multi_init())) {
		free(h);
		error_set(err, ENOMEM, "libcurl");
		return NULL;
	}
	signal(SIGPIPE, SIG_IGN);
	h->loop = l;
	h->timer.fn = on_timer;
	h->later.fn = at_end_of_turn;
	list_init(&h->calls);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)KEPT);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (!list_empty(&h->calls))
		call_free(LIST_ITEM(h->calls.next, struct http_call, link));
	curl_multi_cleanup(h->multi);
	timer_stop(&h->timer);
	later_cancel(&h->later);
	free(h);
}
