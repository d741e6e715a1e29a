#include "tui/linear/follow.h"

#include <stdio.h>
#include <string.h>

#include "engine/vt/row.h"

enum {
	QUIET_MS = 300,
	AT_MOST_MS = 2000,
	LINES = 200,    /* of one request */
	HEARD = 500,    /* more than this at once is left out, and counted */
};

static void on_quiet(struct timer *t)
{
	struct follow *f = SOURCE_OWNER(t, struct follow, quiet);

	timer_stop(t);
	f->due = true;
	f->ready(f->owner);
}

void follow_init(struct follow *f, struct loop *l, void (*ready)(void *owner), void *owner)
{
	*f = (struct follow){ .loop = l, .ready = ready, .owner = owner, .quiet.fn = on_quiet };
}

void follow_done(struct follow *f)
{
	timer_stop(&f->quiet);
	page_done(&f->told);
	page_done(&f->now);
}

void follow_begin(struct follow *f, struct deck *d, struct deck_session *s)
{
	struct deck_session *before = deck_find(d, f->id);

	timer_stop(&f->quiet);
	f->since = f->left_out = 0;
	f->due = false;
	f->request = 0;
	if (before && before != s)
		deck_show(before, false);
	snprintf(f->id, sizeof(f->id), "%s", s ? s->id : "");
	page_clear(&f->told, 0);
	f->fresh = true;
	if (!s)
		return;
	deck_show(s, true);
	f->due = true;
}

void follow_frame(struct follow *f, const struct deck_session *s)
{
	uint64_t now = now_ms(), wait = QUIET_MS;
	struct error ignored;

	if (strcmp(s->id, f->id) != 0)
		return;
	if (!f->since)
		f->since = now;
	if (now - f->since + wait > AT_MOST_MS)
		wait = now - f->since < AT_MOST_MS ? AT_MOST_MS - (now - f->since) : 0;
	timer_start(f->loop, &f->quiet, wait, 0, &ignored);
}

static void ask_from(struct follow *f, struct deck_session *s, uint64_t line)
{
	uint64_t n = f->want - line;

	f->request = client_lines(&s->client, line, (int)(n < LINES ? n : LINES));
}

void follow_ask(struct follow *f, struct deck *d)
{
	struct deck_session *s = deck_find(d, f->id);
	const struct screen *screen = s ? deck_screen(s) : NULL;
	uint64_t from;

	if (!f->due || f->request || !screen)
		return;
	f->due = false;
	f->since = 0;
	if (f->fresh || screen->top < f->told.base) /* or its lines were numbered anew */
		page_clear(&f->told, screen->top);
	f->fresh = false;
	f->want = screen->end;
	from = f->told.base > screen->first ? f->told.base : screen->first;
	if (f->want > from + HEARD)
		from = f->want - HEARD;
	f->left_out = from - f->told.base;
	page_cut(&f->told, from);
	page_clear(&f->now, from);
	if (f->want > from)
		ask_from(f, s, from);
}

void follow_failed(struct follow *f, const struct deck_session *s, uint32_t request)
{
	if (request == f->request && strcmp(s->id, f->id) == 0)
		f->request = 0;
}

bool follow_lines(struct follow *f, struct deck_session *s, uint32_t request, uint64_t line, int rows,
		  int cols, const struct vt_glyph *cells)
{
	if (!f->request || request != f->request || strcmp(s->id, f->id) != 0)
		return false;
	f->request = 0;
	if (line > f->now.base + f->now.n) { /* the history went on meanwhile */
		f->left_out += line - (f->now.base + f->now.n);
		page_clear(&f->now, line);
		page_clear(&f->told, line);
	}
	for (int i = 0; i < rows; i++)
		if (!page_add(&f->now, cells + (size_t)i * (size_t)cols, cols,
			      s->client.line_flags[i] & VT_ROW_WRAPPED))
			return true;
	if (rows > 0 && f->now.base + f->now.n < f->want) {
		ask_from(f, s, f->now.base + f->now.n);
		return false;
	}
	return true;
}

void follow_tell(struct follow *f, news_fn *line, void *arg)
{
	struct page before = f->told;
	char text[80];

	if (f->left_out) {
		snprintf(text, sizeof(text), "(%llu lines went by)", (unsigned long long)f->left_out);
		line(arg, text);
	}
	f->left_out = 0;
	news_tell(&f->told, &f->now, line, arg);
	/* What scrolled away is final: it needs no comparing any more. */
	f->told = f->now;
	f->now = before;
}
