#include "tui/theme/theme.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/list.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "tui/theme/builtin.h"
#include "tui/theme/color.h"
#include "tui/theme/file.h"

/* Of text, and of what is only seen and not read. */
#define CONTRAST_TEXT 4.5
#define CONTRAST_SHAPE 3.0

enum { PLACES = 2 };

/* One load: who inherits whom so far, and where themes are looked for. */
struct loading {
	struct theme_source source;
	const struct paths *paths;
	char chain[THEME_DEPTH_MAX][THEME_NAME_MAX + 1];
	int depth;
	char path[1024]; /* of the outermost; "" when compiled in */
};

/* The installed themes lie beside the binary's directory, as in any prefix. */
static int installed_dir(char *out, size_t cap)
{
	char exe[1024];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (n <= 0)
		return -1;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	return snprintf(out, cap, "%s/../share/vmdeck/themes", exe) < (int)cap ? 0 : -1;
}

static int place(const struct paths *p, int i, char *out, size_t cap)
{
	if (i == 0)
		return p && snprintf(out, cap, "%s/themes", p->config) < (int)cap ? 0 : -1;
	return installed_dir(out, cap);
}

bool theme_place(const struct paths *p, int i, char *out, size_t cap)
{
	if (i >= PLACES)
		return false;
	if (place(p, i, out, cap) < 0)
		out[0] = '\0';
	return true;
}

static bool name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= THEME_NAME_MAX && name[0] != '.' && !strchr(name, '/');
}

static const char *builtin_text(const char *name)
{
	for (const struct theme_builtin *b = theme_builtins; b->name; b++) {
		if (strcmp(b->name, name) == 0)
			return b->text;
	}
	return NULL;
}

static int parse_path(struct loading *l, const char *path, struct theme_draft *d,
		      struct error *err)
{
	size_t len;
	AUTO_FREE char *text = file_read(AT_FDCWD, path, THEME_FILE_MAX, &len, err);

	if (!text)
		return error_wrap(err, "theme");
	return theme_file_parse(d, path, text, len, &l->source, err);
}

static int not_found(const struct loading *l, const char *name, struct error *err)
{
	size_t n;
	char **names = theme_names(l->paths, &n);
	const char *near = names ? text_nearest(name, (const char *const *)names) : NULL;

	error_set(err, 0, "no theme \"%s\"", name);
	err->code = ENOENT;
	if (near)
		error_hint(err, "the nearest is \"%s\"; vmdeck theme list shows all", near);
	else
		error_hint(err, "vmdeck theme list shows all");
	for (size_t i = 0; names && i < n; i++)
		free(names[i]);
	free(names);
	return -1;
}

static int parse_named(struct loading *l, const char *name, char *found, size_t cap,
		       struct theme_draft *d, struct error *err)
{
	const char *text;
	char dir[PATH_MAX];

	if (!name_ok(name))
		return not_found(l, name, err);
	for (int i = 0; i < PLACES; i++) {
		if (place(l->paths, i, dir, sizeof(dir)) < 0 ||
		    snprintf(found, cap, "%s/%s.theme", dir, name) >= (int)cap)
			continue;
		if (access(found, F_OK) == 0)
			return parse_path(l, found, d, err);
	}
	found[0] = '\0';
	text = builtin_text(name);
	if (!text)
		return not_found(l, name, err);
	return theme_file_parse(d, name, text, strlen(text), &l->source, err);
}

static int enter(struct loading *l, const char *name, struct error *err)
{
	for (int i = 0; i < l->depth; i++) {
		if (strcmp(l->chain[i], name) == 0) {
			error_set(err, 0, "a loop: %s is being read already", name);
			error_hint(err, "take out one of the inherits lines");
			return -1;
		}
	}
	if (l->depth == THEME_DEPTH_MAX)
		return error_set(err, 0, "more than %d themes inherit each other", THEME_DEPTH_MAX);
	snprintf(l->chain[l->depth++], sizeof(l->chain[0]), "%s", name);
	return 0;
}

static int inherit(struct theme_source *s, const char *name, struct theme_draft *d,
		   struct error *err)
{
	struct loading *l = LIST_ITEM(s, struct loading, source);
	char path[PATH_MAX];
	int r;

	if (enter(l, name, err) < 0)
		return -1;
	r = parse_named(l, name, path, sizeof(path), d, err);
	l->depth--;
	return r;
}

/* "themes/mine.theme" is called "mine". */
static void name_of_path(char *out, size_t cap, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t n;

	base = base ? base + 1 : path;
	n = strlen(base);
	if (n > 6 && strcmp(base + n - 6, ".theme") == 0)
		n -= 6;
	text_clean(out, cap, base, n, false);
}

int theme_load(struct theme *t, const char *name, const struct paths *p, struct error *err)
{
	struct loading l = {.source.inherit = inherit, .paths = p};
	AUTO_FREE struct theme_draft *d = calloc(1, sizeof(*d));
	struct theme made = {0};
	int r;

	if (!d)
		return error_set(err, ENOMEM, "theme %s", name);
	d->dark = true;
	if (strchr(name, '/')) {
		if (strlen(name) >= sizeof(made.path))
			return error_set(err, ENAMETOOLONG, "theme");
		name_of_path(made.name, sizeof(made.name), name);
		memcpy(made.path, name, strlen(name) + 1);
		r = enter(&l, made.name, err) < 0 ? -1 : parse_path(&l, name, d, err);
	} else {
		if (!name_ok(name))
			return not_found(&l, name, err);
		snprintf(made.name, sizeof(made.name), "%s", name);
		r = enter(&l, name, err) < 0
			    ? -1
			    : parse_named(&l, name, made.path, sizeof(made.path), d, err);
	}
	if (r < 0)
		return -1;
	theme_file_resolve(d, &made);
	*t = made;
	return 0;
}

/* A growing set of names. */
struct names {
	char **items;
	size_t n;
};

static void names_add(struct names *s, const char *name, size_t len)
{
	char **grown;
	char *copy;

	for (size_t i = 0; i < s->n; i++) {
		if (strlen(s->items[i]) == len && memcmp(s->items[i], name, len) == 0)
			return;
	}
	grown = realloc(s->items, (s->n + 2) * sizeof(*grown));
	if (!grown)
		return;
	s->items = grown;
	copy = strndup(name, len);
	if (!copy)
		return;
	s->items[s->n++] = copy;
	s->items[s->n] = NULL;
}

static void names_add_dir(struct names *s, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (n > 6 && strcmp(e->d_name + n - 6, ".theme") == 0 &&
		    n - 6 <= THEME_NAME_MAX && e->d_name[0] != '.')
			names_add(s, e->d_name, n - 6);
	}
	closedir(d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **theme_names(const struct paths *p, size_t *n)
{
	struct names s = {0};
	char dir[PATH_MAX];

	for (const struct theme_builtin *b = theme_builtins; b->name; b++)
		names_add(&s, b->name, strlen(b->name));
	for (int i = 0; i < PLACES; i++) {
		if (place(p, i, dir, sizeof(dir)) == 0)
			names_add_dir(&s, dir);
	}
	if (s.n)
		qsort(s.items, s.n, sizeof(*s.items), by_name);
	*n = s.n;
	return s.items;
}

const char *theme_default(const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;

	if (last && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0))
		return THEME_DEFAULT_LIGHT;
	return THEME_DEFAULT;
}

double theme_contrast(const struct theme *t, uint32_t fg, uint32_t bg)
{
	uint32_t ground = t->dark ? 0x000000 : 0xffffff;

	return color_contrast(color_rgb(fg, ground ^ 0xffffff), color_rgb(bg, ground));
}

static bool is_shape(enum theme_role role)
{
	switch (role) {
	case ROLE_BORDER:
	case ROLE_BORDER_FOCUS:
	case ROLE_BAR_FULL:
	case ROLE_BAR_EMPTY:
	case ROLE_SCROLLBAR:
		return true;
	default:
		return false;
	}
}

/* False: it looks there as it does anywhere. */
static bool in_box(const struct theme *t, int role, struct theme_style *s)
{
	const struct theme_style *text = &t->full[ROLE_TEXT], *box = &t->full[ROLE_MODAL];

	*s = t->full[role];
	if (role == ROLE_TEXT || s->bg != text->bg || box->bg == text->bg)
		return false;
	s->bg = box->bg;
	if (s->fg == text->fg)
		s->fg = box->fg;
	return true;
}

size_t theme_check(const struct theme *t, struct theme_finding *out, size_t max)
{
	size_t n = 0;

	for (int i = 0; i < ROLE_COUNT; i++) {
		struct theme_style s = t->full[i];
		double wanted = is_shape(i) ? CONTRAST_SHAPE : CONTRAST_TEXT;
		double is = theme_contrast(t, s.fg, s.bg);

		if (is < wanted && n < max)
			out[n++] = (struct theme_finding){i, i, is, wanted};
		if (!in_box(t, i, &s))
			continue;
		is = theme_contrast(t, s.fg, s.bg);
		if (is < wanted && n < max)
			out[n++] = (struct theme_finding){i, ROLE_MODAL, is, wanted};
	}
	return n;
}
