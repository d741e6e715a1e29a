#include "engine/supervisor/transcript.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

enum {
	PLAIN,
	ESCAPE,        /* after ESC */
	INTERMEDIATE,  /* ESC and 0x20..0x2f: ends with the next byte above */
	CSI,           /* until 0x40..0x7e */
	STRING,        /* OSC, DCS, APC, PM, SOS: until BEL or ESC \ */
	STRING_ESCAPE,
};

enum { OUT = 4096 };

void transcript_init(struct transcript *t, struct log *log)
{
	*t = (struct transcript){ .log = log, .blank = true };
}

static uint8_t after_escape(uint8_t c)
{
	if (c == '[')
		return CSI;
	if (c == ']' || c == 'P' || c == '_' || c == '^' || c == 'X')
		return STRING;
	if (c >= 0x20 && c <= 0x2f)
		return INTERMEDIATE;
	return c == 0x1b ? ESCAPE : PLAIN;
}

/* The state after a byte that is no text. */
static uint8_t skip(uint8_t state, uint8_t c)
{
	if (c == 0x18 || c == 0x1a)
		return PLAIN;
	switch (state) {
	case ESCAPE:
		return after_escape(c);
	case INTERMEDIATE:
		return c >= 0x30 ? PLAIN : INTERMEDIATE;
	case CSI:
		return c == 0x1b ? ESCAPE : c >= 0x40 && c <= 0x7e ? PLAIN : CSI;
	case STRING:
		return c == 0x07 ? PLAIN : c == 0x1b ? STRING_ESCAPE : STRING;
	default:
		return c == '\\' ? PLAIN : after_escape(c);
	}
}

/* The code point whose bytes have come, if it is whole. */
static size_t take_held(struct transcript *t, char out[4])
{
	static const uint8_t lengths[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4 };
	uint32_t cp;

	if (t->held_n < lengths[(uint8_t)t->held[0] >> 4])
		return 0;
	utf8_decode(t->held, t->held_n, &cp);
	t->held_n = 0;
	return utf8_encode(text_allowed(cp) ? cp : 0xfffd, out);
}

static size_t add_text(struct transcript *t, uint8_t c, char out[4])
{
	if (c == '\n' || c == '\r') {
		t->held_n = 0;
		if (t->blank)
			return 0;
		t->blank = true;
		out[0] = '\n';
		return 1;
	}
	if (c == '\t')
		c = ' ';
	if (c < 0x20 || c == 0x7f)
		return 0;
	t->blank = false;
	if (c < 0x80) {
		t->held_n = 0;
		out[0] = (char)c;
		return 1;
	}
	if ((c & 0xc0) != 0x80)
		t->held_n = 0;
	else if (!t->held_n)
		return 0;
	t->held[t->held_n++] = (char)c;
	return take_held(t, out);
}

static void put(struct transcript *t, const char *out, size_t n, uint64_t now_ms)
{
	char said[96];

	if (now_ms / 1000 != t->second) {
		t->second = now_ms / 1000;
		t->in_second = 0;
		if (t->left_out) {
			int m = snprintf(said, sizeof(said), "\n[%llu bytes left out: too fast]\n",
					 (unsigned long long)t->left_out);

			log_bytes(t->log, said, (size_t)m);
			t->left_out = 0;
		}
	}
	if (t->in_second + n > TRANSCRIPT_RATE) {
		t->left_out += n;
		t->dropped += n;
		return;
	}
	t->in_second += n;
	log_bytes(t->log, out, n);
}

void transcript_add(struct transcript *t, const void *data, size_t n, uint64_t now_ms)
{
	const uint8_t *p = data;
	char out[OUT];
	size_t len = 0;

	/* Over the rate already: only the state of the automaton matters. */
	for (size_t i = 0; i < n; i++) {
		if (t->state != PLAIN) {
			t->state = skip(t->state, p[i]);
		} else if (p[i] == 0x1b) {
			t->held_n = 0;
			t->state = ESCAPE;
		} else {
			len += add_text(t, p[i], out + len);
		}
		if (len > OUT - 8) {
			put(t, out, len, now_ms);
			len = 0;
		}
	}
	if (len)
		put(t, out, len, now_ms);
}
