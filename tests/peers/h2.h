/*
 * A provider that speaks HTTP/2 and nothing else: TLS with a certificate of its own for
 * "localhost", ALPN "h2". A process for each connection; each request is told on `seen`
 * as one packet: "METHOD PATH conn=N stream=M", then a header a line.
 *
 *   /base/echo      the request's body, each piece as it comes
 *   /base/events    three server-sent events, each after a byte from `seen`
 *   /base/big       H2_BIG bytes
 *   /base/hints     103 first, trailers last
 *   /base/goaway    "half", then GOAWAY and the end
 *   /base/reset     "half", then RST_STREAM
 *   /base/refused   RST_STREAM, nothing before it
 *   /base/garbage   bytes that are no frame
 *   /base/silent    nothing
 */
#ifndef TESTS_PEERS_H2_H
#define TESTS_PEERS_H2_H

enum { H2_BIG = 48 << 20 };

/* Make key and certificate; the certificate as PEM, or NULL. For the process's life. */
const char *h2_certificate(void);
/* Serve what the listening socket accepts, until killed. */
_Noreturn void h2_serve(int listener, int seen);

#endif
