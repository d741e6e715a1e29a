/*
 * The one nftables rule of `open`, inside the namespace of the calling process:
 * TCP that comes over the TAP to any port of 198.18.0.0/15 arrives at SOCKETS_ANY,
 * where SO_ORIGINAL_DST tells what was meant. Made and read back through `nft`, whose
 * door this is.
 */
#ifndef ENGINE_NET_REDIRECT_H
#define ENGINE_NET_REDIRECT_H

#include "engine/base/error.h"

int redirect_make(struct error *err);
/* Is it there, and no other rule? */
int redirect_verify(struct error *err);

#endif
