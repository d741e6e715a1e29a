#include "tui/view/edit.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"

void edit_set(struct edit *e, const char *text)
{
	e->len = text_clean(e->text, sizeof(e->text), text, strlen(text), false);
}

static void cut(struct edit *e, size_t len)
{
	e->len = len;
	e->text[len] = '\0';
}

static void rub_out(struct edit *e)
{
	size_t n = e->len;

	while (n && ((unsigned char)e->text[n - 1] & 0xc0) == 0x80)
		n--;
	cut(e, n ? n - 1 : 0);
}

static void rub_out_word(struct edit *e)
{
	while (e->len && e->text[e->len - 1] == ' ')
		rub_out(e);
	while (e->len && e->text[e->len - 1] != ' ')
		rub_out(e);
}

bool edit_key(struct edit *e, struct key k)
{
	char enc[4];
	size_t n;

	if (k.code == VT_KEY_BACKSPACE || (k.code == 'h' && k.mods == VT_CTRL)) {
		rub_out(e);
		return true;
	}
	if (k.mods == VT_CTRL && (k.code == 'u' || k.code == 'w')) {
		if (k.code == 'u')
			cut(e, 0);
		else
			rub_out_word(e);
		return true;
	}
	if (k.mods || k.code >= VT_KEY_NONE || !text_allowed(k.code))
		return false;
	n = utf8_encode(k.code, enc);
	if (e->len + n < sizeof(e->text)) {
		memcpy(e->text + e->len, enc, n);
		cut(e, e->len + n);
	}
	return true;
}

void edit_paste(struct edit *e, const char *text, size_t n)
{
	const char *end = memchr(text, '\n', n), *cr = memchr(text, '\r', n);

	if (end)
		n = (size_t)(end - text);
	if (cr && (size_t)(cr - text) < n)
		n = (size_t)(cr - text);
	e->len += text_clean(e->text + e->len, sizeof(e->text) - e->len, text, n, false);
}
