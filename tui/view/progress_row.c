#include "tui/view/progress_row.h"

#include <stdio.h>

#include "engine/base/text.h"

enum { BAR_LEAST = 8, BAR_MOST = 30, LEFT_LEAST = 13 };

static void figures(const struct progress_row *r, char *out, size_t cap)
{
	const struct progress *now = r->now;
	char done[12], total[12], rate[12], left[24] = "", spent[16];

	text_duration(spent, sizeof(spent), r->seconds);
	if (!now || !now->done) {
		estimate_text(&r->estimate, left, sizeof(left));
		snprintf(out, cap, "%s%s%s", spent, left[0] ? "  " : "", left);
		return;
	}
	text_size(done, sizeof(done), now->done);
	text_size(total, sizeof(total), now->total);
	text_size(rate, sizeof(rate), now->rate);
	if (now->remaining >= 0)
		text_duration(left, sizeof(left), (uint64_t)now->remaining);
	snprintf(out, cap, "%s%s%s%s%s%s%s%s", done, now->total ? "/" : "", now->total ? total : "",
		 now->rate ? "  " : "", now->rate ? rate : "", now->rate ? "/s" : "",
		 left[0] ? "  left " : "  ", left[0] ? left : spent);
}

/* How much of it is done, of 1; negative: nobody knows. */
static double share(const struct progress_row *r)
{
	if (r->now && r->now->total && r->now->done <= r->now->total)
		return (double)r->now->done / (double)r->now->total;
	if (!r->now && r->estimate.known)
		return r->estimate.share;
	return !r->now && r->steps ? (r->step - 1) / (double)r->steps : -1;
}

static void draw_bar(struct paint p, int col, int cols, double share)
{
	int full = (int)(cols * share);

	for (int c = 0; c < cols; c++)
		paint_text(p, 0, col + c, c < full ? ROLE_BAR_FULL : ROLE_BAR_EMPTY,
			   c < full ? paint_sign(p.s, "━", "#") : paint_sign(p.s, "─", "-"));
}

void progress_row_draw(struct paint p, const struct progress_row *r)
{
	char text[96], key[40] = "", what[200];
	int col = 1, right, room;
	bool known = share(r) >= 0;

	p = paint_on(p, ROLE_NOTICE);
	paint_clear(p);
	if (r->cancel)
		snprintf(key, sizeof(key), "%s cancels", r->cancel);
	right = p.cols - 1 - text_columns(key);
	paint_text(p, 0, right, ROLE_KEY, key);
	figures(r, text, sizeof(text));
	if (right - text_columns(text) - 2 < LEFT_LEAST && known)
		snprintf(text, sizeof(text), "%u%%", (unsigned)(share(r) * 100));
	if (right - text_columns(text) - 2 >= LEFT_LEAST) {
		right -= text_columns(text) + 2;
		paint_text(p, 0, right, ROLE_NOTICE, text);
	}
	text_clean_str(text, sizeof(text), r->now ? r->now->text : "");
	snprintf(what, sizeof(what), "%s%s%s%s%s", r->what, r->now ? ": " : "",
		 r->now ? progress_names[r->now->phase] : "", text[0] ? " " : "", text);
	room = right - col - 2 - (known && right - col > 40 ? BAR_LEAST + 2 : 0);
	col += paint_text(paint_part(p, 0, col, 1, room), 0, 0, ROLE_NOTICE, what) + 2;
	room = right - col - 2;
	if (known && room >= BAR_LEAST)
		draw_bar(p, col, room < BAR_MOST ? room : BAR_MOST, share(r));
}
