/*
 * The scripted consoles of the demo backend: programs that behave like a
 * shell, an agent, a build, a noisy screen, so that panes, keys, resizes and
 * floods can be tried without a machine. Each is a `struct demo_script`, a
 * row of reactions; this file runs one on standard input and output: a terminal, or a
 * stream with the terminal that has its size as standard error. A script draws with
 * escape sequences, as real programs do, and knows nothing of vmdeck.
 */
#ifndef ENGINE_VM_DEMO_CONSOLE_H
#define ENGINE_VM_DEMO_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/base/loop.h"

/* The verb `demo-console`: run the script to its end; gives the exit status. */
int demo_console(const char *script);
bool demo_console_exists(const char *script);

/* What follows is for the scripts. */

struct demo {
	struct loop loop;
	struct source input;
	struct timer tick;
	struct signals signals;
	const struct demo_script *script;
	struct bytes out;
	uint16_t cols, rows;
	uint64_t ticks;
	uint32_t random;
	bool stopped; /* by C-s of the script itself: no ticks */

	/* Scratch of the scripts. */
	char line[256];
	size_t len;
	int phase, wait, choice, live_rows;
	unsigned flood;
};

struct demo_script {
	const char *name;
	const char *help;
	unsigned tick_ms; /* 0: no ticks */
	void (*start)(struct demo *d);
	void (*tick)(struct demo *d);
	void (*key)(struct demo *d, int c); /* a byte, or DEMO_UP ... */
	void (*resized)(struct demo *d);
};

enum { DEMO_UP = 256, DEMO_DOWN, DEMO_LEFT, DEMO_RIGHT };

/* NULL-terminated. */
extern const struct demo_script *const demo_scripts[];
extern const struct demo_script demo_shell, demo_claude, demo_codex, demo_build, demo_noisy,
	demo_matrix, demo_replay, demo_keys;

void demo_print(struct demo *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint32_t demo_random(struct demo *d, uint32_t below);
void demo_ticks(struct demo *d, unsigned ms); /* change the rate; 0: none */
void demo_exit(struct demo *d, int status);

#endif
