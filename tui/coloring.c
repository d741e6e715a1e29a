#include "tui/desk.h"

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
	desk_changed(d);
}

int desk_theme(struct desk *d, const char *name, struct error *err)
{
	struct theme next;

	if (theme_load(&next, name, d->paths, err) < 0)
		return -1;
	d->theme = next;
	use_theme(d);
	return 0;
}

/* A theme being edited is followed; a broken one keeps the old. */
void desk_follow_theme(struct desk *d)
{
	int64_t now = changed_at(d->theme.path);
	struct error err;
	char path[sizeof(d->theme.path)];

	if (!now || now == d->theme_changed)
		return;
	d->theme_changed = now;
	memcpy(path, d->theme.path, sizeof(path));
	if (desk_theme(d, path, &err) < 0)
		desk_error(d, &err);
}

int desk_first_theme(struct desk *d, struct error *err)
{
	const char *env = getenv("VMDECK_THEME");
	const char *name = d->options->theme	 ? d->options->theme :
			   env && *env		 ? env :
			   d->settings.theme[0]	 ? d->settings.theme :
			   d->order.theme[0]	 ? d->order.theme :
						   THEME_DEFAULT;
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

void desk_next_theme(struct desk *d)
{
	size_t n = 0, at = 0;
	char **names = theme_names(d->paths, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], d->theme.name) == 0)
			at = i + 1;
	if (n)
		desk_take_theme(d, names[at % n]);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
