/*
 * Libraries that are loaded when they are first used. Dynamic linking costs before
 * main(): libcurl and libarchive, with the forty libraries that they bring, take
 * longer to load than a session from standby to start, and most of vmdeck's
 * processes never call them.
 *
 * late.sh writes, at build time, a jump for each of their functions that the program
 * calls; the first call comes here. Nobody else has to know: their headers and calls
 * are as ever. Only the program itself is linked so, not its tests, and only on
 * x86-64 and without sanitizers; elsewhere they are linked as usual.
 */
#ifndef ENGINE_BASE_LATE_H
#define ENGINE_BASE_LATE_H

struct late_symbol {
	const char *library, *name;
};
extern const struct late_symbol late_symbols[];
extern void *late_slots[];

/* The function of that number. A library that is not there ends the process, as it
 * would have at its start. */
void *late_find(unsigned n);

#endif
