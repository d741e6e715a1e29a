#include "engine/check/bundle.h"

#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

const char *const bundle_paths[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch, NixOS */
	"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
	"/etc/ssl/ca-bundle.pem",	      /* SUSE */
	"/etc/ssl/cert.pem",		      /* Alpine */
	NULL,
};

/* An encrypted block would have the library ask on the operator's terminal. */
static int no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* Walk the certificates of a PEM text; blocks that are none are counted and passed
 * over. A visitor that returns not 0 ends it, and that is the result. */
typedef int visit_fn(void *arg, X509 *cert);
static int walk(const void *data, size_t len, visit_fn *fn, void *arg, unsigned *broken)
{
	BIO *bio = len <= BUNDLE_BYTES_MAX ? BIO_new_mem_buf(data, (int)len) : NULL;
	unsigned n = 0;
	int r = 0;

	if (!bio)
		return -1;
	while (n++ < BUNDLE_CERTS_MAX && !r) {
		X509 *cert = PEM_read_bio_X509(bio, NULL, no_password, NULL);
		unsigned long e;

		if (cert) {
			r = fn(arg, cert);
			X509_free(cert);
			continue;
		}
		e = ERR_peek_last_error();
		ERR_clear_error();
		if (ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
			break;
		++*broken; /* the reader is past it, and goes on with the next */
		if (BIO_eof(bio))
			break;
	}
	BIO_free(bio);
	return r;
}

struct judging {
	struct bundle *bundle;
	time_t now;
};

static void judge(struct bundle *b, const X509 *cert, time_t now)
{
	b->certs++;
	b->expired += X509_cmp_time(X509_get0_notAfter(cert), &now) < 0;
	b->early += X509_cmp_time(X509_get0_notBefore(cert), &now) > 0;
}

static int judge_one(void *arg, X509 *cert)
{
	struct judging *j = arg;

	judge(j->bundle, cert, j->now);
	return 0;
}

int bundle_parse(struct bundle *out, const void *data, size_t len, time_t now, struct error *err)
{
	struct judging j = { out, now };

	*out = (struct bundle){ 0 };
	if (len > BUNDLE_BYTES_MAX)
		return error_set(err, EFBIG, "CA bundle");
	if (walk(data, len, judge_one, &j, &out->broken) < 0)
		return error_set(err, ENOMEM, "CA bundle");
	return 0;
}

/* --- One certificate --- */

static void name_of(const X509_NAME *name, char out[128])
{
	char raw[256] = "";

	if (X509_NAME_get_text_by_NID((X509_NAME *)name, NID_commonName, raw, sizeof(raw)) <= 0 &&
	    X509_NAME_get_text_by_NID((X509_NAME *)name, NID_organizationName, raw, sizeof(raw)) <= 0)
		strcpy(raw, "(no name)");
	text_clean_str(out, 128, raw);
}

static int64_t seconds(const ASN1_TIME *t)
{
	struct tm tm = { 0 };

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void digest(const X509 *cert, char out[65])
{
	unsigned char sum[32];
	unsigned n = sizeof(sum);

	out[0] = '\0';
	if (X509_digest(cert, EVP_sha256(), sum, &n) == 1)
		for (unsigned i = 0; i < n && i < 32; i++)
			sprintf(out + 2 * i, "%02x", sum[i]);
}

static void describe(const X509 *cert, struct cert *out)
{
	*out = (struct cert){ 0 };
	name_of(X509_get_subject_name(cert), out->name);
	name_of(X509_get_issuer_name(cert), out->issuer);
	digest(cert, out->sha256);
	out->not_before = seconds(X509_get0_notBefore(cert));
	out->not_after = seconds(X509_get0_notAfter(cert));
	out->self_signed = X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)) == 0;
}

struct pick {
	unsigned n;
	X509 *cert; /* ours to free */
};

static int pick_one(void *arg, X509 *cert)
{
	struct pick *p = arg;

	if (p->n--)
		return 0;
	X509_up_ref(cert);
	p->cert = cert;
	return 1;
}

static int pick_last(void *arg, X509 *cert)
{
	struct pick *p = arg;

	X509_free(p->cert);
	X509_up_ref(cert);
	p->cert = cert;
	return 0;
}

static int told(struct pick *p, struct cert *out)
{
	if (!p->cert)
		return 0;
	describe(p->cert, out);
	X509_free(p->cert);
	return 1;
}

int bundle_cert(const void *data, size_t len, unsigned n, struct cert *out)
{
	struct pick p = { .n = n };
	unsigned broken = 0;

	walk(data, len, pick_one, &p, &broken);
	return told(&p, out);
}

int bundle_last(const void *data, size_t len, struct cert *out)
{
	struct pick p = { 0 };
	unsigned broken = 0;

	walk(data, len, pick_last, &p, &broken);
	return told(&p, out);
}

struct search {
	X509 *below;
	struct cert *out;
};

/* The issuer by name and by key: an interceptor may borrow a good name. */
static int is_signer(void *arg, X509 *cert)
{
	struct search *s = arg;
	EVP_PKEY *key;

	if (X509_cmp(cert, s->below) == 0) {
		describe(cert, s->out);
		return 1;
	}
	if (X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(s->below)) != 0)
		return 0;
	key = X509_get0_pubkey(cert);
	if (!key || X509_verify(s->below, key) != 1) {
		ERR_clear_error();
		return 0;
	}
	describe(cert, s->out);
	return 1;
}

int bundle_signer(const void *data, size_t len, const void *chain, size_t chain_len,
		  struct cert *out)
{
	struct pick last = { 0 };
	struct search s = { .out = out };
	unsigned broken = 0;
	int r;

	walk(chain, chain_len, pick_last, &last, &broken);
	if (!last.cert)
		return 0;
	s.below = last.cert;
	r = walk(data, len, is_signer, &s, &broken);
	X509_free(last.cert);
	return r > 0;
}

/* --- What one has beyond another --- */

struct extra {
	char (*sums)[65];
	size_t n_sums, cap;
	BIO *out;
	unsigned n;
};

static int add_sum(void *arg, X509 *cert)
{
	struct extra *e = arg;

	if (e->n_sums == e->cap) {
		size_t cap = e->cap ? e->cap * 2 : 256;
		void *more = realloc(e->sums, cap * sizeof(*e->sums));

		if (!more)
			return -1;
		e->sums = more;
		e->cap = cap;
	}
	digest(cert, e->sums[e->n_sums++]);
	return 0;
}

static int add_missing(void *arg, X509 *cert)
{
	struct extra *e = arg;
	char sum[65];

	digest(cert, sum);
	for (size_t i = 0; i < e->n_sums; i++)
		if (!strcmp(e->sums[i], sum))
			return 0;
	if (PEM_write_bio_X509(e->out, cert) != 1)
		return -1;
	e->n++;
	return add_sum(e, cert); /* twice in `more` is once here */
}

int bundle_extra(const void *data, size_t len, const void *more, size_t more_len, char **pem,
		 unsigned *n, struct error *err)
{
	struct extra e = { .out = BIO_new(BIO_s_mem()) };
	unsigned broken = 0;
	char *text;
	long size;
	int r = -1;

	*pem = NULL;
	*n = 0;
	if (e.out && walk(data, len, add_sum, &e, &broken) == 0 &&
	    walk(more, more_len, add_missing, &e, &broken) == 0) {
		size = BIO_get_mem_data(e.out, &text);
		r = 0;
		*n = e.n;
		if (e.n && !(*pem = strndup(text, (size_t)size)))
			r = -1;
	}
	BIO_free(e.out);
	free(e.sums);
	return r < 0 ? error_set(err, ENOMEM, "CA bundle") : 0;
}
