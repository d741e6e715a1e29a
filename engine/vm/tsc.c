#include "engine/vm/tsc.h"

#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>

enum { SPIN_NS = 2000000, TRIES = 8 };

struct moment {
	uint64_t ticks, ns;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Both clocks at one moment: of some tries the one that took the shortest. */
static struct moment look(void)
{
	struct moment m = { 0, 0 };
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), ns = now_ns(), after = __rdtsc();

		if (after - before < best) {
			best = after - before;
			m = (struct moment){ .ticks = before + best / 2, .ns = ns };
		}
	}
	return m;
}

unsigned long tsc_khz(void)
{
	struct moment a = look(), b;

	while (now_ns() - a.ns < SPIN_NS)
		;
	b = look();
	return (unsigned long)((b.ticks - a.ticks) * 1000000 / (b.ns - a.ns));
}

#else
unsigned long tsc_khz(void)
{
	return 0;
}
#endif
