#include "tui/view/figures.h"

#include <stdio.h>

#include "engine/base/text.h"
#include "tui/view/state.h"

static const char *state(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	snprintf(out, cap, "%s", state_looks[r->state].word);
	return out;
}

static const char *age(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	const struct session_step *step = record_step(r);
	int64_t since = r->ended ? r->ended : r->ready ? r->ready : r->created;

	if (step)
		snprintf(out, cap, "%s", step->name);
	else
		text_duration(out, cap, since && now > since ? (uint64_t)(now - since) : 0);
	return out;
}

static const char *cpu(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	out[0] = '\0';
	if (session_alive(r->state))
		snprintf(out, cap, "%.0f%%", r->cpu * 100);
	return out;
}

static const char *memory(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	char used[12], all[12];

	(void)now;
	out[0] = '\0';
	if (!session_alive(r->state) || !r->mem_used_kib)
		return out;
	text_size(used, sizeof(used), r->mem_used_kib << 10);
	text_size(all, sizeof(all), r->mem_total_kib << 10);
	snprintf(out, cap, "%s/%s", used, all);
	return out;
}

static const char *network(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	char in[12], away[12];

	(void)now;
	out[0] = '\0';
	if (!r->net_in && !r->net_out)
		return out;
	text_size(in, sizeof(in), r->net_in);
	text_size(away, sizeof(away), r->net_out);
	snprintf(out, cap, "%s/%s", in, away);
	return out;
}

static const char *connections(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	out[0] = '\0';
	if (r->net_open)
		snprintf(out, cap, "%u", r->net_open);
	return out;
}

static const char *refused(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	out[0] = '\0';
	if (r->net_refused)
		snprintf(out, cap, "%llu", (unsigned long long)r->net_refused);
	return out;
}

static const char *changes(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	out[0] = '\0';
	if (r->changes_known && r->changes)
		snprintf(out, cap, "%u", r->changes);
	return out;
}

static const char *agent(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	snprintf(out, cap, "%s", r->agent);
	return out;
}

static const char *label(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	snprintf(out, cap, "%s", r->label);
	return out;
}

static const char *backend(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	(void)now;
	snprintf(out, cap, "%s%s%s%s", r->backend, r->accel[0] ? " " : "", r->accel,
		 r->warm ? " warm" : "");
	return out;
}

const struct figure figures[] = {
	{ "state", 14, false, ROLE_TEXT, state },
	{ "step, age", 10, false, ROLE_TEXT, age },
	{ "cpu", 5, true, ROLE_TEXT, cpu },
	{ "memory", 11, true, ROLE_TEXT, memory },
	{ "net in/out", 11, true, ROLE_TEXT, network },
	{ "open", 4, true, ROLE_TEXT, connections },
	{ "refused", 7, true, ROLE_CHECK_WARN, refused },
	{ "changed", 7, true, ROLE_TEXT, changes },
	{ "agent", 12, false, ROLE_DIM, agent },
	{ "label", 12, false, ROLE_DIM, label },
	{ "backend", 14, false, ROLE_DIM, backend },
};
const int figures_n = sizeof(figures) / sizeof(figures[0]);

enum { NAME_COLS = 26, GAP = 2 };

int figures_fit(int cols)
{
	int n = 0, used = NAME_COLS;

	while (n < figures_n && used + GAP + figures[n].cols <= cols)
		used += GAP + figures[n++].cols;
	return n;
}
