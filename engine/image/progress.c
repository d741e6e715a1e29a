#include "engine/image/progress.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/loop.h"

enum {
	TELL_MS = 100,
	RATE_MS = 300, /* before that a rate is noise */
};

const char *const progress_names[PROGRESS_PHASE_COUNT] = {
	[PROGRESS_DOWNLOAD] = "download", [PROGRESS_FETCH] = "fetch",
	[PROGRESS_UNPACK] = "unpack",	  [PROGRESS_MEASURE] = "measure",
	[PROGRESS_WRITE] = "write",	  [PROGRESS_CHECK] = "check",
	[PROGRESS_RUN] = "run",		  [PROGRESS_DONE] = "done",
};
static_assert(PROGRESS_DONE + 1 == PROGRESS_PHASE_COUNT, "a name for each");

size_t progress_line(const struct progress *p, char out[PROGRESS_LINE])
{
	char text[sizeof(p->text)];

	snprintf(text, sizeof(text), "%s", p->text);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	int n = snprintf(out, PROGRESS_LINE, "progress %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64
			 " %s\n", progress_names[p->phase], p->done, p->total, p->rate, p->remaining,
			 text);
	return n < PROGRESS_LINE ? (size_t)n : PROGRESS_LINE - 1;
}

int progress_parse(const char *line, struct progress *out)
{
	char phase[16];
	int used = 0;

	*out = (struct progress){ .phase = PROGRESS_PHASE_COUNT };
	if (sscanf(line, "progress %15s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNd64 "%n", phase,
		   &out->done, &out->total, &out->rate, &out->remaining, &used) < 5 || !used)
		return -1;
	for (unsigned i = 0; i < PROGRESS_PHASE_COUNT; i++)
		if (strcmp(phase, progress_names[i]) == 0)
			out->phase = i;
	if (out->phase == PROGRESS_PHASE_COUNT)
		return -1;
	snprintf(out->text, sizeof(out->text), "%s", line[used] == ' ' ? line + used + 1 : "");
	return 0;
}

void meter_init(struct meter *m, progress_fn *fn, void *arg)
{
	*m = (struct meter){ .fn = fn, .arg = arg };
}

static int tell(struct meter *m, struct error *err)
{
	uint64_t now = now_ms(), spent = now - m->begun;

	m->told = now;
	m->now.rate = spent >= RATE_MS ? m->now.done * 1000 / spent : 0;
	m->now.remaining = m->now.rate && m->now.total >= m->now.done
				   ? (int64_t)((m->now.total - m->now.done) / m->now.rate)
				   : -1;
	if (m->fn && m->fn(m->arg, &m->now))
		return error_set(err, ECANCELED, "%s", progress_names[m->now.phase]);
	return 0;
}

int meter_phase(struct meter *m, enum progress_phase phase, uint64_t total, const char *text,
		struct error *err)
{
	m->now.phase = phase;
	m->now.done = 0;
	m->now.total = total;
	m->begun = now_ms();
	snprintf(m->now.text, sizeof(m->now.text), "%s", text ? text : "");
	return tell(m, err);
}

int meter_at(struct meter *m, uint64_t done, uint64_t total, struct error *err)
{
	m->now.done = done;
	m->now.total = total;
	return now_ms() - m->told >= TELL_MS ? tell(m, err) : 0;
}

int meter_add(struct meter *m, uint64_t bytes, struct error *err)
{
	return meter_at(m, m->now.done + bytes, m->now.total, err);
}
