#include "tui/terminal/decoder.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"
#include "tui/terminal/decoder_parts.h"
#include "tui/terminal/key_codes.h"

enum { ESC = 0x1b, BEL = 0x07, DEL = 0x7f };

void decoder_init(struct decoder *d, const struct decoder_events *events, void *owner)
{
	*d = (struct decoder){ .events = events, .owner = owner };
	bytes_init(&d->paste, DECODER_PASTE_CAP);
}

void decoder_done(struct decoder *d)
{
	bytes_done(&d->paste);
}

static void emit(struct decoder *d, uint32_t code, unsigned mods)
{
	if (code)
		d->events->key(d->owner, (struct key){ code, mods });
}

/* A key that is one byte; C0 are Control and the sign that makes it. */
static void emit_byte(struct decoder *d, uint8_t c, unsigned mods)
{
	static const uint32_t named[] = {
		[0x09] = VT_KEY_TAB, [0x0d] = VT_KEY_ENTER, [ESC] = VT_KEY_ESCAPE,
	};

	if (c == DEL)
		emit(d, VT_KEY_BACKSPACE, mods);
	else if (c >= 0x20)
		emit(d, c, mods);
	else if (c < sizeof(named) / sizeof(named[0]) && named[c])
		emit(d, named[c], mods);
	else if (c == 0)
		emit(d, ' ', mods | VT_CTRL);
	else
		emit(d, c <= 26 ? c + 0x60u : c + 0x40u, mods | VT_CTRL);
}

static void enter(struct decoder *d, enum decoder_state s, uint8_t introducer)
{
	d->state = s;
	d->introducer = introducer;
	d->begun = false;
	d->private = d->other = false;
	d->n_params = 0;
	d->n_osc = 0;
	memset(d->params, 0, sizeof(d->params));
}

/* A code point as a key: CSI u of the kitty protocol, modifyOtherKeys. */
static void emit_code(struct decoder *d, unsigned code, unsigned mods)
{
	if (code < 0x80)
		emit_byte(d, (uint8_t)code, mods);
	else if (text_allowed(code))
		emit(d, code, mods);
}

static void sgr_mouse(struct decoder *d, bool press)
{
	unsigned b = d->params[0];
	struct mouse m = { .press = press };

	if (d->n_params != 3 || !d->params[1] || !d->params[2] || b >= 128)
		return;
	m.motion = b & 32;
	m.mods = (b & 4 ? VT_SHIFT : 0) | (b & 8 ? VT_ALT : 0) | (b & 16 ? VT_CTRL : 0);
	m.button = (int)(b & 3) + (b & 64 ? VT_WHEEL_UP : VT_BUTTON_LEFT);
	m.col = (int)d->params[1] - 1;
	m.row = (int)d->params[2] - 1;
	d->events->mouse(d->owner, &m);
}

static void answer(struct decoder *d, const char *osc, size_t n)
{
	if (d->events->answer)
		d->events->answer(d->owner, osc, n);
}

static void csi_final(struct decoder *d, uint8_t c)
{
	unsigned first = d->params[0], mods = key_mods(d->params[1]);

	if (d->private) {
		if (d->introducer == '<' && (c == 'M' || c == 'm') && !d->other)
			sgr_mouse(d, c == 'M');
		else if (d->introducer == '?' && c == 'c' && !d->other)
			answer(d, NULL, 0);
		return;
	}
	if (d->other)
		return;
	if (c == '~' && first == 27 && d->n_params == 3) {
		emit_code(d, d->params[2], mods);
	} else if (c == '~' && first == 200) {
		bytes_clear(&d->paste);
		d->paste.dropped = 0;
		d->state = DECODER_PASTE;
	} else if (c == '~') {
		emit(d, key_of_number(first), mods);
	} else if (c == 'u' && d->n_params >= 1) {
		emit_code(d, first, mods);
	} else if (c == 'Z') {
		emit(d, VT_KEY_TAB, VT_SHIFT);
	} else if (d->n_params == 0 || first == 1) {
		emit(d, key_of_letter(c), mods);
	}
}

static void csi(struct decoder *d, uint8_t c)
{
	bool first = !d->begun;

	d->begun = true;
	if (c >= '0' && c <= '9') {
		unsigned *p;

		if (!d->n_params)
			d->n_params = 1;
		p = &d->params[d->n_params - 1];
		if (*p < 100000)
			*p = *p * 10 + (c - '0');
	} else if (c == ';' || c == ':') {
		if (!d->n_params)
			d->n_params = 1;
		if (d->n_params < DECODER_PARAMS)
			d->n_params++;
		else
			d->other = true;
	} else if (c >= '<' && c <= '?') {
		d->private = true;
		d->introducer = c;
	} else if (c >= 0x20 && c <= 0x2f) {
		d->other = true;
	} else if (first && c == '[') {
		d->state = DECODER_LINUX;
	} else if (first && c == 'M') {
		d->state = DECODER_X10;
		d->skip = 3;
	} else if (c >= 0x40 && c <= 0x7e) {
		d->state = DECODER_GROUND; /* a paste changes it */
		csi_final(d, c);
		if (d->state == DECODER_GROUND)
			decoder_ground(d);
	} else if (c == ESC) {
		enter(d, DECODER_ESCAPE, 0);
	} else {
		decoder_ground(d); /* a control inside: not of any terminal */
	}
}

static void ss3(struct decoder *d, uint8_t c)
{
	decoder_ground(d);
	if (c == 'R')
		emit(d, VT_KEY_F3, 0);
	else if (c == 'M')
		emit(d, VT_KEY_ENTER, 0); /* keypad */
	else if (c >= 'a' && c <= 'd')
		emit(d, key_of_letter((uint8_t)(c - 0x20)), VT_CTRL); /* rxvt */
	else if (c >= 'j' && c <= 'y')
		emit(d, c - 0x40u, 0); /* keypad: * + , - . / 0..9 */
	else
		emit(d, key_of_letter(c), 0);
}

static void utf8(struct decoder *d, uint8_t c)
{
	uint32_t cp;

	d->utf8[d->n_utf8++] = (char)c;
	if (d->n_utf8 < d->want_utf8)
		return;
	utf8_decode(d->utf8, d->n_utf8, &cp);
	d->n_utf8 = 0;
	if (cp != 0xfffd && text_allowed(cp))
		emit(d, cp, d->alt ? VT_ALT : 0);
	d->alt = false;
}

static void ground_byte(struct decoder *d, uint8_t c)
{
	if (d->n_utf8) {
		if ((c & 0xc0) == 0x80) {
			utf8(d, c);
			return;
		}
		d->n_utf8 = 0; /* cut short */
		d->alt = false;
	}
	if (c == ESC) {
		enter(d, DECODER_ESCAPE, 0);
	} else if (c < 0x80) {
		emit_byte(d, c, d->alt ? VT_ALT : 0);
		d->alt = false;
	} else if (c >= 0xc2 && c < 0xf5) {
		d->want_utf8 = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		utf8(d, c);
	} else {
		d->alt = false;
	}
}

static void escape_byte(struct decoder *d, uint8_t c)
{
	switch (c) {
	case '[':
		enter(d, DECODER_CSI, c);
		return;
	case 'O':
		enter(d, DECODER_SS3, c);
		return;
	case ']': case 'P': case 'X': case '^': case '_':
		enter(d, DECODER_STRING, c);
		return;
	case ESC:
		/* Escape, then perhaps a sequence */
		emit(d, VT_KEY_ESCAPE, 0);
		return;
	default:
		d->state = DECODER_GROUND;
		d->alt = true;
		ground_byte(d, c);
	}
}

static void string_end(struct decoder *d)
{
	bool told = d->introducer == ']' && d->n_osc <= DECODER_ANSWER_CAP;

	decoder_ground(d);
	if (told)
		answer(d, d->osc, d->n_osc);
}

static void string_byte(struct decoder *d, uint8_t c)
{
	d->begun = true;
	if (c == BEL) /* not 0x9c: it may be a part of UTF-8 */
		string_end(d);
	else if (c == ESC)
		d->state = DECODER_STRING_ESCAPE;
	else if (d->n_osc < DECODER_ANSWER_CAP)
		d->osc[d->n_osc++] = (char)c;
	else
		d->n_osc = DECODER_ANSWER_CAP + 1;
}

static void byte(struct decoder *d, uint8_t c)
{
	switch (d->state) {
	case DECODER_GROUND:
		ground_byte(d, c);
		break;
	case DECODER_ESCAPE:
		escape_byte(d, c);
		break;
	case DECODER_CSI:
		csi(d, c);
		break;
	case DECODER_LINUX:
		decoder_ground(d);
		if (c >= 'A' && c <= 'E')
			emit(d, VT_KEY_F1 + c - 'A', 0);
		break;
	case DECODER_SS3:
		ss3(d, c);
		break;
	case DECODER_X10:
		if (!--d->skip)
			decoder_ground(d);
		break;
	case DECODER_STRING:
		string_byte(d, c);
		break;
	case DECODER_STRING_ESCAPE:
		if (c == '\\') {
			string_end(d);
			break;
		}
		decoder_ground(d);
		escape_byte(d, c); /* ended by a new sequence */
		break;
	case DECODER_PASTE:
		break;
	}
}

void decoder_feed(struct decoder *d, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n) {
		size_t used = 1;

		if (d->state == DECODER_PASTE)
			used = decoder_paste(d, p, n);
		else
			byte(d, *p);
		p += used;
		n -= used;
	}
}

bool decoder_waits(const struct decoder *d)
{
	return d->state != DECODER_GROUND || d->n_utf8;
}

bool decoder_deep(const struct decoder *d)
{
	return d->begun || d->state == DECODER_PASTE || d->state == DECODER_X10;
}

void decoder_silence(struct decoder *d)
{
	enum decoder_state s = d->state;
	bool begun = d->begun;
	uint8_t introducer = d->introducer;

	if (s == DECODER_PASTE) {
		decoder_paste_finish(d);
		return;
	}
	d->n_utf8 = 0;
	decoder_ground(d);
	if (s == DECODER_ESCAPE)
		emit(d, VT_KEY_ESCAPE, 0);
	else if ((s == DECODER_CSI || s == DECODER_SS3 || s == DECODER_STRING) && !begun)
		emit(d, introducer, VT_ALT);
}
