/* A row of the table among the others: which it needs, which child answers it, and what
 * its record says once it is answered, or need not be asked. */
#include "engine/check/runner_parts.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "engine/check/probe.h"

int runner_row(const struct runner *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcasecmp(r->table[i].id, id))
			return (int)i;
	return -1;
}

size_t runner_leader(const struct runner *r, size_t i)
{
	int l = r->table[i].shares ? runner_row(r, r->table[i].shares) : (int)i;

	assert(l >= 0 && (size_t)l <= i);
	return (size_t)l;
}

size_t runner_members(const struct runner *r, size_t lead, size_t out[SHARE_MAX])
{
	size_t n = 0;

	for (size_t i = lead; i < r->n && n < SHARE_MAX; i++)
		if (runner_leader(r, i) == lead)
			out[n++] = i;
	return n;
}

static void finish(struct runner *r, size_t i, uint32_t ms)
{
	struct check_record *rec = &r->report.records[i];

	rec->done = true;
	rec->running = false;
	rec->ms = ms;
	if (r->record)
		r->record(r, rec);
}

/* A need of row i that did not come out well; NULL when all did. */
static const struct check_record *unmet(const struct runner *r, size_t i)
{
	for (int k = 0; k < CHECK_NEEDS_MAX && r->table[i].needs[k]; k++) {
		int n = runner_row(r, r->table[i].needs[k]);
		const struct check_record *need = &r->report.records[n];

		assert(n >= 0 && (size_t)n < i);
		if (need->status != CHECK_OK && need->status != CHECK_INFO &&
		    need->status != CHECK_WARN)
			return need;
	}
	return NULL;
}

static void skip(struct runner *r, size_t i, const struct check_record *need)
{
	static const char *const how[CHECK_STATUS_COUNT] = {
		[CHECK_FAILED] = "failed",
		[CHECK_SKIP] = "was not asked",
		[CHECK_UNKNOWN] = "gave no answer",
	};
	struct check_record *rec = &r->report.records[i];

	record_begin(rec, &r->table[i]);
	record_say(rec, CHECK_SKIP, "not asked: %s (%s) %s", need->id, need->title,
		   how[need->status]);
	finish(r, i, 0);
}

static bool skip_quick(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];

	if (!r->plan->quick || c->severity == CHECK_BLOCKER ||
	    (c->may_block && c->may_block(r->plan)))
		return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not asked: it cannot block this launch");
	finish(r, i, 0);
	return true;
}

static bool skip_backend(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];
	const char *backend = plan_backend(r->plan);

	if (!c->backends[0])
		return false;
	for (int k = 0; k < CHECK_BACKENDS_MAX && c->backends[k]; k++)
		if (!strcmp(c->backends[k], backend))
			return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not needed by the %s backend", backend);
	finish(r, i, 0);
	return true;
}

void runner_settle(struct runner *r, size_t i, struct check_record *rec, uint32_t ms,
		   const char *why)
{
	const struct check_record *need = unmet(r, i);

	r->jobs[i].asked = false;
	if (need) {
		skip(r, i, need);
		return;
	}
	if (rec)
		answer_take(&r->report.records[i], &r->table[i], rec);
	else {
		record_begin(&r->report.records[i], &r->table[i]);
		record_say(&r->report.records[i], CHECK_UNKNOWN, "%s", why);
	}
	finish(r, i, ms);
}

bool runner_skipped(struct runner *r, size_t i)
{
	const struct check_record *need = unmet(r, i);

	if (need)
		skip(r, i, need);
	return need || skip_backend(r, i) || skip_quick(r, i);
}
