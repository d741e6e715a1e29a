#include "engine/base/diff.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"

enum { LINE_MAX_TEXT = 1 << 20 };

struct line {
	const char *text;
	size_t len; /* with its newline, if it has one */
};

struct lines {
	struct line *all; /* owned */
	size_t n;
};

/* What is done to come from a to b, in order. */
struct step {
	char what; /* ' ', '-' or '+' */
	size_t line; /* of a for ' ' and '-', of b for '+' */
};

struct script {
	struct step *steps; /* owned */
	size_t n, room;
};

bool diff_is_text(const char *data, size_t n)
{
	size_t run = 0;

	for (size_t i = 0; i < n; i++) {
		run = data[i] == '\n' ? 0 : run + 1;
		if (!data[i] || run > LINE_MAX_TEXT)
			return false;
	}
	return true;
}

static int split(struct lines *l, const char *text, size_t len)
{
	size_t count = 1;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	l->all = calloc(count, sizeof(*l->all));
	l->n = 0;
	if (!l->all)
		return -1;
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) - at + 1 : len - at;

		l->all[l->n++] = (struct line){ text + at, n };
		at += n;
	}
	return 0;
}

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return a->all[i].len == b->all[j].len && !memcmp(a->all[i].text, b->all[j].text, a->all[i].len);
}

static int put(struct script *s, char what, size_t line)
{
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 256;
		struct step *more = realloc(s->steps, room * sizeof(*more));

		if (!more)
			return -1;
		s->steps = more;
		s->room = room;
	}
	s->steps[s->n++] = (struct step){ what, line };
	return 0;
}

/* The middle of both, between what is the same at both ends: lines from..to. */
struct span {
	size_t a, a_end, b, b_end;
};

static int replace(struct script *s, const struct span *m)
{
	for (size_t i = m->a; i < m->a_end; i++)
		if (put(s, '-', i) < 0)
			return -1;
	for (size_t j = m->b; j < m->b_end; j++)
		if (put(s, '+', j) < 0)
			return -1;
	return 0;
}

/* How far each diagonal k = x - y comes with d edits, for all d: trace[d] has 2d + 1. */
static int *furthest(int *const *trace, int d, int k)
{
	return &trace[d][k + d];
}

/* The edits needed, or -1 when there are more than DIFF_EDITS or no memory. */
static int search(const struct lines *a, const struct lines *b, const struct span *m, int **trace)
{
	long n = (long)(m->a_end - m->a), o = (long)(m->b_end - m->b);

	for (int d = 0; d <= DIFF_EDITS; d++) {
		trace[d] = malloc(sizeof(int) * (2 * (size_t)d + 1));
		if (!trace[d])
			return -1;
		for (int k = -d; k <= d; k += 2) {
			long x = d == 0 ? 0 :
				 k == -d || (k != d && *furthest(trace, d - 1, k - 1) < *furthest(trace, d - 1, k + 1)) ?
				 *furthest(trace, d - 1, k + 1) : *furthest(trace, d - 1, k - 1) + 1;
			long y = x - k;

			while (x < n && y < o && x >= 0 && y >= 0 && same(a, m->a + (size_t)x, b, m->b + (size_t)y)) {
				x++;
				y++;
			}
			*furthest(trace, d, k) = (int)x;
			if (x >= n && y >= o)
				return d;
		}
	}
	return -1;
}

static void turn_round(struct script *s, size_t from)
{
	for (size_t i = from, j = s->n; i + 1 < j; i++) {
		struct step t = s->steps[i];

		s->steps[i] = s->steps[--j];
		s->steps[j] = t;
	}
}

/* From the end back along the trace. */
static int walk_back(struct script *s, int *const *trace, int d, const struct span *m)
{
	long x = (long)(m->a_end - m->a), y = (long)(m->b_end - m->b);
	size_t from = s->n;

	for (; d > 0; d--) {
		int k = (int)(x - y);
		bool down = k == -d || (k != d && *furthest(trace, d - 1, k - 1) < *furthest(trace, d - 1, k + 1));
		long px = *furthest(trace, d - 1, down ? k + 1 : k - 1), py = px - (down ? k + 1 : k - 1);

		for (; x > px + !down && y > py + down; x--, y--)
			if (put(s, ' ', m->a + (size_t)x - 1) < 0)
				return -1;
		if (put(s, down ? '+' : '-', down ? m->b + (size_t)y - 1 : m->a + (size_t)x - 1) < 0)
			return -1;
		x = px;
		y = py;
	}
	for (; x > 0; x--)
		if (put(s, ' ', m->a + (size_t)x - 1) < 0)
			return -1;
	turn_round(s, from);
	return 0;
}

static int middle(struct script *s, const struct lines *a, const struct lines *b, const struct span *m)
{
	int **trace = calloc(DIFF_EDITS + 1, sizeof(*trace));
	int d = trace ? search(a, b, m, trace) : -1;
	int r = d < 0 ? replace(s, m) : walk_back(s, trace, d, m);

	for (int i = 0; trace && i <= DIFF_EDITS; i++)
		free(trace[i]);
	free(trace);
	return r;
}

static int script_of(struct script *s, const struct lines *a, const struct lines *b)
{
	struct span m = { 0, a->n, 0, b->n };

	while (m.a < m.a_end && m.b < m.b_end && same(a, m.a, b, m.b)) {
		if (put(s, ' ', m.a++) < 0)
			return -1;
		m.b++;
	}
	while (m.a_end > m.a && m.b_end > m.b && same(a, m.a_end - 1, b, m.b_end - 1)) {
		m.a_end--;
		m.b_end--;
	}
	if (middle(s, a, b, &m) < 0)
		return -1;
	for (size_t i = m.a_end; i < a->n; i++)
		if (put(s, ' ', i) < 0)
			return -1;
	return 0;
}

static void print_step(FILE *f, const struct step *s, const struct lines *a, const struct lines *b)
{
	const struct line *l = s->what == '+' ? &b->all[s->line] : &a->all[s->line];

	fputc(s->what, f);
	fwrite(l->text, 1, l->len, f);
	if (!l->len || l->text[l->len - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", f);
}

static void print_range(FILE *f, char sign, size_t first, size_t n)
{
	fprintf(f, n == 1 ? " %c%zu" : " %c%zu,%zu", sign, n ? first + 1 : first, n);
}

/* Steps from..to, of which the first is line a_at of a and b_at of b. */
static void print_hunk(FILE *f, const struct script *s, size_t from, size_t to, size_t a_at, size_t b_at,
		       const struct lines *a, const struct lines *b)
{
	size_t na = 0, nb = 0;

	for (size_t i = from; i < to; i++) {
		na += s->steps[i].what != '+';
		nb += s->steps[i].what != '-';
	}
	fputs("@@", f);
	print_range(f, '-', a_at, na);
	print_range(f, '+', b_at, nb);
	fputs(" @@\n", f);
	for (size_t i = from; i < to; i++)
		print_step(f, &s->steps[i], a, b);
}

static void print_all(FILE *f, const struct script *s, const struct lines *a, const struct lines *b)
{
	size_t a_at = 0, b_at = 0, i = 0;

	while (i < s->n) {
		size_t from = i, to, lead;

		while (i < s->n && s->steps[i].what == ' ')
			i++;
		if (i == s->n)
			return;
		lead = i - from > DIFF_CONTEXT ? DIFF_CONTEXT : i - from;
		a_at += i - from - lead;
		b_at += i - from - lead;
		from = i - lead;
		/* On until so many are the same that two hunks' context would not touch. */
		for (to = i; i < s->n && i - to <= 2 * DIFF_CONTEXT; i++)
			if (s->steps[i].what != ' ')
				to = i + 1;
		i = to + DIFF_CONTEXT < s->n ? to + DIFF_CONTEXT : s->n;
		print_hunk(f, s, from, i, a_at, b_at, a, b);
		for (size_t k = from; k < i; k++) {
			a_at += s->steps[k].what != '+';
			b_at += s->steps[k].what != '-';
		}
	}
}

char *diff_unified(const char *a, size_t a_len, const char *b, size_t b_len, size_t *len)
{
	struct lines la = { 0 }, lb = { 0 };
	struct script s = { 0 };
	char *out = NULL;
	FILE *f = NULL;

	*len = 0;
	if (split(&la, a, a_len) == 0 && split(&lb, b, b_len) == 0 && script_of(&s, &la, &lb) == 0)
		f = open_memstream(&out, len);
	if (f) {
		print_all(f, &s, &la, &lb);
		if (fclose(f) != 0) {
			free(out);
			out = NULL;
		}
	}
	free(la.all);
	free(lb.all);
	free(s.steps);
	return out;
}
