#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

enum {
	SAVE_MS = 50, /* between two records told */
	RESERVE_BYTES = 64 << 10,
};

#define RESERVE "reserve"

void supervisor_post_record(struct supervisor *s, struct viewer *v)
{
	AUTO_JSON cJSON *j = record_json(&s->record);
	AUTO_FREE char *text = json_text(j, false);
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (!text)
		return;
	wire_begin(&w, buf, WIRE_RECORD, 0);
	wire_put(&w, text, strlen(text));
	viewer_post(v, &w);
}

/* On a full disk even replacing a small file fails: then the reserve goes. */
static void save_file(struct supervisor *s)
{
	struct error err;

	if (s->unsaved)
		return;
	if (record_save(&s->record, s->dir, &err) == 0 ||
	    (unlinkat(s->dir, RESERVE, 0) == 0 && record_save(&s->record, s->dir, &err) == 0))
		s->record_dirty = false;
	else
		fprintf(stderr, "%s\n", err.msg); /* it stays dirty: the next change tries again */
}

void supervisor_save(struct later *l)
{
	struct supervisor *s = LIST_ITEM(l, struct supervisor, save);

	s->saved_at = now_ms();
	if (s->record_dirty)
		save_file(s);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next) {
		struct viewer *v = LIST_ITEM(i, struct viewer, link);

		if (v->hello && !viewer_busy(v))
			supervisor_post_record(s, v);
	}
}

static void save_due(struct timer *t)
{
	struct supervisor *s = SOURCE_OWNER(t, struct supervisor, save_timer);

	loop_later(&s->loop, &s->save);
}

/* The record changed: told to viewers at the end of the turn, and, when it is
 * more than figures, to the file; but a guest that changes it all the time is
 * not told of more often than every SAVE_MS. */
void supervisor_changed(struct supervisor *s, bool keep)
{
	uint64_t since = now_ms() - s->saved_at;
	struct error err;

	s->record_dirty |= keep;
	if (timer_running(&s->save_timer))
		return;
	if (since >= SAVE_MS || timer_start(&s->loop, &s->save_timer, SAVE_MS - since, 0, &err) < 0)
		loop_later(&s->loop, &s->save);
}

/* Something to give up when the disk is full, so that the end can be told. */
static void make_reserve(struct supervisor *s)
{
	AUTO_CLOSE int fd = openat(s->dir, RESERVE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && fallocate(fd, 0, 0, RESERVE_BYTES) < 0)
		unlinkat(s->dir, RESERVE, 0);
}

void supervisor_drop_reserve(struct supervisor *s)
{
	unlinkat(s->dir, RESERVE, 0);
}

void supervisor_record_init(struct supervisor *s)
{
	s->save.fn = supervisor_save;
	s->save_timer.fn = save_due;
	make_reserve(s);
}

void supervisor_step_end(struct supervisor *s)
{
	uint64_t now = now_us();

	if (s->record.n_steps && s->record.steps[s->record.n_steps - 1].ms < 0)
		s->record.steps[s->record.n_steps - 1].ms = (double)(now - s->step_us) / 1000;
	s->step_us = now;
}

void supervisor_step_add(struct supervisor *s, const char *name, double ms)
{
	struct session_step *step;

	if (s->record.n_steps == SESSION_STEPS)
		return;
	for (unsigned i = 0; i < s->record.n_steps && ms > 0; i++)
		ms -= s->record.steps[i].ms;
	step = &s->record.steps[s->record.n_steps++];
	snprintf(step->name, sizeof(step->name), "%s", name);
	step->ms = ms;
}

void supervisor_step(struct supervisor *s, const char *name)
{
	supervisor_step_end(s);
	supervisor_step_add(s, name, -1);
	supervisor_changed(s, true);
}

void supervisor_enter(struct supervisor *s, enum session_state state, const char *cause)
{
	bool soon = s->record.state == SESSION_STARTING; /* somebody waits for this one */

	if (s->record.state == state || !session_alive(s->record.state))
		return;
	s->record.state = state;
	s->record.since = time(NULL);
	text_clean_str(s->record.cause, sizeof(s->record.cause), cause ? cause : "");
	supervisor_changed(s, true);
	if (!soon)
		return;
	loop_later(&s->loop, &s->save);
	drop_fd(&s->turn_fd);
	timer_stop(&s->turn);
}
