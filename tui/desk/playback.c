#include "tui/desk/playback.h"

#include <errno.h>

#include "engine/base/text.h"

enum { HISTORY = 64 << 10 };

static int fetch(struct playback *p, struct error *err)
{
	int r = tape_next(p->tape, &p->next, err);

	p->ended = r <= 0;
	return r < 0 ? -1 : 0;
}

static void apply(struct playback *p)
{
	struct cast_event *e = &p->next;

	if (e->kind == CAST_OUTPUT)
		vt_write(p->vt, e->data, e->len, (uint64_t)(e->time * 1000));
	else if (e->kind == CAST_RESIZE)
		vt_resize(p->vt, e->cols, e->rows);
	else if (e->kind == CAST_MARK)
		text_clean_str(p->mark, sizeof(p->mark), e->data);
	cast_event_done(e);
}

int playback_begin(struct playback *p, struct tape *t, struct error *err)
{
	playback_done(p);
	p->tape = t;
	p->vt = vt_new(t->header.cols, t->header.rows, HISTORY);
	p->mark[0] = '\0';
	p->at = 0;
	p->ended = false;
	if (!p->vt)
		return error_set(err, ENOMEM, "no memory for a screen");
	vt_set_replay(p->vt, true);
	return tape_rewind(t, err) < 0 ? -1 : fetch(p, err);
}

void playback_done(struct playback *p)
{
	cast_event_done(&p->next);
	vt_free(p->vt);
	p->vt = NULL;
}

int playback_go(struct playback *p, double time, struct error *err)
{
	time = time < 0 ? 0 : time;
	if (time < p->at && playback_begin(p, p->tape, err) < 0)
		return -1;
	while (!p->ended && p->next.time <= time) {
		apply(p);
		if (fetch(p, err) < 0)
			return -1;
	}
	p->at = p->ended && p->tape->time < time ? p->tape->time : time;
	return 0;
}
