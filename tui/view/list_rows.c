#include "tui/view/list_rows.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/filter.h"

bool list_passes(const struct deck_session *s, const char *filter)
{
	struct filter_subject what = { .text = s->id, .state = session_state_names[s->record.state],
				       .label = s->record.label, .agent = s->record.agent };
	char text[128];

	if (!filter[0] || s->stays)
		return true;
	snprintf(text, sizeof(text), "%s %s %s", s->id, s->record.agent, s->record.label);
	what.text = text;
	return filter_passes(filter, &what);
}

int list_rows(const struct deck *d, const char *filter, struct list_row out[LIST_ROWS_MAX])
{
	struct list_row *heading = NULL;
	int n = 0, number = 0;

	for (size_t i = 0; i < d->n && n + 2 < LIST_ROWS_MAX; i++) {
		struct deck_session *s = d->sessions[i];

		if (!list_passes(s, filter))
			continue;
		if (d->order->grouped && (!heading || strcmp(heading->label, s->record.label) != 0)) {
			heading = &out[n++];
			*heading = (struct list_row){ .label = s->record.label };
		}
		out[n++] = (struct list_row){ .session = s, .number = deck_paned(s) ? ++number : 0 };
		if (heading) {
			heading->number++;
			heading->asks += s->record.state == SESSION_ASKS;
		}
	}
	return n;
}

int list_row_of(const struct list_row *rows, int n, const char *id)
{
	for (int i = 0; i < n; i++)
		if (rows[i].session && strcmp(rows[i].session->id, id) == 0)
			return i;
	return -1;
}

int list_count(const struct deck *d, const char *filter)
{
	int n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += list_passes(d->sessions[i], filter);
	return n;
}

struct deck_session *list_at(const struct deck *d, const char *filter, int i)
{
	for (size_t k = 0; k < d->n; k++)
		if (list_passes(d->sessions[k], filter) && i-- == 0)
			return d->sessions[k];
	return NULL;
}

int list_index(const struct deck *d, const char *filter, const char *id)
{
	int n = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (!list_passes(d->sessions[i], filter))
			continue;
		if (strcmp(d->sessions[i]->id, id) == 0)
			return n;
		n++;
	}
	return -1;
}
