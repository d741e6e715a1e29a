/*
 * What makes one machine resumed from a template different from the next:
 * entropy first, then the clock, the host name, the machine id.
 */
#ifndef ENGINE_GUEST_IDENTITY_H
#define ENGINE_GUEST_IDENTITY_H

#include <stdint.h>

#include "engine/guest/start.h"

/* Before anything else runs: entropy, clock, host name. 0 or an errno. */
int identity_take(const struct start *s, const char **what);
/* Once / is the image: /etc/machine-id, /etc/hostname, a line in /etc/hosts. */
void identity_write(const struct start *s);
void identity_set_clock(uint64_t epoch_ns);

#endif
