/*
 * The server name in a TLS ClientHello (RFC 8446 section 4.1.2, RFC 6066 section
 * 3), out of the first bytes of a connection. Pure; reads only as far as the
 * server_name extension needs and keeps nothing.
 *
 * With Encrypted ClientHello (RFC 9849) the name seen here is the outer one; the
 * inner is hidden, as a Host header behind TLS is.
 */
#ifndef ENGINE_NET_TLS_HELLO_H
#define ENGINE_NET_TLS_HELLO_H

#include <stddef.h>
#include <stdint.h>

#include "engine/net/hostname.h"

/* A ClientHello with its record headers is at most this long here; a longer one is
 * TLS_HELLO_BAD. (Real ones, with post-quantum shares, are below 2 KiB.) */
enum { TLS_HELLO_MAX = 16 << 10 };

enum tls_hello {
	TLS_HELLO_MORE, /* so far it is one; more bytes are needed */
	TLS_HELLO_NAME, /* it has a server name */
	TLS_HELLO_NONE, /* a whole one without */
	TLS_HELLO_BAD,  /* begins like a TLS record and is not a ClientHello */
};

/* `data` begins with a byte 0x16 (TLS_HELLO_BAD otherwise). */
enum tls_hello tls_hello_read(const uint8_t *data, size_t n, char name[HOSTNAME_SIZE]);

#endif
