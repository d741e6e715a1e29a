/*
 * A recording's file, event by event, with times from its beginning: version 3's
 * are added up, pauses longer than the idle limit are cut. Errors name file and
 * line. A last line that is cut short (its writer was killed) is the end.
 */
#ifndef TUI_DESK_TAPE_H
#define TUI_DESK_TAPE_H

#include <stdio.h>

#include "engine/session/cast.h"

struct tape {
	struct cast_header header;
	char name[256];     /* for errors, cleaned */
	FILE *file;         /* owned */
	unsigned line;
	char *text;         /* owned, of getline */
	size_t text_cap;
	double idle;        /* longest pause, seconds; 0: as recorded */
	double raw, time;   /* of the last event: as the file says it, as we do */
};

/* idle < 0: the file's own limit. */
int tape_open(struct tape *t, const char *path, double idle, struct error *err);
void tape_close(struct tape *t); /* harmless on zeroed */
/* 1 and the next event, with `time` from the beginning; 0: the end; -1. */
int tape_next(struct tape *t, struct cast_event *e, struct error *err);
int tape_rewind(struct tape *t, struct error *err);

#endif
