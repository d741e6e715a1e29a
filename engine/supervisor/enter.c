#include "engine/supervisor/enter.h"

#include <string.h>

#include "engine/vt/vt.h"

enum { ROW_BYTES = 1024 };

/* Of the last word, since lines are broken between words; nothing behind a key that
 * is not a letter, such as an arrow. A character is not cut apart. */
static void keep_tail(struct enter *e, const char *text, size_t n)
{
	size_t from = n, end;

	while (n && (text[n - 1] == ' ' || text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	end = from = n;
	while (from && end - from < ENTER_TAIL && (unsigned char)text[from - 1] > ' ' && text[from - 1] != 0x7f)
		from--;
	while (from < end && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	if (memchr(text, '\033', n))
		from = end;
	memcpy(e->tail, text + from, end - from);
	e->tail[end - from] = '\0';
}

/* A tip or a banner may say the same word. */
static int times_there(const struct vt *vt, const char *text)
{
	char row[ROW_BYTES];
	int times = 0;

	for (int r = vt_rows(vt) - 1; text[0] && r >= 0; r--) {
		const char *at = row;

		if (!vt_line_text(vt, vt_screen(vt) + (uint64_t)r, row, sizeof(row)))
			continue;
		for (; (at = strstr(at, text)); at++)
			times++;
	}
	return times;
}

void enter_typed(struct enter *e, const struct vt *vt, const void *text, size_t n, uint64_t now)
{
	keep_tail(e, text, n);
	e->before = times_there(vt, e->tail);
	e->fresh = true;
	e->typed = now;
	e->drawn = e->shown = 0;
}

bool enter_wanted(struct enter *e, const struct vt *vt, uint64_t now)
{
	if (!vt_modes(vt).paste || now - e->typed >= ENTER_LATEST)
		e->fresh = false;
	e->waiting = e->fresh || now < e->hold;
	return !e->waiting;
}

void enter_drawn(struct enter *e, const struct vt *vt, uint64_t now)
{
	if (!e->fresh)
		return;
	e->drawn = now;
	if (!e->shown && (!e->tail[0] || times_there(vt, e->tail) > e->before))
		e->shown = now;
}

uint64_t enter_due(const struct enter *e)
{
	uint64_t due = e->typed + (e->tail[0] ? ENTER_LATEST : ENTER_TAKEN);

	if (!e->waiting)
		return 0;
	if (!e->fresh)
		due = 1;
	else if (e->shown && e->shown + ENTER_SETTLE < due)
		due = e->shown + ENTER_SETTLE;
	else if (e->drawn && e->drawn + ENTER_STILL < due)
		due = e->drawn + ENTER_STILL;
	return due < e->hold ? e->hold : due;
}

bool enter_may(struct enter *e, uint64_t now)
{
	if (!e->waiting || now < enter_due(e))
		return false;
	e->waiting = e->fresh = false;
	return true;
}
