#include "engine/image/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "engine/base/own.h"

enum {
	CHUNK = 1024 * 1024,
};

static void drop(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}
#define AUTO_DIGEST __attribute__((cleanup(drop)))

static int finish(EVP_MD_CTX *c, char out[65], struct error *err)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestFinal_ex(c, raw, &n) != 1 || n != 32)
		return error_set(err, 0, "SHA-256: the crypto library refused");
	for (unsigned i = 0; i < n; i++)
		sprintf(out + 2 * i, "%02x", raw[i]);
	return 0;
}

int digest_fd(int fd, char out[65], struct error *err)
{
	AUTO_DIGEST EVP_MD_CTX *c = EVP_MD_CTX_new();
	AUTO_FREE void *buf = malloc(CHUNK);
	ssize_t n;

	if (!c || !buf || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		return error_set(err, ENOMEM, "SHA-256");
	for (off_t at = 0; (n = pread(fd, buf, CHUNK, at)) > 0; at += n)
		EVP_DigestUpdate(c, buf, (size_t)n);
	if (n < 0)
		return error_set(err, errno, "SHA-256: read");
	return finish(c, out, err);
}

int digest_bytes(const void *data, size_t len, char out[65], struct error *err)
{
	AUTO_DIGEST EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		return error_set(err, ENOMEM, "SHA-256");
	EVP_DigestUpdate(c, data, len);
	return finish(c, out, err);
}
