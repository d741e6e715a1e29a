/*
 * The parser: bytes to functions and text.
 *
 * It is the state machine of a DEC terminal (vt100.net/emu/dec_ansi_parser)
 * for a stream of UTF-8. In GROUND, bytes are text. ESC begins a sequence from
 * any state; CAN and SUB end one without effect; other C0 controls within a
 * sequence act at once and the sequence goes on. Strings (OSC, DCS, and APC,
 * PM, SOS, which are swallowed) run to ESC, whose backslash is then a function
 * that does nothing, and OSC also to BEL. C1 controls do not exist here: as
 * single bytes they are ignored in text, and inside a string the byte 9C is
 * part of a character.
 *
 * Everything has a cap: parameters beyond the 32nd are ignored, values stop at
 * 99999, a string that grows too long is ignored to its end. All state
 * is in struct vt, so a stream can be cut anywhere.
 *
 * Text is decoded with the usual table of ranges (Unicode 3.9, table 3-7): a
 * byte that does not fit shows one U+FFFD for what came before it and is then
 * looked at afresh.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"

static void begin_params(struct vt_parser *s)
{
	s->prefix = s->inter = s->n_inter = 0;
	s->n = 0;
	s->full = false;
	s->sub = 0;
}

/* Room for the next parameter, after a colon or not. */
static void next_param(struct vt_parser *s, bool colon)
{
	if (s->n == PARAMS_MAX) {
		s->full = true;
		return;
	}
	s->param[s->n] = 0;
	if (colon)
		s->sub |= 1u << s->n;
	s->n++;
}

/* Digits, semicolons and colons from p on; where they end. */
static const uint8_t *params(struct vt_parser *s, const uint8_t *p, const uint8_t *end)
{
	for (; p < end && *p - 0x30u < 12; p++) {
		if (!s->n)
			next_param(s, false);
		if (*p >= ':') {
			next_param(s, *p == ':');
			continue;
		}

		uint32_t v = s->param[s->n - 1];

		for (; p < end && *p - 0x30u < 10; p++)
			if (v < PARAM_LIMIT)
				v = v * 10 + (*p - 0x30u);
		p--;
		if (!s->full)
			s->param[s->n - 1] = v < PARAM_LIMIT ? v : PARAM_LIMIT;
	}
	return p;
}

static void inter_byte(struct vt_parser *s, uint8_t b)
{
	s->inter = b;
	if (s->n_inter < 2)
		s->n_inter++;
}

/* `fed` counts at least the bytes that can ask for a place in a table, each before
 * it asks, so that it is the same however the stream is cut. */
static void csi_end(struct vt *vt, uint8_t final)
{
	vt->fed += 3; /* ESC [ final; parameters are not counted */
	vt_csi(vt, final);
}

static void string_begin(struct vt_parser *s, uint8_t kind)
{
	s->kind = kind;
	s->string_n = 0;
	s->string_over = false;
	s->state = kind ? STATE_STRING : STATE_SKIP;
}

static void string_add(struct vt_parser *s, const uint8_t *p, size_t n)
{
	if (s->string_over || !n)
		return;
	if (n > STRING_CAP - s->string_n) {
		s->string_over = true;
		return;
	}
	if (s->string_n + n > s->string_size) {
		size_t size = s->string_size ? s->string_size : 256;

		while (size < s->string_n + n)
			size *= 2;

		uint8_t *string = realloc(s->string, size);

		if (!string) {
			s->string_over = true;
			return;
		}
		s->string = string;
		s->string_size = size;
	}
	memcpy(s->string + s->string_n, p, n);
	s->string_n += n;
}

static void string_end(struct vt *vt, bool act)
{
	struct vt_parser *s = &vt->parser;

	if (s->state == STATE_STRING && act && !s->string_over) {
		if (s->kind == ']')
			vt_osc(vt);
		else
			vt_dcs(vt);
	}
	s->state = STATE_GROUND;
	s->string_n = 0;
	if (s->string_size > STRING_KEEP) {
		free(s->string);
		s->string = NULL;
		s->string_size = 0;
	}
}

static void esc_byte(struct vt *vt, uint8_t b)
{
	struct vt_parser *s = &vt->parser;

	if (b < 0x30) {
		inter_byte(s, b);
		s->state = STATE_ESC_INTER;
		return;
	}
	s->state = STATE_GROUND;
	if (s->inter) {
		vt_esc(vt, b);
		return;
	}
	switch (b) {
	case '[':
		begin_params(s);
		s->state = STATE_CSI;
		return;
	case ']':
		string_begin(s, ']');
		return;
	case 'P':
		begin_params(s);
		s->state = STATE_DCS;
		return;
	case 'X':
	case '^':
	case '_':
		string_begin(s, 0);
		return;
	default:
		vt_esc(vt, b);
	}
}

static void csi_byte(struct vt *vt, uint8_t b)
{
	struct vt_parser *s = &vt->parser;

	if (b >= 0x40) {
		bool act = s->state != STATE_CSI_IGNORE && s->n_inter < 2;

		s->state = STATE_GROUND;
		if (act)
			csi_end(vt, b);
	} else if (s->state == STATE_CSI_IGNORE) {
		return;
	} else if (b < 0x30) {
		inter_byte(s, b);
		s->state = STATE_CSI_INTER;
	} else if (s->state == STATE_CSI_INTER) {
		s->state = STATE_CSI_IGNORE;
	} else if (b < 0x3c) {
		params(s, &b, &b + 1);
	} else if (s->n || s->prefix) {
		s->state = STATE_CSI_IGNORE;
	} else {
		s->prefix = b;
	}
}

static void dcs_byte(struct vt *vt, uint8_t b)
{
	struct vt_parser *s = &vt->parser;

	if (b >= 0x40) {
		/* Only questions are wanted; pictures and the like are not kept. */
		bool question = s->state == STATE_DCS && s->n_inter == 1 && !s->prefix &&
				b == 'q' && (s->inter == '$' || s->inter == '+');

		string_begin(s, question ? 'P' : 0);
	} else if (b < 0x30) {
		inter_byte(s, b);
	} else if (s->n_inter || (b >= 0x3c && (s->n || s->prefix))) {
		s->state = STATE_DCS_IGNORE;
	} else if (b < 0x3c) {
		params(s, &b, &b + 1);
	} else {
		s->prefix = b;
	}
}

/* A byte below 0x80 outside of text. */
static void sequence_byte(struct vt *vt, uint8_t b)
{
	struct vt_parser *s = &vt->parser;
	bool string = s->state == STATE_STRING || s->state == STATE_SKIP;

	if (b == 0x1b) {
		if (string) {
			s->bel = false;
			string_end(vt, true);
		}
		begin_params(s);
		s->state = STATE_ESC;
	} else if (b == 0x18 || b == 0x1a) {
		string_end(vt, false);
	} else if (string) {
		if (b == 0x07 && s->kind == ']') {
			s->bel = true;
			string_end(vt, true);
		}
	} else if (b < 0x20) {
		if (s->state != STATE_DCS && s->state != STATE_DCS_IGNORE)
			vt_c0(vt, b);
	} else if (b == 0x7f) {
		return;
	} else if (s->state == STATE_ESC || s->state == STATE_ESC_INTER) {
		esc_byte(vt, b);
	} else if (s->state == STATE_DCS || s->state == STATE_DCS_IGNORE) {
		dcs_byte(vt, b);
	} else {
		csi_byte(vt, b);
	}
}

/* The rest of a code point that did not come. */
static void text_broken(struct vt *vt)
{
	if (!vt->parser.more)
		return;
	vt->parser.more = 0;
	vt_put(vt, 0xfffd);
}

/* A byte from 0x80 on, in text. */
static void text_byte(struct vt *vt, uint8_t b)
{
	struct vt_parser *s = &vt->parser;

	if (s->more && b >= s->low && b <= s->high) {
		s->cp = s->cp << 6 | (b & 0x3f);
		s->low = 0x80;
		s->high = 0xbf;
		if (!--s->more)
			vt_put(vt, s->cp);
		return;
	}
	text_broken(vt);
	if (b < 0xa0) /* a C1 control of another time, or a stray continuation */
		return;

	s->low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
	s->high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
	if (b >= 0xc2 && b < 0xe0) {
		s->more = 1;
		s->cp = b & 0x1f;
	} else if (b >= 0xe0 && b < 0xf0) {
		s->more = 2;
		s->cp = b & 0x0f;
	} else if (b >= 0xf0 && b < 0xf5) {
		s->more = 3;
		s->cp = b & 0x07;
	} else {
		vt_put(vt, 0xfffd);
	}
}

/* Text from p on, up to the first control; where it ends. */
static const uint8_t *text(struct vt *vt, const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		if (*p >= 0x80) {
			uint32_t cp;
			int n = vt->parser.more ? 0 : vt_utf8_get(p, (size_t)(end - p), &cp);

			vt->fed += n ? (uint64_t)n : 1;
			if (n)
				vt_put(vt, cp);
			else
				text_byte(vt, *p);
			p += n ? n : 1;
		} else {
			text_broken(vt);
			if (*p < 0x20 || *p == 0x7f)
				break;
			if (vt->plain) {
				size_t used = vt_ascii(vt, p, (size_t)(end - p));

				vt->fed += used;
				p += used;
			} else {
				vt->fed++;
				vt_put(vt, *p++);
			}
		}
	}
	return p;
}

/* Bytes of a string, up to the next control. */
static const uint8_t *string(struct vt *vt, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;

	while (p < end && *p >= 0x20)
		p++;
	if (vt->parser.state == STATE_STRING)
		string_add(&vt->parser, start, (size_t)(p - start));
	return p;
}

/* ESC in text, with as much after it as is there in the usual forms: CSI, and
 * the choice of a charset. */
static const uint8_t *escape(struct vt *vt, const uint8_t *p, const uint8_t *end)
{
	struct vt_parser *s = &vt->parser;

	begin_params(s);
	s->state = STATE_ESC;
	if (end - p >= 2 && p[1] == '[') {
		s->state = STATE_CSI;
		return p + 2;
	}
	if (end - p >= 3 && (p[1] == '(' || p[1] == ')') && p[2] - 0x30u < 0x4f) {
		s->state = STATE_GROUND;
		s->inter = p[1];
		s->n_inter = 1;
		vt_esc(vt, p[2]);
		return p + 3;
	}
	return p + 1;
}

void vt_write(struct vt *vt, const void *data, size_t n, uint64_t now_ms)
{
	const uint8_t *p = data, *end = p + n;
	struct vt_parser *s = &vt->parser;

	vt->now = now_ms;
	while (p < end) {
		if (s->state == STATE_GROUND) {
			if (*p != 0x1b || s->more)
				p = text(vt, p, end);
			if (p < end && *p == 0x1b)
				p = escape(vt, p, end);
			else if (p < end)
				vt_c0(vt, *p++);
		} else if (s->state >= STATE_STRING) {
			p = string(vt, p, end);
			if (p < end)
				sequence_byte(vt, *p++);
		} else if (s->state == STATE_CSI && *p - 0x30u < 12) {
			p = params(s, p, end);
			if (p < end && *p >= 0x40 && *p < 0x7f) {
				s->state = STATE_GROUND;
				csi_end(vt, *p++);
			}
		} else if (*p < 0x80) {
			sequence_byte(vt, *p++);
		} else {
			/* No sequence has such bytes: it ends here. */
			s->state = STATE_GROUND;
		}
	}
}
