#include "tests/peers/h2.h"

#include <nghttp2/nghttp2.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static EVP_PKEY *key;
static X509 *certificate;

const char *h2_certificate(void)
{
	X509_NAME *name;
	X509_EXTENSION *ext;
	BIO *out = BIO_new(BIO_s_mem());
	char *pem;
	long n;

	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	if (!key || !certificate || !out)
		return NULL;
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
	X509_set_pubkey(certificate, key);
	name = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
	X509_add_ext(certificate, ext, -1);
	X509_EXTENSION_free(ext);
	if (!X509_sign(certificate, key, EVP_sha256()) || !PEM_write_bio_X509(out, certificate))
		return NULL;
	n = BIO_get_mem_data(out, &pem);
	pem = strndup(pem, (size_t)n);
	BIO_free(out);
	return pem;
}

struct conn {
	SSL *ssl;
	nghttp2_session *session;
	int seen, number;
	int waits_for_go; /* the stream that sends events; 0 */
	bool over;        /* close when all is sent */
};

struct stream {
	struct conn *conn;
	char method[16], path[64], text[8192]; /* text: what is told */
	uint8_t body[1 << 16]; /* to be echoed; what does not fit is held by the window */
	size_t have;
	bool ended, hangs_up;  /* ended: nothing more will come */
	size_t left;           /* of the big one */
	int events;            /* that may go */
	int gone;
};

static int select_h2(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in, unsigned in_n, void *arg)
{
	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, n, (const unsigned char *)"\x02h2", 3, in, in_n) ==
			       OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* The next bytes of an answer. */
static ssize_t body(nghttp2_session *s, int32_t id, uint8_t *buf, size_t cap, uint32_t *flags,
		    nghttp2_data_source *source, void *arg)
{
	struct stream *st = source->ptr;
	size_t n = 0;

	(void)arg;
	if (!strcmp(st->path, "/base/events")) {
		if (st->gone == st->events && st->gone < 3)
			return NGHTTP2_ERR_DEFERRED;
		if (st->gone < st->events)
			n = (size_t)snprintf((char *)buf, cap, "data: %d\n\n", st->gone++);
		if (st->gone == 3)
			*flags |= NGHTTP2_DATA_FLAG_EOF;
		return (ssize_t)n;
	}
	if (!strcmp(st->path, "/base/big")) {
		char text[32];

		n = st->left < cap ? st->left : cap;
		memset(buf, 'x', n);
		st->left -= n;
		snprintf(text, sizeof(text), "%zu", H2_BIG - st->left);
		send(st->conn->seen, text, strlen(text), MSG_DONTWAIT);
	} else {
		n = st->have < cap ? st->have : cap;
		memcpy(buf, st->body, n);
		memmove(st->body, st->body + n, st->have - n);
		st->have -= n;
		nghttp2_session_consume_stream(s, id, n);
		if (!n && !st->ended && !st->hangs_up)
			return NGHTTP2_ERR_DEFERRED;
	}
	if (st->hangs_up) {
		/* what was given now goes out; the rest never comes */
		if (!strcmp(st->path, "/base/goaway"))
			st->conn->over = true;
		if (!n)
			return strcmp(st->path, "/base/reset") == 0 ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE :
								       NGHTTP2_ERR_DEFERRED;
	} else if (st->ended && !st->have && !st->left) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
		if (!strcmp(st->path, "/base/hints")) {
			nghttp2_nv trailer = { (uint8_t *)"x-trailer", (uint8_t *)"evil", 9, 4, 0 };

			*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
			nghttp2_submit_trailer(s, id, &trailer, 1);
		}
	}
	return (ssize_t)n;
}

static nghttp2_nv pair(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value), 0 };
}

static void put(struct stream *st, const char *text)
{
	st->have = strlen(text);
	memcpy(st->body, text, st->have);
}

static void answer(struct conn *c, int32_t id, struct stream *st)
{
	nghttp2_nv head[] = { pair(":status", "200"), pair("content-type", "text/plain"), pair("set-cookie", "a=b"),
			      pair("x-mine", "yes") };
	nghttp2_nv early[] = { pair(":status", "103"), pair("x-early", "evil") };
	nghttp2_data_provider from = { .source.ptr = st, .read_callback = body };

	send(c->seen, st->text, strlen(st->text), 0);
	if (!strcmp(st->path, "/base/silent"))
		return;
	if (!strcmp(st->path, "/base/refused")) {
		nghttp2_submit_rst_stream(c->session, 0, id, NGHTTP2_REFUSED_STREAM);
		return;
	}
	if (!strcmp(st->path, "/base/garbage")) {
		SSL_write(c->ssl, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", 40);
		c->over = true;
		return;
	}
	if (!strcmp(st->path, "/base/goaway") || !strcmp(st->path, "/base/reset")) {
		put(st, "half");
		st->hangs_up = true;
	} else if (!strcmp(st->path, "/base/hints")) {
		nghttp2_submit_headers(c->session, 0, id, NULL, early, 2, NULL);
		put(st, "hinted");
		st->ended = true;
	} else if (!strcmp(st->path, "/base/events")) {
		c->waits_for_go = id;
	} else if (!strcmp(st->path, "/base/big")) {
		st->left = H2_BIG;
		st->ended = true;
	}
	nghttp2_submit_response(c->session, id, head, 4, &from);
}

static int on_begin(nghttp2_session *s, const nghttp2_frame *f, void *arg)
{
	struct stream *st = calloc(1, sizeof(*st));

	st->conn = arg;
	nghttp2_session_set_stream_user_data(s, f->hd.stream_id, st);
	return 0;
}

static int on_header(nghttp2_session *s, const nghttp2_frame *f, const uint8_t *name, size_t name_n,
		     const uint8_t *value, size_t n, uint8_t flags, void *arg)
{
	struct stream *st = nghttp2_session_get_stream_user_data(s, f->hd.stream_id);
	size_t used = strlen(st->text);

	(void)flags;
	(void)arg;
	if (name_n == 7 && !memcmp(name, ":method", 7))
		snprintf(st->method, sizeof(st->method), "%.*s", (int)n, (const char *)value);
	if (name_n == 5 && !memcmp(name, ":path", 5))
		snprintf(st->path, sizeof(st->path), "%.*s", (int)n, (const char *)value);
	snprintf(st->text + used, sizeof(st->text) - used, "%.*s: %.*s\n", (int)name_n, (const char *)name, (int)n,
		 (const char *)value);
	return 0;
}

static int on_frame(nghttp2_session *s, const nghttp2_frame *f, void *arg)
{
	struct stream *st = f->hd.stream_id ? nghttp2_session_get_stream_user_data(s, f->hd.stream_id) : NULL;
	struct conn *c = arg;

	if (!st)
		return 0;
	if (f->hd.flags & NGHTTP2_FLAG_END_STREAM)
		st->ended = true;
	if (f->hd.type == NGHTTP2_HEADERS) {
		char line[160];
		size_t n = (size_t)snprintf(line, sizeof(line), "%s %s conn=%d stream=%d\n", st->method, st->path,
					    c->number, f->hd.stream_id);

		memmove(st->text + n, st->text, sizeof(st->text) - n - 1);
		memcpy(st->text, line, n);
		answer(c, f->hd.stream_id, st);
	}
	nghttp2_session_resume_data(s, f->hd.stream_id);
	return 0;
}

static int on_data(nghttp2_session *s, uint8_t flags, int32_t id, const uint8_t *data, size_t n, void *arg)
{
	struct stream *st = nghttp2_session_get_stream_user_data(s, id);

	(void)flags;
	(void)arg;
	nghttp2_session_consume_connection(s, n);
	if (!st || st->have + n > sizeof(st->body))
		return 0;
	memcpy(st->body + st->have, data, n);
	st->have += n;
	nghttp2_session_resume_data(s, id);
	return 0;
}

static int on_close(nghttp2_session *s, int32_t id, uint32_t code, void *arg)
{
	struct conn *c = arg;

	(void)code;
	if (c->waits_for_go == id)
		c->waits_for_go = 0;
	free(nghttp2_session_get_stream_user_data(s, id));
	return 0;
}

static void send_all(struct conn *c)
{
	const uint8_t *data;
	char rest[4096];
	ssize_t n;

	while ((n = nghttp2_session_mem_send(c->session, &data)) > 0)
		if (SSL_write(c->ssl, data, (int)n) <= 0)
			_exit(0);
	if (c->over) {
		c->over = false;
		nghttp2_session_terminate_session(c->session, NGHTTP2_INTERNAL_ERROR);
		while ((n = nghttp2_session_mem_send(c->session, &data)) > 0)
			SSL_write(c->ssl, data, (int)n);
		/* its end, in order: what was sent must arrive */
		SSL_shutdown(c->ssl);
		shutdown(SSL_get_fd(c->ssl), SHUT_WR);
		while (recv(SSL_get_fd(c->ssl), rest, sizeof(rest), 0) > 0)
			;
		_exit(0);
	}
}

static void go(struct conn *c)
{
	struct stream *st = nghttp2_session_get_stream_user_data(c->session, c->waits_for_go);
	char byte;

	if (recv(c->seen, &byte, 1, 0) != 1)
		_exit(0);
	st->events++;
	nghttp2_session_resume_data(c->session, c->waits_for_go);
}

static void talk(struct conn *c)
{
	uint8_t in[16384];

	for (;;) {
		struct pollfd p[] = { { .fd = SSL_get_fd(c->ssl), .events = POLLIN },
				      { .fd = c->waits_for_go ? c->seen : -1, .events = POLLIN } };
		int n;

		send_all(c);
		if (!SSL_pending(c->ssl) && poll(p, 2, -1) < 0)
			return;
		if (p[1].revents)
			go(c);
		if (!SSL_pending(c->ssl) && !p[0].revents)
			continue;
		n = SSL_read(c->ssl, in, sizeof(in));
		if (n <= 0 || nghttp2_session_mem_recv(c->session, in, (size_t)n) < 0)
			return;
	}
}

static void serve(int fd, int seen, int number)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	struct conn c = { .ssl = SSL_new(ctx), .seen = seen, .number = number };
	nghttp2_settings_entry settings[] = { { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100 } };
	nghttp2_session_callbacks *cb;
	nghttp2_option *option;

	SSL_CTX_use_certificate(ctx, certificate);
	SSL_CTX_use_PrivateKey(ctx, key);
	SSL_CTX_set_alpn_select_cb(ctx, select_h2, NULL);
	SSL_free(c.ssl);
	c.ssl = SSL_new(ctx);
	SSL_set_fd(c.ssl, fd);
	if (SSL_accept(c.ssl) <= 0)
		_exit(0);
	nghttp2_option_new(&option);
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_session_callbacks_new(&cb);
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	nghttp2_session_server_new2(&c.session, cb, &c, option);
	nghttp2_submit_settings(c.session, NGHTTP2_FLAG_NONE, settings, 1);
	talk(&c);
	_exit(0);
}

void h2_serve(int listener, int seen)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	for (int number = 1;; number++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(0);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(fd, seen, number);
		}
		close(fd);
	}
}
