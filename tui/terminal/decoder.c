#include "tui/terminal/decoder.h"

#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"

enum { ESC = 0x1b, BEL = 0x07, DEL = 0x7f };

static const char paste_end[] = "\033[201~";
enum { PASTE_END = sizeof(paste_end) - 1 };

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

static void ground(struct decoder *d)
{
	d->state = DECODER_GROUND;
	d->alt = false;
	d->begun = false;
}

static void enter(struct decoder *d, enum decoder_state s, uint8_t introducer)
{
	d->state = s;
	d->introducer = introducer;
	d->begun = false;
	d->private = d->other = false;
	d->n_params = 0;
	memset(d->params, 0, sizeof(d->params));
}

/* xterm: 1 + (1 Shift, 2 Alt, 4 Control, 8 Meta or Super) */
static unsigned mods_of(unsigned param)
{
	return param > 1 && param <= 16 ? (param - 1) & (VT_SHIFT | VT_ALT | VT_CTRL) : 0;
}

static uint32_t letter_key(uint8_t c)
{
	switch (c) {
	case 'A': return VT_KEY_UP;
	case 'B': return VT_KEY_DOWN;
	case 'C': return VT_KEY_RIGHT;
	case 'D': return VT_KEY_LEFT;
	case 'E': return VT_KEY_BEGIN;
	case 'F': return VT_KEY_END;
	case 'H': return VT_KEY_HOME;
	case 'P': return VT_KEY_F1;
	case 'Q': return VT_KEY_F2;
	case 'S': return VT_KEY_F4;
	default: return 0;
	}
}

static uint32_t tilde_key(unsigned n)
{
	static const uint32_t keys[] = {
		[1] = VT_KEY_HOME,    [2] = VT_KEY_INSERT,    [3] = VT_KEY_DELETE,
		[4] = VT_KEY_END,     [5] = VT_KEY_PAGE_UP,   [6] = VT_KEY_PAGE_DOWN,
		[7] = VT_KEY_HOME,    [8] = VT_KEY_END,       [11] = VT_KEY_F1,
		[12] = VT_KEY_F2,     [13] = VT_KEY_F3,       [14] = VT_KEY_F4,
		[15] = VT_KEY_F5,     [17] = VT_KEY_F6,       [18] = VT_KEY_F7,
		[19] = VT_KEY_F8,     [20] = VT_KEY_F9,       [21] = VT_KEY_F10,
		[23] = VT_KEY_F11,    [24] = VT_KEY_F12,      [25] = VT_KEY_F13,
		[26] = VT_KEY_F14,    [28] = VT_KEY_F15,      [29] = VT_KEY_F16,
		[31] = VT_KEY_F17,    [32] = VT_KEY_F18,      [33] = VT_KEY_F19,
		[34] = VT_KEY_F20,
	};

	return n < sizeof(keys) / sizeof(keys[0]) ? keys[n] : 0;
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

static void csi_final(struct decoder *d, uint8_t c)
{
	unsigned first = d->params[0], mods = mods_of(d->params[1]);

	if (d->private) {
		if (d->introducer == '<' && (c == 'M' || c == 'm') && !d->other)
			sgr_mouse(d, c == 'M');
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
		emit(d, tilde_key(first), mods);
	} else if (c == 'u' && d->n_params >= 1) {
		emit_code(d, first, mods);
	} else if (c == 'Z') {
		emit(d, VT_KEY_TAB, VT_SHIFT);
	} else if (d->n_params == 0 || first == 1) {
		emit(d, letter_key(c), mods);
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
			ground(d);
	} else if (c == ESC) {
		enter(d, DECODER_ESCAPE, 0);
	} else {
		ground(d); /* a control inside: not of any terminal */
	}
}

static void ss3(struct decoder *d, uint8_t c)
{
	ground(d);
	if (c == 'R')
		emit(d, VT_KEY_F3, 0);
	else if (c == 'M')
		emit(d, VT_KEY_ENTER, 0); /* keypad */
	else if (c >= 'a' && c <= 'd')
		emit(d, letter_key((uint8_t)(c - 0x20)), VT_CTRL); /* rxvt */
	else if (c >= 'j' && c <= 'y')
		emit(d, c - 0x40u, 0); /* keypad: * + , - . / 0..9 */
	else
		emit(d, letter_key(c), 0);
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

static void string_byte(struct decoder *d, uint8_t c)
{
	d->begun = true;
	if (c == BEL) /* not 0x9c: it may be a part of UTF-8 */
		ground(d);
	else if (c == ESC)
		d->state = DECODER_STRING_ESCAPE;
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
		ground(d);
		if (c >= 'A' && c <= 'E')
			emit(d, VT_KEY_F1 + c - 'A', 0);
		break;
	case DECODER_SS3:
		ss3(d, c);
		break;
	case DECODER_X10:
		if (!--d->skip)
			ground(d);
		break;
	case DECODER_STRING:
		string_byte(d, c);
		break;
	case DECODER_STRING_ESCAPE:
		ground(d);
		if (c != '\\')
			escape_byte(d, c); /* ended by a new sequence */
		break;
	case DECODER_PASTE:
		break;
	}
}

static void paste_finish(struct decoder *d)
{
	ground(d);
	d->events->paste(d->owner, (const char *)bytes_front(&d->paste), d->paste.len,
			 d->paste.dropped);
	bytes_clear(&d->paste);
}

static void paste_add(struct decoder *d, const uint8_t *p, size_t n)
{
	size_t room = d->paste.cap - d->paste.len;

	if (n > room) {
		d->paste.dropped += n - room;
		n = room;
	}
	bytes_add(&d->paste, p, n);
}

/* The paste so far may end with the first half of its end marker. */
static bool paste_ends(struct decoder *d)
{
	size_t n = d->paste.len;

	if (n < PASTE_END || memcmp(bytes_front(&d->paste) + n - PASTE_END, paste_end, PASTE_END))
		return false;
	d->paste.len -= PASTE_END;
	return true;
}

static bool another_end(const uint8_t *p, size_t n)
{
	const uint8_t *end = memmem(p, n, paste_end, PASTE_END);
	const uint8_t *start = memmem(p, n, "\033[200~", PASTE_END);

	return end && (!start || end < start);
}

/* Gives the bytes used. */
static size_t paste(struct decoder *d, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (d->paste.len == d->paste.cap && p[i] == ESC)
			d->paste.len -= d->paste.len < 64 ? 0 : 64; /* room for the marker */
		paste_add(d, p + i, 1);
		if (p[i] == '~' && paste_ends(d) && !another_end(p + i + 1, n - i - 1)) {
			paste_finish(d);
			return i + 1;
		}
	}
	return n;
}

void decoder_feed(struct decoder *d, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n) {
		size_t used = 1;

		if (d->state == DECODER_PASTE)
			used = paste(d, p, n);
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
		paste_finish(d);
		return;
	}
	d->n_utf8 = 0;
	ground(d);
	if (s == DECODER_ESCAPE)
		emit(d, VT_KEY_ESCAPE, 0);
	else if ((s == DECODER_CSI || s == DECODER_SS3 || s == DECODER_STRING) && !begun)
		emit(d, introducer, VT_ALT);
}
