/*
 * How fast a console that floods is read when processors are short.
 *
 * While this process gets a processor whenever it wants one, a flood is read as fast as it
 * comes. When it has to wait for one longer than it then runs, others wait as well, and the
 * flood is what keeps them waiting: so between two reads there is a rest, which grows while
 * that lasts and shrinks when it is over. The machine meanwhile blocks on its full console,
 * and what it computed the flood with is free. Nothing is dropped.
 *
 * It knows time and bytes, no descriptor: who reads looks at the process's own times
 * (throttle_look) and does the resting.
 *
 * Limits: the kernel's account (CONFIG_SCHED_INFO) is of this process, so a machine that is
 * kept from computing by others is no reason to rest; without the account nothing rests.
 */
#ifndef ENGINE_SUPERVISOR_THROTTLE_H
#define ENGINE_SUPERVISOR_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	THROTTLE_LOOK = 256 << 10,   /* bytes between two looks; in more than... */
	THROTTLE_CALM_US = 1000000,  /* ... this long they are no flood */
	THROTTLE_LEAST_US = 20000,   /* between two looks */
	THROTTLE_REST_MS = 32,       /* the longest rest: some 30 pictures a second */
};

/* What the process has used and waited for till now. */
struct throttle_times {
	uint64_t ran_ns, waited_ns;
};

struct throttle {
	uint64_t since_us;           /* of the last look; 0: none yet */
	struct throttle_times then;
	size_t taken;                /* bytes since */
	unsigned rest_ms;
};

/* n bytes were read: is it time for a look? */
bool throttle_took(struct throttle *t, size_t n, uint64_t now_us);
/* Milliseconds to rest after each read from now on, 0 to THROTTLE_REST_MS. */
unsigned throttle_step(struct throttle *t, const struct throttle_times *now, uint64_t now_us);

/* The process's own, of proc(5) /proc/self/schedstat; false where there is none. */
bool throttle_look(struct throttle_times *out);

#endif
