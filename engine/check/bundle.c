#include "engine/check/bundle.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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

static void judge(struct bundle *b, const X509 *cert, time_t now)
{
	b->certs++;
	b->expired += X509_cmp_time(X509_get0_notAfter(cert), &now) < 0;
	b->early += X509_cmp_time(X509_get0_notBefore(cert), &now) > 0;
}

int bundle_parse(struct bundle *out, const void *data, size_t len, time_t now, struct error *err)
{
	BIO *bio;

	*out = (struct bundle){ 0 };
	if (len > BUNDLE_BYTES_MAX)
		return error_set(err, EFBIG, "CA bundle");
	bio = BIO_new_mem_buf(data, (int)len);
	if (!bio)
		return error_set(err, ENOMEM, "CA bundle");
	while (out->certs + out->broken < BUNDLE_CERTS_MAX) {
		X509 *cert = PEM_read_bio_X509(bio, NULL, no_password, NULL);
		unsigned long e;

		if (cert) {
			judge(out, cert, now);
			X509_free(cert);
			continue;
		}
		e = ERR_peek_last_error();
		ERR_clear_error();
		if (ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
			break;
		out->broken++; /* the reader is past it, and goes on with the next */
		if (BIO_eof(bio))
			break;
	}
	BIO_free(bio);
	return 0;
}
