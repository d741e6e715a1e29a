/*
 * Enter keys that wait for their text (enter.h): a client that asked for one is
 * told when it was pressed. Viewers are remembered by number, since they may leave
 * before.
 */
#include "engine/supervisor/supervisor_parts.h"

static void tell(struct supervisor *s, uint32_t viewer, uint32_t request)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_DONE, request);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		if (LIST_ITEM(i, struct viewer, link)->id == viewer)
			viewer_post(LIST_ITEM(i, struct viewer, link), &w);
}

void supervisor_entered(struct console *c, uint32_t number)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	for (int i = 0; i < CONSOLE_ENTERS; i++) {
		if (!s->enters[i].viewer || s->enters[i].number > number)
			continue;
		tell(s, s->enters[i].viewer, s->enters[i].request);
		s->enters[i].viewer = 0;
	}
	supervisor_attend(s, true);
}

void supervisor_enter_key(struct supervisor *s, struct viewer *v, struct wire *w)
{
	uint32_t number;

	if (wire_get_u8(w) && !supervisor_may_type(s, v)) {
		tell(s, v->id, w->request);
		return;
	}
	number = console_enter(&s->console);
	s->answer_due = true;
	supervisor_attend(s, true);
	for (int i = 0; i < CONSOLE_ENTERS; i++) {
		if (number <= s->console.entered || s->enters[i].viewer)
			continue;
		s->enters[i].viewer = v->id;
		s->enters[i].request = w->request;
		s->enters[i].number = number;
		return;
	}
	tell(s, v->id, w->request); /* pressed, or in a queue that is as full as it gets */
}
