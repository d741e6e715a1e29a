/*
 * A host name as people and protocols write it, in the one spelling that is
 * compared: lower case, no dot at the end. Letters, digits, '-' and '_' in
 * labels of 1 to 63, at most 253 in all (RFC 1035 section 2.3.1; '_' because
 * real names have it). Something whose last label is a number is an address in
 * some spelling (inet_aton reads 1.2, 0x7f.1 and 017700000001), never a name.
 */
#ifndef ENGINE_NET_HOSTNAME_H
#define ENGINE_NET_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

enum { HOSTNAME_MAX = 253 };
#define HOSTNAME_SIZE (HOSTNAME_MAX + 1)

/* The name of n bytes in that spelling; a single dot at its end is dropped. 0, or
 * -1 when it is no name: *at (may be NULL) is then the offset of what is wrong. */
int hostname_read(char out[HOSTNAME_SIZE], const char *text, size_t n, size_t *at);

/* Is `name` below `parent`, at any depth? Both as hostname_read gives them. */
bool hostname_below(const char *name, const char *parent);

/* Names of the gateway itself: NAME.vmdeck. */
#define HOSTNAME_OURS "vmdeck"
static inline bool hostname_is_ours(const char *name)
{
	return hostname_below(name, HOSTNAME_OURS);
}

#endif
