/* What goes out beside cells: notifications and a selection for the clipboard, where the operator
 * asked for it, and a question for the terminal. */
#include "tui/terminal/draw.h"

#include <stdint.h>

void draw_notify(struct draw *d, enum notify_osc how, const char *text)
{
	char clean[80];
	size_t n = 0;

	for (; *text && n + 1 < sizeof(clean); text++)
		if (*text >= ' ' && *text < 0x7f && *text != ';')
			clean[n++] = *text;
	clean[n] = '\0';
	if (how == NOTIFY_OSC_9)
		fprintf(d->out, "\033]9;vmdeck: %s\a", clean);
	else if (how == NOTIFY_OSC_777)
		fprintf(d->out, "\033]777;notify;vmdeck;%s\a", clean);
	fflush(d->out);
}

void draw_ask_background(struct draw *d)
{
	fputs("\033]11;?\033\\\033[c", d->out);
	fflush(d->out);
}

bool draw_clipboard(struct draw *d, const char *text, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (n > DRAW_CLIPBOARD_MAX)
		return false;
	if (!d->out)
		return true; /* a desk without a terminal */
	fputs("\033]52;c;", d->out);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)(uint8_t)text[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)(uint8_t)text[i + 1] << 8;
		if (i + 2 < n)
			v |= (uint8_t)text[i + 2];
		fputc(digits[v >> 18], d->out);
		fputc(digits[v >> 12 & 63], d->out);
		fputc(i + 1 < n ? digits[v >> 6 & 63] : '=', d->out);
		fputc(i + 2 < n ? digits[v & 63] : '=', d->out);
	}
	fputc('\a', d->out);
	fflush(d->out);
	return true;
}
