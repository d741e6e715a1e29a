/*
 * Bytes of a QMP peer -> messages, pure. One JSON object per line
 * (docs/interop/qmp-spec.txt); a peer is not trusted to keep to it: a line has
 * a cap, nesting and the number of values have caps before anything is parsed,
 * and the first violation is the last thing that is read. Knows neither
 * sockets nor what was asked.
 */
#ifndef ENGINE_VM_QMP_READ_H
#define ENGINE_VM_QMP_READ_H

#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/base/json.h"

enum {
	QMP_LINE_MAX = 128 * 1024,
	QMP_DEPTH_MAX = 32,
	/* cJSON takes 64 bytes a value: with the line and its copy half a MiB in all. */
	QMP_VALUES_MAX = 4096,
};

enum qmp_kind {
	QMP_GREETING, /* {"QMP": {...}} */
	QMP_RETURN,   /* {"return": ..., "id": N} */
	QMP_ERROR,    /* {"error": {"class": ..., "desc": ...}, "id": N} */
	QMP_EVENT,    /* {"event": NAME, "data": {...}, ...} */
};

struct qmp_message {
	enum qmp_kind kind;
	uint64_t id;       /* RETURN, ERROR */
	const char *name;  /* EVENT: its name; ERROR: its text */
	const cJSON *body; /* GREETING, RETURN, EVENT: the value; NULL when absent */
};

struct qmp_reader {
	struct bytes in; /* the line that is not whole yet */
};

void qmp_reader_init(struct qmp_reader *r);
void qmp_reader_done(struct qmp_reader *r);

/* Each whole message goes to fn, which may end the reading by returning not 0.
 * 0, fn's value, or -1 with err on a violation: read no further then. */
typedef int qmp_message_fn(void *arg, const struct qmp_message *m);
int qmp_reader_feed(struct qmp_reader *r, const void *data, size_t n, qmp_message_fn *fn, void *arg,
		    struct error *err);

#endif
