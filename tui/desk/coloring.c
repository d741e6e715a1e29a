#include "tui/desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Which theme is in force: chosen, followed while its file is edited, changed. */

static int64_t changed_at(const char *path)
{
	struct stat st;

	if (!path[0] || stat(path, &st) < 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static void use_theme(struct desk *d)
{
	d->surface.styles = d->out.palette == DRAW_FULL	 ? d->theme.full :
			    d->out.palette == DRAW_BASIC ? d->theme.basic :
							   d->theme.mono;
	d->theme_changed = changed_at(d->theme.path);
	theme_watch_places(&d->theme_watch, d->paths, d->theme.path);
	desk_changed(d);
}

int desk_theme(struct desk *d, const char *name, struct error *err)
{
	struct theme next;

	if (theme_load(&next, name, d->paths, err) < 0)
		return -1;
	d->theme = next;
	d->previewing = false;
	if (name != d->theme_asked)
		snprintf(d->theme_asked, sizeof(d->theme_asked), "%s", name);
	use_theme(d);
	return 0;
}

/* A theme being edited is followed; a broken one keeps the old. */
static void load_again(struct desk *d)
{
	bool previewed = d->previewing;
	char shown[sizeof(d->theme.name)];
	struct error err;

	memcpy(shown, d->theme.name, sizeof(shown));
	if (desk_theme(d, d->theme_asked, &err) < 0)
		desk_error(d, &err);
	else if (previewed)
		desk_preview_theme(d, shown);
}

static void on_saved(struct theme_watch *w)
{
	load_again(LIST_ITEM(w, struct desk, theme_watch));
}

void desk_watch_themes(struct desk *d)
{
	struct error ignored; /* then desk_follow_theme looks by itself */

	d->theme_watch.changed = on_saved;
	if (theme_watch_init(&d->theme_watch, &d->loop, &ignored) == 0)
		theme_watch_places(&d->theme_watch, d->paths, d->theme.path);
}

/* Where inotify has no more room. */
void desk_follow_theme(struct desk *d)
{
	int64_t now;

	if (d->theme_watch.source.loop)
		return;
	now = changed_at(d->theme.path);
	if (!now || now == d->theme_changed)
		return;
	d->theme_changed = now;
	load_again(d);
}

void desk_preview_theme(struct desk *d, const char *name)
{
	struct theme next;
	struct error err;

	if (!name && !d->previewing)
		return;
	if (!name) {
		d->theme = d->theme_before;
		d->previewing = false;
		use_theme(d);
		return;
	}
	if (theme_load(&next, name, d->paths, &err) < 0) {
		desk_error(d, &err);
		return;
	}
	if (!d->previewing)
		d->theme_before = d->theme;
	d->previewing = true;
	d->theme = next;
	use_theme(d);
}

/* What the operator wants; NULL: nobody said. */
static const char *chosen_theme(const struct desk *d)
{
	const char *env = getenv("VMDECK_THEME");

	return d->options->theme    ? d->options->theme :
	       env && *env	    ? env :
	       d->settings.theme[0] ? d->settings.theme :
	       d->order.theme[0]    ? d->order.theme : NULL;
}

/* Monochrome is the same on both; a terminal that is none of xterm's kind may show the
 * question, and the Linux console, which counts as one, is dark and does not answer. */
void desk_ask_background(struct desk *d)
{
	const char *told = getenv("COLORFGBG"), *term = getenv("TERM");

	if (chosen_theme(d) || (told && *told) || d->out.palette == DRAW_MONO || !d->out.xterm ||
	    (term && strncmp(term, "linux", 5) == 0))
		return;
	draw_ask_background(&d->out);
	background_asked(&d->background);
	d->input.asked = &d->background;
}

/* Unless one was picked meanwhile. */
void desk_hear_answer(void *owner, const char *osc, size_t n)
{
	struct desk *d = owner;
	struct error ignored; /* it is compiled in; else the one that is shown stays */

	if (background_hear(&d->background, osc, n) == BACKGROUND_LIGHT && !chosen_theme(d) &&
	    !d->previewing && strcmp(d->theme_asked, THEME_DEFAULT) == 0)
		desk_theme(d, THEME_DEFAULT_LIGHT, &ignored);
}

int desk_first_theme(struct desk *d, struct error *err)
{
	const char *chosen = chosen_theme(d);
	const char *name = chosen ? chosen : theme_default(getenv("COLORFGBG"));
	struct error why;

	if (desk_theme(d, name, &why) == 0)
		return 0;
	if (desk_theme(d, THEME_DEFAULT, err) < 0)
		return -1;
	desk_error(d, &why);
	return 0;
}

void desk_take_theme(struct desk *d, const char *name)
{
	char text[128];
	struct error err;

	if (desk_theme(d, name, &err) < 0) {
		desk_error(d, &err);
		return;
	}
	snprintf(d->order.theme, sizeof(d->order.theme), "%s", name);
	desk_save_order(d);
	snprintf(text, sizeof(text), "theme %.100s", name);
	desk_notice(d, false, text, "");
}
