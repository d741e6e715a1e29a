#include "engine/net/tls_hello.h"

#include <stdbool.h>
#include <string.h>

/*
 * The handshake message may be cut over several records, so the records' headers
 * are taken out first, into a buffer of ours; the message is then read by a cursor
 * that can only go forward inside what encloses it.
 */
enum { RECORD = 5, HANDSHAKE = 22, CLIENT_HELLO = 1, EXT_SERVER_NAME = 0, NAME_HOST = 0 };

struct cursor {
	const uint8_t *at;
	size_t left;
};

static bool take(struct cursor *c, size_t n, const uint8_t **out)
{
	if (c->left < n)
		return false;
	*out = c->at;
	c->at += n;
	c->left -= n;
	return true;
}

/* A number of `bytes` bytes. */
static bool take_number(struct cursor *c, unsigned bytes, size_t *out)
{
	const uint8_t *p;

	if (!take(c, bytes, &p))
		return false;
	for (*out = 0; bytes; bytes--)
		*out = *out << 8 | *p++;
	return true;
}

/* A vector with its length in front. */
static bool take_vector(struct cursor *c, unsigned bytes, struct cursor *out)
{
	return take_number(c, bytes, &out->left) && take(c, out->left, &out->at);
}

static enum tls_hello server_name(struct cursor ext, char name[HOSTNAME_SIZE])
{
	struct cursor list, host;
	size_t type;

	/* one host_name and nothing else: there was never a second type */
	if (!take_vector(&ext, 2, &list) || ext.left || !take_number(&list, 1, &type) ||
	    type != NAME_HOST || !take_vector(&list, 2, &host) || list.left)
		return TLS_HELLO_BAD;
	return hostname_read(name, (const char *)host.at, host.left, NULL) < 0 ? TLS_HELLO_BAD :
										  TLS_HELLO_NAME;
}

static enum tls_hello client_hello(struct cursor c, char name[HOSTNAME_SIZE])
{
	struct cursor session, suites, compressions, exts;
	enum tls_hello result = TLS_HELLO_NONE;
	const uint8_t *skip;

	if (!take(&c, 2 + 32, &skip) || !take_vector(&c, 1, &session) ||
	    !take_vector(&c, 2, &suites) || !take_vector(&c, 1, &compressions))
		return TLS_HELLO_BAD;
	if (c.left == 0)
		return TLS_HELLO_NONE; /* TLS 1.2 may leave the extensions out */
	if (!take_vector(&c, 2, &exts) || c.left)
		return TLS_HELLO_BAD;
	while (exts.left) {
		struct cursor ext;
		size_t type;

		if (!take_number(&exts, 2, &type) || !take_vector(&exts, 2, &ext))
			return TLS_HELLO_BAD;
		if (type != EXT_SERVER_NAME)
			continue;
		if (result != TLS_HELLO_NONE)
			return TLS_HELLO_BAD; /* twice: two readers could differ */
		result = server_name(ext, name);
		if (result == TLS_HELLO_BAD)
			return result;
	}
	return result;
}

enum tls_hello tls_hello_read(const uint8_t *data, size_t n, char name[HOSTNAME_SIZE])
{
	uint8_t message[TLS_HELLO_MAX];
	size_t have = 0, at = 0, want = 4;
	struct cursor c;

	while (have < want) {
		size_t len;

		if (at < n && data[at] != HANDSHAKE)
			return TLS_HELLO_BAD;
		if (at + 1 < n && data[at + 1] != 3)
			return TLS_HELLO_BAD; /* legacy_record_version is 3.x for ever */
		if (n < at + RECORD)
			return TLS_HELLO_MORE;
		len = (size_t)data[at + 3] << 8 | data[at + 4];
		if (len == 0 || at + RECORD + len > TLS_HELLO_MAX)
			return TLS_HELLO_BAD;
		at += RECORD;
		if (len > n - at)
			len = n - at;
		memcpy(message + have, data + at, len);
		have += len;
		at += len;
		if (have >= 1 && message[0] != CLIENT_HELLO)
			return TLS_HELLO_BAD;
		if (have >= 4) {
			want = 4 + ((size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3]);
			if (want > TLS_HELLO_MAX)
				return TLS_HELLO_BAD;
		}
		if (have < want && at == n)
			return TLS_HELLO_MORE;
	}
	c = (struct cursor){ .at = message + 4, .left = want - 4 };
	return client_hello(c, name);
}
