#include "tui/theme/file.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tui/theme/color.h"

const char *const theme_role_names[] = {
#define X(id, name, help) [ROLE_##id] = name,
	THEME_ROLES(X)
#undef X
	NULL,
};

const char *const theme_role_helps[] = {
#define X(id, name, help) [ROLE_##id] = help,
	THEME_ROLES(X)
#undef X
};
static_assert(sizeof(theme_role_helps) / sizeof(*theme_role_helps) == ROLE_COUNT, "helps");

static const struct {
	const char *name;
	uint16_t attr;
} attrs[] = {
	{"bold", VT_BOLD},
	{"dim", VT_DIM},
	{"italic", VT_ITALIC},
	{"underline", VT_UNDERLINE},
	{"reverse", VT_REVERSE},
};

enum { ATTRS = sizeof(attrs) / sizeof(*attrs), WORDS_MAX = 16 };

int theme_role_find(const char *name)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(theme_role_names[i], name) == 0)
			return i;
	}
	return -1;
}

/* The file under way, and where in it. */
struct reader {
	struct theme_draft *draft;
	struct theme_source *source;
	const char *name;
	int line;
	bool begun; /* something other than `inherits` was read */
	struct error *err;
};

static int __attribute__((format(printf, 2, 3))) refuse(struct reader *r, const char *fmt, ...)
{
	char what[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (r->source)
		r->source->located = true;
	return error_set(r->err, 0, "%s:%d: %s", r->name, r->line, what);
}

static int palette_find(const struct theme_draft *d, const char *name)
{
	for (size_t i = 0; i < d->n_palette; i++) {
		if (strcmp(d->palette[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

static void hint_palette(struct reader *r, const char *name)
{
	const char *names[THEME_PALETTE_MAX + 1] = {NULL};
	const char *near;

	for (size_t i = 0; i < r->draft->n_palette; i++)
		names[i] = r->draft->palette[i].name;
	near = text_nearest(name, names);
	if (near)
		error_hint(r->err, "the nearest entry is $%s", near);
	else
		error_hint(r->err, "say it first: $%s = #rrggbb", name);
}

static int read_color(struct reader *r, const char *word, uint32_t *out)
{
	const char *near;
	int i;

	if (word[0] == '$') {
		i = palette_find(r->draft, word + 1);
		if (i < 0) {
			refuse(r, "no palette entry $%s", word + 1);
			hint_palette(r, word + 1);
			return -1;
		}
		*out = THEME_REF | (uint32_t)i;
		return 0;
	}
	if (color_parse(word, out))
		return 0;
	refuse(r, "bad colour \"%s\"", word);
	near = text_nearest(word, color_names);
	if (near)
		error_hint(r->err, "the nearest colour is %s", near);
	else
		error_hint(r->err, "a colour is default, a name such as red or bright-blue, 0-255, "
				   "#rrggbb or $name");
	return -1;
}

static uint16_t attr_find(const char *word)
{
	for (int i = 0; i < ATTRS; i++) {
		if (strcmp(attrs[i].name, word) == 0)
			return attrs[i].attr;
	}
	return 0;
}

/* [colour] [on colour] [attribute ...] */
static int read_style(struct reader *r, char *const *words, int n, struct theme_word *out)
{
	struct theme_word w = {.set = true, .fg = THEME_UNSET, .bg = THEME_UNSET};
	int i = 0;

	if (n == 0)
		return refuse(r, "nothing after '='");
	if (strcmp(words[0], "on") != 0 && !attr_find(words[0])) {
		if (read_color(r, words[i++], &w.fg) < 0)
			return -1;
	}
	if (i < n && strcmp(words[i], "on") == 0) {
		if (i + 1 >= n)
			return refuse(r, "\"on\" without a colour after it");
		if (read_color(r, words[i + 1], &w.bg) < 0)
			return -1;
		i += 2;
	}
	for (; i < n; i++) {
		uint16_t a = attr_find(words[i]);

		if (!a) {
			refuse(r, "unknown attribute \"%s\"", words[i]);
			error_hint(r->err, "attributes are bold dim italic underline reverse");
			return -1;
		}
		w.attr |= a;
	}
	*out = w;
	return 0;
}

static bool shows_in_16(const struct theme_word *w)
{
	return (w->fg == THEME_UNSET || color_is_basic(w->fg)) &&
	       (w->bg == THEME_UNSET || color_is_basic(w->bg));
}

static int read_role(struct reader *r, char *key, char *const *words, int n)
{
	enum theme_depth depth = THEME_FULL;
	char *at = strchr(key, '@');
	struct theme_word w;
	const char *near;
	int role;

	if (at) {
		*at++ = '\0';
		if (strcmp(at, "16") == 0)
			depth = THEME_BASIC;
		else if (strcmp(at, "mono") == 0)
			depth = THEME_MONO;
		else
			return refuse(r, "\"%s@%s\": after @ comes 16 or mono", key, at);
	}
	role = theme_role_find(key);
	if (role < 0) {
		refuse(r, "unknown role \"%s\"", key);
		near = text_nearest(key, theme_role_names);
		if (near)
			error_hint(r->err, "the nearest role is \"%s\"", near);
		else
			error_hint(r->err, "docs/themes.md lists the roles");
		return -1;
	}
	if (read_style(r, words, n, &w) < 0)
		return -1;
	if (depth == THEME_MONO && (w.fg != THEME_UNSET || w.bg != THEME_UNSET) &&
	    (w.fg != VT_COLOR_DEFAULT || w.bg != THEME_UNSET))
		return refuse(r, "%s@mono takes attributes only", key);
	if (depth == THEME_BASIC && !shows_in_16(&w))
		return refuse(r, "%s@16 takes default, the 16 names or 0-15 only", key);
	r->draft->roles[depth][role] = w;
	/* What 16 colours can show needs no second line. */
	if (depth == THEME_FULL && shows_in_16(&w))
		r->draft->roles[THEME_BASIC][role] = w;
	return 0;
}

static int read_palette(struct reader *r, const char *name, char *const *words, int n)
{
	struct theme_draft *d = r->draft;
	uint32_t color;
	int i;

	if (!*name || strlen(name) >= sizeof(d->palette[0].name))
		return refuse(r, "a palette entry is called by 1 to %zu letters",
			      sizeof(d->palette[0].name) - 1);
	if (n != 1 || words[0][0] == '$')
		return refuse(r, "$%s takes one colour, not by $name", name);
	if (read_color(r, words[0], &color) < 0)
		return -1;
	i = palette_find(d, name);
	if (i < 0) {
		if (d->n_palette == THEME_PALETTE_MAX)
			return refuse(r, "more than %d palette entries", THEME_PALETTE_MAX);
		i = (int)d->n_palette++;
		memcpy(d->palette[i].name, name, strlen(name) + 1);
	}
	d->palette[i].color = color;
	return 0;
}

static int read_inherits(struct reader *r, char *const *words, int n)
{
	struct error inner = {0};

	if (n != 1)
		return refuse(r, "inherits takes one name");
	if (r->begun)
		return refuse(r, "inherits must come before everything else");
	if (!r->source)
		return refuse(r, "nothing to inherit from");
	if (r->source->inherit(r->source, words[0], r->draft, &inner) == 0)
		return 0;
	*r->err = inner;
	if (!r->source->located) {
		refuse(r, "inherits %s: %s", words[0], inner.msg);
		error_hint(r->err, "%s", inner.hint);
	}
	return -1;
}

static int read_background(struct reader *r, char *const *words, int n)
{
	if (n == 1 && strcmp(words[0], "dark") == 0)
		r->draft->dark = true;
	else if (n == 1 && strcmp(words[0], "light") == 0)
		r->draft->dark = false;
	else
		return refuse(r, "background is dark or light");
	return 0;
}

static int split(char *s, char **words)
{
	int n = 0;

	for (char *save, *w = strtok_r(s, " \t", &save); w && n < WORDS_MAX;
	     w = strtok_r(NULL, " \t", &save)) {
		if (strcmp(w, "#") == 0) /* a colour has no blank after its # */
			break;
		words[n++] = w;
	}
	return n;
}

static int read_line(struct reader *r, char *line)
{
	char *words[WORDS_MAX], *key = line + strspn(line, " \t"), *eq;
	int n, ret, keys;

	if (!*key || *key == '#')
		return 0;
	eq = strchr(key, '=');
	if (!eq)
		return refuse(r, "not \"role = colour\": no '='");
	*eq = '\0';
	keys = split(key, words);
	if (keys != 1)
		return refuse(r, keys ? "more than one word before '='" : "nothing before '='");
	key = words[0];
	n = split(eq + 1, words);
	if (strcmp(key, "inherits") == 0)
		ret = read_inherits(r, words, n);
	else if (strcmp(key, "background") == 0)
		ret = read_background(r, words, n);
	else if (key[0] == '$')
		ret = read_palette(r, key + 1, words, n);
	else
		ret = read_role(r, key, words, n);
	r->begun = true;
	return ret;
}

int theme_file_parse(struct theme_draft *d, const char *name, const char *text, size_t len,
		     struct theme_source *source, struct error *err)
{
	struct reader r = {.draft = d, .source = source, .name = name, .err = err};
	const char *end = text + len;

	while (text < end) {
		char line[THEME_LINE_MAX + 1];
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);

		r.line++;
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (n > THEME_LINE_MAX)
			return refuse(&r, "a line of more than %d bytes", THEME_LINE_MAX);
		memcpy(line, text, n);
		line[n] = '\0';
		if (strlen(line) != n)
			return refuse(&r, "a NUL byte: not a text file");
		if (read_line(&r, line) < 0)
			return -1;
		text = nl ? nl + 1 : end;
	}
	return 0;
}
