#include "tui/theme/color.h"
#include "tui/theme/file.h"

/* A draft becomes styles: references to the palette are followed, what is not said of few
 * colours or of none is derived from the full ones. */

static uint32_t bind(const struct theme_draft *d, uint32_t color, uint32_t unset)
{
	if (color == THEME_UNSET)
		return unset;
	if ((color & VT_COLOR_KIND) == THEME_REF)
		return d->palette[color & 0xff].color;
	return color;
}

static struct theme_style style(const struct theme_draft *d, enum theme_depth depth, int role)
{
	const struct theme_word *text = &d->roles[depth][ROLE_TEXT];
	const struct theme_word *w = &d->roles[depth][role];
	uint32_t fg = bind(d, text->set ? text->fg : THEME_UNSET, VT_COLOR_DEFAULT);
	uint32_t bg = bind(d, text->set ? text->bg : THEME_UNSET, VT_COLOR_DEFAULT);

	if (!w->set)
		return (struct theme_style){.fg = fg, .bg = bg, .attr = text->attr};
	return (struct theme_style){
		.fg = bind(d, w->fg, fg),
		.bg = bind(d, w->bg, bg),
		.attr = w->attr,
	};
}

/* Of a theme that says nothing about few colours. */
static struct theme_style style_basic(const struct theme_style *full)
{
	struct theme_style s = {
		.fg = color_basic(full->fg),
		.bg = color_basic(full->bg),
		.attr = full->attr,
	};

	if (s.fg == s.bg && full->fg != full->bg) /* two alike became one */
		s.attr |= VT_REVERSE, s.fg = s.bg = VT_COLOR_DEFAULT;
	return s;
}

static struct theme_style style_mono(const struct theme_style *full, const struct theme_style *text)
{
	struct theme_style s = {.attr = full->attr};

	if (full->bg != text->bg)
		s.attr ^= VT_REVERSE;
	return s;
}

void theme_file_resolve(const struct theme_draft *d, struct theme *t)
{
	t->dark = d->dark;
	for (int i = 0; i < ROLE_COUNT; i++)
		t->full[i] = style(d, THEME_FULL, i);
	for (int i = 0; i < ROLE_COUNT; i++) {
		t->basic[i] = d->roles[THEME_BASIC][i].set ? style(d, THEME_BASIC, i)
							    : style_basic(&t->full[i]);
		t->mono[i] = d->roles[THEME_MONO][i].set
				     ? (struct theme_style){.attr = d->roles[THEME_MONO][i].attr}
				     : style_mono(&t->full[i], &t->full[ROLE_TEXT]);
	}
}
