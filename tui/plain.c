#include "tui/plain.h"

#include <string.h>

/*
 * The shapes of ECMA-48: ESC, then an intermediate or a final; CSI (ESC [),
 * parameters and intermediates up to a final of 0x40-0x7e; strings (ESC P, X,
 * ], ^, _) up to BEL or ST (ESC \). CAN and SUB end all of them; so does a line
 * end, which a terminal would swallow: nothing that follows may be hidden.
 */
enum state { TEXT, ESCAPE, ESCAPE_MORE, CSI, STRING, STRING_ESCAPE };

void plain_init(struct plain *p, plain_line_fn *line, void *arg)
{
	*p = (struct plain){.line = line, .arg = arg};
}

static void give(struct plain *p)
{
	p->line(p->arg, p->text, p->len);
	p->len = 0;
	p->returned = false;
}

void plain_flush(struct plain *p)
{
	if (p->len)
		give(p);
}

static void put(struct plain *p, char c)
{
	if (p->returned) {
		p->len = 0;
		p->returned = false;
	}
	if (p->len == sizeof(p->text))
		give(p);
	p->text[p->len++] = c;
}

static void back(struct plain *p)
{
	while (p->len > 0 && (p->text[--p->len] & 0xc0) == 0x80)
		;
}

static void control(struct plain *p, uint8_t c)
{
	if (c == '\n')
		give(p);
	else if (c == '\r')
		p->returned = true;
	else if (c == '\t')
		put(p, ' ');
	else if (c == '\b')
		back(p);
	else if (c == 0x1b)
		p->state = ESCAPE;
}

static void escape(struct plain *p, uint8_t c)
{
	if (c == '[')
		p->state = CSI;
	else if (c == 'P' || c == 'X' || c == ']' || c == '^' || c == '_')
		p->state = STRING;
	else if (c >= 0x20 && c < 0x30)
		p->state = ESCAPE_MORE;
	else
		p->state = TEXT;
}

/* To another line, or the screen cleared. */
static bool leaves_line(uint8_t final)
{
	return strchr("ABEFHJLMSTdf", final) != NULL;
}

static void csi(struct plain *p, uint8_t c)
{
	if (c < 0x40 || c > 0x7e)
		return;
	p->state = TEXT;
	if (leaves_line(c))
		plain_flush(p);
}

static void byte(struct plain *p, uint8_t c)
{
	if (c == 0x18 || c == 0x1a) {
		p->state = TEXT;
		return;
	}
	if (c == '\n')
		p->state = TEXT;
	if (c == 0x1b && p->state != STRING) {
		p->state = ESCAPE;
		return;
	}
	switch (p->state) {
	case TEXT:
		if (c < 0x20 || c == 0x7f)
			control(p, c);
		else
			put(p, (char)c);
		break;
	case ESCAPE:
		escape(p, c);
		break;
	case ESCAPE_MORE:
		if (c >= 0x30)
			p->state = TEXT;
		break;
	case CSI:
		csi(p, c);
		break;
	case STRING:
		if (c == 0x07)
			p->state = TEXT;
		else if (c == 0x1b)
			p->state = STRING_ESCAPE;
		break;
	case STRING_ESCAPE: /* not ST: the string is broken off */
		p->state = TEXT;
		if (c != '\\')
			escape(p, c);
		break;
	}
}

void plain_add(struct plain *p, const void *data, size_t n)
{
	const uint8_t *d = data;

	for (size_t i = 0; i < n; i++)
		byte(p, d[i]);
}
