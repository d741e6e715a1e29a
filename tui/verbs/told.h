/*
 * Progress as a verb shows it: one line on stderr that changes when that is a
 * terminal, a line for each phase when it is not, and the records themselves
 * (engine/image/progress.h) on a descriptor of the caller's choice, for the
 * dashboard. Interrupting the verb cancels the work, so that it can take away
 * what it began.
 */
#ifndef TUI_VERBS_TOLD_H
#define TUI_VERBS_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/image/progress.h"

struct told {
	const char *what; /* "import debian" */
	int records;      /* descriptor for records, or -1 */
	bool terminal;
	bool drawn;       /* a line on the terminal that is to be wiped */
	bool begun;
	enum progress_phase phase;
	char text[sizeof(((struct progress *)0)->text)]; /* of the last record */
	uint64_t began;   /* now_ms() */
	uint64_t bytes;   /* written in all, of the last phase that counts */
	int signals;      /* signalfd of what interrupts us */
};

/* Blocks the interrupting signals; told_end gives them back. */
void told_begin(struct told *t, const char *what, int records);
/* A progress_fn; arg is the struct told. */
int told_record(void *told, const struct progress *p);
void told_end(struct told *t);

#endif
