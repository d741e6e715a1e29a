#include "tui/view/prompt_line.h"

#include <stddef.h>
#include <stdint.h>

enum { PROMPT_COLS = 80 };

static const uint32_t signs[] = { '$', '#', '%', '>', 0x276f, 0x203a, 0x00bb, 0x03bb, 0x279c, 0x25b6 };
static const uint32_t frames[] = { '|', 0x2502, 0x2503, 0x2551, 0x258c, 0x2590 };

static uint32_t at(const struct vt_glyph *line, int col)
{
	return line[col].n ? line[col].cp[0] : ' ';
}

static bool among(const uint32_t *set, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == c)
			return true;
	return false;
}

static bool is_sign(uint32_t c)
{
	return among(signs, sizeof(signs) / sizeof(signs[0]), c);
}

static bool is_frame(uint32_t c)
{
	return c == ' ' || among(frames, sizeof(frames) / sizeof(frames[0]), c);
}

/* "user@host:~/x", "(env) [user@host dir]", "/srv", "bash-5.2": a word that has no
 * sentence before it. */
static bool promptlike(const struct vt_glyph *line, int from, int to)
{
	int words = 0;
	bool in = false, mark = false;

	for (int c = from; c < to; c++) {
		uint32_t g = at(line, c);

		if (g != ' ' && !in)
			words++;
		in = g != ' ';
		mark |= g == '@' || g == ':' || g == '~' || g == '/' || g == ']' || g == ')';
	}
	return words <= 1 || (words <= 4 && mark);
}

int prompt_line(const struct vt_glyph *line, int cols)
{
	int from = 0, most = cols < PROMPT_COLS ? cols : PROMPT_COLS;

	while (from < most && is_frame(at(line, from)))
		from++;
	for (int c = from; c < most; c++) {
		if (!is_sign(at(line, c)))
			continue;
		if (c + 1 < cols && at(line, c + 1) != ' ')
			continue;
		return promptlike(line, from, c) ? (c + 2 < cols ? c + 2 : cols) : -1;
	}
	return -1;
}

bool prompt_waits(const struct screen *s)
{
	const struct vt_glyph *line;
	int behind;

	if (!s->cells || !s->cursor_visible)
		return false;
	line = screen_row(s, s->cursor_row);
	behind = prompt_line(line, s->cols);
	if (behind < 0 || s->cursor_col + 1 < behind)
		return false;
	for (int c = s->cursor_col; c < s->cols; c++)
		if (!is_frame(at(line, c)))
			return false;
	return true;
}
