#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>

/*
 * Who types. A console has one keyboard: a viewer takes it before it sends keys, pastes
 * and the mouse, and as long as one has it, those of others are dropped, so that two
 * dashboards cannot write into one another's lines. Another one may take it over; the one
 * that had it gets its own request answered a second time, with a failure. It is given
 * back with the viewer's end at the latest.
 *
 * WIRE_TYPE is not held up: `vmdeck send` is an order of its own, whole in one message.
 */

bool supervisor_may_type(const struct supervisor *s, const struct viewer *v)
{
	return !s->typist.viewer || s->typist.viewer == v->id;
}

void supervisor_typist_gone(struct supervisor *s, const struct viewer *v)
{
	if (s->typist.viewer == v->id)
		s->typist.viewer = s->typist.request = 0;
}

static void tell_taken(struct supervisor *s)
{
	struct viewer *before = viewer_find(&s->viewers, s->typist.viewer);
	struct error err;

	error_set(&err, 0, "another dashboard types into %s now", s->record.id);
	err.code = ECANCELED;
	if (before)
		viewer_fail(before, s->typist.request, &err);
}

void supervisor_type(struct supervisor *s, struct viewer *v, struct wire *w)
{
	enum wire_typist how = wire_get_u8(w);
	uint8_t buf[WIRE_MAX];
	struct wire done;
	struct error err;

	if (how == WIRE_TYPIST_LEAVES) {
		supervisor_typist_gone(s, v);
	} else if (!supervisor_may_type(s, v)) {
		if (how != WIRE_TYPIST_TAKES_OVER) {
			error_set(&err, 0, "another dashboard types into %s", s->record.id);
			err.code = EBUSY;
			viewer_fail(v, w->request, &err);
			return;
		}
		tell_taken(s);
	}
	if (how != WIRE_TYPIST_LEAVES) {
		s->typist.viewer = v->id;
		s->typist.request = w->request;
	}
	wire_begin(&done, buf, WIRE_DONE, w->request);
	viewer_post(v, &done);
}
