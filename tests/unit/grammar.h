/*
 * What may leave the dashboard for the operator's terminal, as a strict automaton: printable
 * code points, the controls of line ends, and the sequences of terminfo's xterm-256color
 * and draw.c. Everything else is a violation, counted, with the first one kept.
 */
#ifndef TESTS_GRAMMAR_H
#define TESTS_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct grammar {
	enum { GROUND, ESCAPE, CHARSET, CSI } state;
	char params[64];
	size_t n;
	uint32_t cp;
	int more; /* bytes of a code point to come */
	int saves; /* ESC 7 in a row */
	unsigned long violations, bytes;
	char first[160];
};

static inline void violation(struct grammar *g, const char *what, uint32_t v)
{
	if (!g->violations++)
		snprintf(g->first, sizeof(g->first), "%s %x \"%.60s\"", what, v, g->params);
	g->state = GROUND;
}

/* Not text_allowed(): what it should be, said again. */
static inline bool printable(uint32_t c)
{
	static const uint32_t bad[][2] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x600, 0x605 },
		{ 0x61c, 0x61c }, { 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xd800, 0xf8ff },
		{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (c >= bad[i][0] && c <= bad[i][1])
			return false;
	return (c & 0xfffe) != 0xfffe;
}

/* Modes that terminfo's strings for xterm-256color and draw.c set. */
static inline bool known_mode(const char *p)
{
	static const char *const modes[] = { "?1049", "?25", "?12", "?12;25", "?2004", "?1000",
					     "?1002", "?1006", "4", "?7", "?1" };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(p, modes[i]) == 0)
			return true;
	return false;
}

static inline void csi_end(struct grammar *g, char c)
{
	bool numbers = strspn(g->params, "0123456789;") == strlen(g->params);

	g->state = GROUND;
	if (strchr("ABCDGHJKLMPSTXbdmr@", c) ? numbers :
	    c == 'h' || c == 'l'		? known_mode(g->params) :
	    c == 'u' ? !strcmp(g->params, ">0") || !strcmp(g->params, "<") :
	    c == 't' ? !strcmp(g->params, "22;0;0") || !strcmp(g->params, "23;0;0") : false)
		return;
	violation(g, "CSI", (uint32_t)c);
}

static inline void grammar_byte(struct grammar *g, uint8_t c)
{
	g->bytes++;
	if (g->state == GROUND && c != 033)
		g->saves = 0;
	if (g->more) {
		if ((c & 0xc0) != 0x80) {
			g->more = 0;
			violation(g, "broken UTF-8", c);
			return;
		}
		g->cp = g->cp << 6 | (c & 63);
		if (!--g->more && !printable(g->cp))
			violation(g, "code point", g->cp);
		return;
	}
	switch (g->state) {
	case GROUND:
		if (c >= 0x80) {
			g->more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
			g->cp = c & (0x3f >> g->more);
			if (!g->more)
				violation(g, "byte", c);
		} else if (c == 033) {
			g->state = ESCAPE;
		} else if (c < 0x20 ? !strchr("\r\n\b\t", c) || !c : c == 0x7f) {
			violation(g, "control", c);
		}
		break;
	case ESCAPE:
		g->state = c == '[' ? CSI : c == '(' ? CHARSET : GROUND;
		g->n = 0;
		g->params[0] = '\0';
		g->saves = c == '7' ? g->saves + 1 : 0;
		if (g->state == GROUND && c != '7' && c != '8' && c != '>' && c != 'M') /* the mark and sc, rc around csr, rmkx, ri */
			violation(g, "escape", c);
		break;
	case CHARSET:
		g->state = GROUND;
		if (c != 'B')
			violation(g, "charset", c);
		break;
	case CSI:
		if (c >= 0x40 && c <= 0x7e) {
			csi_end(g, (char)c);
		} else if (c < 0x20 || c >= 0x7f || g->n + 1 >= sizeof(g->params)) {
			violation(g, "in a CSI", c);
		} else {
			g->params[g->n++] = (char)c;
			g->params[g->n] = '\0';
		}
		break;
	}
}

#endif
