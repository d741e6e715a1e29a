#include "tui/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"

static const struct {
	const char *name; /* the first of a code is the one that is shown */
	uint32_t code;
} named[] = {
	{ "Enter", VT_KEY_ENTER },     { "Return", VT_KEY_ENTER },
	{ "Tab", VT_KEY_TAB },         { "Esc", VT_KEY_ESCAPE },
	{ "Escape", VT_KEY_ESCAPE },   { "Space", ' ' },
	{ "Bspace", VT_KEY_BACKSPACE }, { "Backspace", VT_KEY_BACKSPACE },
	{ "Up", VT_KEY_UP },           { "Down", VT_KEY_DOWN },
	{ "Left", VT_KEY_LEFT },       { "Right", VT_KEY_RIGHT },
	{ "Home", VT_KEY_HOME },       { "End", VT_KEY_END },
	{ "PgUp", VT_KEY_PAGE_UP },    { "PageUp", VT_KEY_PAGE_UP },
	{ "PgDn", VT_KEY_PAGE_DOWN },  { "PageDown", VT_KEY_PAGE_DOWN },
	{ "Ins", VT_KEY_INSERT },      { "Insert", VT_KEY_INSERT },
	{ "Del", VT_KEY_DELETE },      { "Delete", VT_KEY_DELETE },
	{ "Begin", VT_KEY_BEGIN },
};

enum { NAMED = sizeof(named) / sizeof(named[0]), FUNCTION_KEYS = 20 };

static const struct {
	char letter;
	unsigned mod;
} prefixes[] = { { 'C', VT_CTRL }, { 'M', VT_ALT }, { 'A', VT_ALT }, { 'S', VT_SHIFT } };

static size_t prefix(const char *name, size_t n, unsigned *mods)
{
	if (n < 3 || name[1] != '-')
		return 0;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (name[0] == prefixes[i].letter) {
			*mods |= prefixes[i].mod;
			return 2;
		}
	return 0;
}

static uint32_t function_key(const char *name, size_t n)
{
	unsigned f = 0;

	if (n < 2 || n > 3 || (name[0] != 'F' && name[0] != 'f'))
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		f = f * 10 + (unsigned)(name[i] - '0');
	}
	return f >= 1 && f <= FUNCTION_KEYS ? VT_KEY_F1 + f - 1 : 0;
}

static uint32_t code_of(const char *name, size_t n)
{
	uint32_t cp;

	for (size_t i = 0; i < NAMED; i++)
		if (strlen(named[i].name) == n && strncasecmp(named[i].name, name, n) == 0)
			return named[i].code;
	if (utf8_decode(name, n, &cp) == n)
		return text_allowed(cp) ? cp : 0;
	return function_key(name, n);
}

bool key_parse(const char *name, size_t n, struct key *out)
{
	struct key k = { 0 };
	size_t used;

	if (!n)
		return false;
	while ((used = prefix(name, n, &k.mods))) {
		name += used;
		n -= used;
	}
	k.code = code_of(name, n);
	if (!k.code)
		return false;
	/* A terminal cannot tell C-N from C-n. */
	if ((k.mods & VT_CTRL) && k.code >= 'A' && k.code <= 'Z')
		k.code += 'a' - 'A';
	*out = k;
	return true;
}

const char *key_name(struct key k, char out[KEY_NAME_CAP])
{
	int n = snprintf(out, KEY_NAME_CAP, "%s%s%s", k.mods & VT_CTRL ? "C-" : "",
			 k.mods & VT_ALT ? "M-" : "", k.mods & VT_SHIFT ? "S-" : "");

	for (size_t i = 0; i < NAMED; i++)
		if (named[i].code == k.code) {
			snprintf(out + n, KEY_NAME_CAP - (size_t)n, "%s", named[i].name);
			return out;
		}
	if (k.code >= VT_KEY_F1 && k.code <= VT_KEY_F20)
		snprintf(out + n, KEY_NAME_CAP - (size_t)n, "F%u", k.code - VT_KEY_F1 + 1);
	else if (k.code < VT_KEY_NONE && text_allowed(k.code))
		out[(size_t)n + utf8_encode(k.code, out + n)] = '\0';
	return out;
}
