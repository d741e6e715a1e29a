#include "tui/view/picker.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

uint64_t picker_tag(const char *name)
{
	uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

	while (*name)
		h = (h ^ (uint8_t)*name++) * 0x100000001b3;
	return h ? h : 1;
}

const struct picker_item *picker_find(const struct picker *p, uint64_t tag)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].tag == tag)
			return &p->items[i];
	return NULL;
}

const struct picker_item *picker_shown(const struct picker *p, size_t i)
{
	for (size_t k = 0; k < p->n; k++)
		if (filter_match(p->filter, p->items[k].label, NULL) && i-- == 0)
			return &p->items[k];
	return NULL;
}

size_t picker_count(const struct picker *p)
{
	size_t n = 0;

	for (size_t k = 0; k < p->n; k++)
		n += filter_match(p->filter, p->items[k].label, NULL);
	return n;
}

size_t picker_row(const struct picker *p)
{
	const struct picker_item *item;

	for (size_t i = 0; (item = picker_shown(p, i)); i++)
		if (item->tag == p->at)
			return i;
	return 0;
}

unsigned picker_times(const struct picker *p, uint64_t tag)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->n_chosen; i++)
		n += p->chosen[i] == tag;
	return n;
}

/* The marks, and a cursor that is on something. */
static void settle(struct picker *p)
{
	const struct picker_item *first = picker_shown(p, 0), *item;

	for (size_t i = 0; i < p->n; i++)
		p->items[i].marked = picker_times(p, p->items[i].tag) > 0;
	if (p->at_chosen >= p->n_chosen)
		p->at_chosen = p->n_chosen ? p->n_chosen - 1 : 0;
	if (!p->n_chosen)
		p->right = false;
	for (size_t i = 0; (item = picker_shown(p, i)); i++)
		if (item->tag == p->at)
			return;
	p->at = first ? first->tag : 0;
}

void picker_fill(struct picker *p, const struct picker_item *items, size_t n)
{
	size_t kept = 0;

	p->n = n > PICKER_MAX ? PICKER_MAX : n;
	memcpy(p->items, items, p->n * sizeof(*items));
	for (size_t i = 0; i < p->n_chosen; i++) {
		const struct picker_item *item = picker_find(p, p->chosen[i]);

		if (item && !item->blocked)
			p->chosen[kept++] = p->chosen[i];
	}
	p->n_chosen = kept;
	settle(p);
}

void picker_filter(struct picker *p, const char *filter)
{
	snprintf(p->filter, sizeof(p->filter), "%s", filter);
	settle(p);
}

void picker_side(struct picker *p)
{
	p->right = !p->right;
	settle(p);
}

static size_t step(size_t at, int by, size_t n)
{
	if (!n || by == INT_MIN)
		return 0;
	if (by == INT_MAX || (by > 0 && at + (size_t)by >= n))
		return n - 1;
	return by < 0 && at < (size_t)-by ? 0 : at + (size_t)by;
}

void picker_move(struct picker *p, int by)
{
	const struct picker_item *item;

	if (p->right) {
		p->at_chosen = step(p->at_chosen, by, p->n_chosen);
		return;
	}
	item = picker_shown(p, step(picker_row(p), by, picker_count(p)));
	p->at = item ? item->tag : 0;
}

bool picker_choose(struct picker *p, uint64_t tag)
{
	const struct picker_item *item = picker_find(p, tag);

	if (!item || item->blocked || p->n_chosen == PICKER_CHOSEN_MAX)
		return false;
	p->chosen[p->n_chosen++] = tag;
	settle(p);
	return true;
}

static void drop(struct picker *p, size_t i)
{
	memmove(&p->chosen[i], &p->chosen[i + 1], (p->n_chosen - i - 1) * sizeof(p->chosen[0]));
	p->n_chosen--;
}

bool picker_toggle(struct picker *p)
{
	if (p->right) {
		if (p->at_chosen < p->n_chosen)
			drop(p, p->at_chosen);
		settle(p);
		return true;
	}
	if (!picker_times(p, p->at))
		return picker_choose(p, p->at);
	for (size_t i = p->n_chosen; i-- > 0;)
		if (p->chosen[i] == p->at)
			drop(p, i);
	settle(p);
	return true;
}

bool picker_more(struct picker *p)
{
	size_t at = p->at_chosen;

	if (!p->right)
		return picker_choose(p, p->at);
	if (at >= p->n_chosen || p->n_chosen == PICKER_CHOSEN_MAX)
		return false;
	memmove(&p->chosen[at + 1], &p->chosen[at], (p->n_chosen - at) * sizeof(p->chosen[0]));
	p->n_chosen++;
	return true;
}

/* The row of the right side that the cursor means: on the left, the last one of
 * that tag. */
static bool chosen_row(const struct picker *p, size_t *row)
{
	if (p->right) {
		*row = p->at_chosen;
		return p->at_chosen < p->n_chosen;
	}
	for (size_t i = p->n_chosen; i-- > 0;)
		if (p->chosen[i] == p->at) {
			*row = i;
			return true;
		}
	return false;
}

void picker_carry(struct picker *p, int by)
{
	size_t from, to;
	uint64_t tag;

	if (!chosen_row(p, &from))
		return;
	to = step(from, by, p->n_chosen);
	tag = p->chosen[from];
	drop(p, from);
	memmove(&p->chosen[to + 1], &p->chosen[to], (p->n_chosen - to) * sizeof(p->chosen[0]));
	p->chosen[to] = tag;
	p->n_chosen++;
	if (p->right)
		p->at_chosen = to;
}

void picker_clear(struct picker *p)
{
	p->n_chosen = 0;
	settle(p);
}
