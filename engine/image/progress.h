/*
 * How far long work has come: a record, and its form as a line of text, in which
 * it travels from the process that works to the one that shows it.
 *
 *	progress PHASE DONE TOTAL RATE REMAINING TEXT
 *
 * PHASE is a word; DONE and TOTAL are bytes (TOTAL 0: not known), RATE bytes a
 * second, REMAINING seconds (-1: not known); TEXT is what is being worked on
 * and may be empty. `vmdeck image build` and `import` write such lines to the
 * descriptor that --progress names.
 */
#ifndef ENGINE_IMAGE_PROGRESS_H
#define ENGINE_IMAGE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum progress_phase {
	PROGRESS_DOWNLOAD,
	PROGRESS_FETCH,   /* by another program: no bytes */
	PROGRESS_UNPACK,
	PROGRESS_MEASURE,
	PROGRESS_WRITE,
	PROGRESS_CHECK,   /* digests, file system */
	PROGRESS_RUN,     /* commands in a build machine */
	PROGRESS_DONE,
	PROGRESS_PHASE_COUNT
};
extern const char *const progress_names[PROGRESS_PHASE_COUNT];

struct progress {
	enum progress_phase phase;
	uint64_t done, total; /* bytes; total 0: not known */
	uint64_t rate;        /* bytes a second */
	int64_t remaining;    /* seconds; -1: not known */
	char text[128];       /* what: a name, a package; cleaned by whoever shows it */
};

/* Told of each record; not 0 cancels the work. It is told at least twice a
 * second while something blocks, with nothing new then. */
typedef int progress_fn(void *arg, const struct progress *p);

/* The line, with its newline; at most PROGRESS_LINE bytes. */
enum { PROGRESS_LINE = 256 };
size_t progress_line(const struct progress *p, char out[PROGRESS_LINE]);
/* A line (without newline) back into a record; -1 when it is none. */
int progress_parse(const char *line, struct progress *out);

/* The end at which the work is done: it counts, and tells not more often than
 * ten times a second. */
struct meter {
	progress_fn *fn;
	void *arg;
	struct progress now;
	uint64_t begun, told; /* now_ms() */
};

/* fn may be NULL. */
void meter_init(struct meter *m, progress_fn *fn, void *arg);
/* Another phase begins; -1 (ECANCELED) when it is to end here. */
int meter_phase(struct meter *m, enum progress_phase phase, uint64_t total, const char *text,
		struct error *err);
int meter_add(struct meter *m, uint64_t bytes, struct error *err);
/* The same with what is done in all. */
int meter_at(struct meter *m, uint64_t done, uint64_t total, struct error *err);

#endif
