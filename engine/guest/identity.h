/*
 * What makes one machine resumed from a template different from the next:
 * entropy first, then the clock, the host name, the machine id.
 */
#ifndef ENGINE_GUEST_IDENTITY_H
#define ENGINE_GUEST_IDENTITY_H

#include <stdint.h>

#include "engine/guest/start.h"

struct identity {
	int machine_id, hostname, hosts; /* the files, open for writing; -1 */
};

/* Before anything else runs: entropy, clock, host name. 0 or an errno. */
int identity_take(const struct start *s, const char **what);
/* Once / is the image: /etc/machine-id, /etc/hostname, a line in /etc/hosts. prepare
 * makes them empty and may be done before START; write fills them, once. */
void identity_prepare(struct identity *id);
void identity_write(struct identity *id, const struct start *s);
/* Add random bytes (hex) to the kernel's pool, credited and in force at once: 0 or an
 * errno. */
int identity_entropy(const char *hex);
void identity_set_clock(uint64_t epoch_ns);

#endif
