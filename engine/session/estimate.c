#include "engine/session/estimate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

enum {
	SLACK_MS = 1000, /* `created` is in whole seconds */
	SECOND = 1000,
};

static bool same_kind(const struct session_record *a, const struct session_record *b)
{
	return a->warm == b->warm && a->standby == b->standby && !strcmp(a->agent, b->agent) &&
	       !strcmp(a->image, b->image) && !strcmp(a->backend, b->backend) &&
	       (!a->accel[0] || !strcmp(a->accel, b->accel)); /* it is known a few steps later */
}

void estimate_take(struct estimate_past *past, const struct session_record *r,
		   const struct session_record *earlier)
{
	unsigned i = past->n;

	if (earlier == r || !earlier->ready || earlier->ready > r->created || earlier->total_ms <= 0 ||
	    !same_kind(r, earlier))
		return;
	while (i && strcmp(past->latest[i - 1]->order, earlier->order) < 0)
		i--;
	if (i == ESTIMATE_PAST)
		return;
	if (past->n < ESTIMATE_PAST)
		past->n++;
	memmove(&past->latest[i + 1], &past->latest[i], (past->n - i - 1) * sizeof(past->latest[0]));
	past->latest[i] = earlier;
}

static bool is_wait(const struct session_step *s)
{
	return !strcmp(s->name, "turn");
}

/* The last step of that name, the machine's second try if it had one: its time, and that of
 * all that came after it. */
static bool from_step(const struct session_record *r, const char *name, double *step, double *after)
{
	*after = 0;
	for (unsigned i = r->n_steps; i-- > 0;) {
		if (!strcmp(r->steps[i].name, name)) {
			*step = r->steps[i].ms;
			return true;
		}
		if (!is_wait(&r->steps[i]) && r->steps[i].ms > 0)
			*after += r->steps[i].ms;
	}
	return false;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double middle(double *all, unsigned n)
{
	qsort(all, n, sizeof(all[0]), by_size);
	return all[n / 2];
}

static struct estimate make(double spent, double left, bool overdue)
{
	struct estimate e = { .known = true, .share = spent + left > 0 ? spent / (spent + left) : 0 };

	if (e.share > ESTIMATE_MOST)
		e.share = ESTIMATE_MOST;
	if (!overdue)
		e.left = (int64_t)(left / SECOND + 0.5);
	return e;
}

static double since(int64_t then, int64_t now)
{
	return then && now > then ? (double)(now - then) * SECOND : 0;
}

/* Nothing was measured: each step counts the same. */
static struct estimate by_steps(const struct session_record *r)
{
	if (!r->steps_of)
		return (struct estimate){ 0 };
	return (struct estimate){ .known = true,
				  .share = (r->n_steps ? r->n_steps - 1 : 0) / (double)r->steps_of };
}

struct estimate estimate_start(const struct session_record *r, const struct estimate_past *past,
			       int64_t now)
{
	const struct session_step *at = record_step(r);
	double left[ESTIMATE_PAST], steps[ESTIMATE_PAST], finished = 0, spent = since(r->created, now), in;
	unsigned n = 0;

	if (!at || is_wait(at))
		return by_steps(r);
	for (unsigned i = 0; i < r->n_steps; i++)
		finished += r->steps[i].ms > 0 ? r->steps[i].ms : 0;
	if (spent < finished)
		spent = finished;
	in = at->ms < 0 ? spent - finished : at->ms;
	for (unsigned i = 0; i < past->n; i++) {
		if (!from_step(past->latest[i], at->name, &steps[n], &left[n]))
			continue;
		left[n] += in < steps[n] ? steps[n] - in : 0;
		n++;
	}
	if (!n)
		return by_steps(r);
	return make(spent, middle(left, n), in > 1.5 * middle(steps, n) + SLACK_MS);
}

struct estimate estimate_whole(int64_t began, uint64_t expected_ms, int64_t now)
{
	double spent = since(began, now), all = (double)expected_ms;

	if (!expected_ms)
		return (struct estimate){ 0 };
	return make(spent, spent < all ? all - spent : 0, spent > all);
}

const char *estimate_text(const struct estimate *e, char *out, size_t cap)
{
	char left[16];

	out[0] = '\0';
	if (e->left <= 0)
		return out;
	text_duration(left, sizeof(left), (uint64_t)e->left);
	snprintf(out, cap, "left %s", left);
	return out;
}
