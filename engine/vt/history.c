#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vt/history.h"
#include "engine/vt/row.h"

struct vt_page {
	uint64_t first; /* number of its first line */
	uint32_t n;     /* lines */
	uint32_t used;  /* bytes of lines */
	uint32_t size;  /* of data */
	uint8_t data[]; /* lines, and from the end back two bytes per line */
};

enum {
	PAGE_MAX = 32 * 1024,
	PAGE_MIN = 1024,
	PAGES_PER_CAP = 16, /* so that dropping one loses a small part */
};
/* An offset in a page takes two bytes. */
static_assert(VT_ROW_MAX(1000) + 2 < UINT16_MAX, "the largest line fits a page");

static struct vt_page *page_at(const struct vt_history *h, uint32_t i)
{
	return h->pages[(h->head + i) & (h->size - 1)];
}

static uint16_t slot(const struct vt_page *p, uint32_t i)
{
	uint16_t v;

	memcpy(&v, p->data + p->size - 2 * (i + 1), 2);
	return v;
}

static size_t room(const struct vt_page *p)
{
	return p->size - p->used - 2 * (size_t)p->n;
}

static void drop_oldest(struct vt_history *h)
{
	struct vt_page *p = page_at(h, 0);

	h->first = p->first + p->n;
	h->bytes -= sizeof(*p) + p->size;
	h->head = (h->head + 1) & (h->size - 1);
	h->n--;
	free(p);
}

static void drop_newest(struct vt_history *h)
{
	struct vt_page *p = page_at(h, --h->n);

	h->bytes -= sizeof(*p) + p->size;
	free(p);
}

void vt_history_init(struct vt_history *h, size_t cap, uint8_t *scratch)
{
	memset(h, 0, sizeof(*h));
	h->cap = cap;
	h->scratch = scratch;
}

void vt_history_done(struct vt_history *h)
{
	while (h->n)
		drop_newest(h);
	free(h->pages);
	h->pages = NULL;
	h->size = 0;
	h->bytes = 0;
}

void vt_history_clear(struct vt_history *h)
{
	vt_history_done(h);
	h->first = h->end;
	h->head = 0;
}

static int grow_ring(struct vt_history *h)
{
	uint32_t size = h->size ? h->size * 2 : 16;
	struct vt_page **pages = calloc(size, sizeof(struct vt_page *));

	if (!pages)
		return -1;
	for (uint32_t i = 0; i < h->n; i++)
		pages[i] = page_at(h, i);
	free(h->pages);
	h->pages = pages;
	h->bytes += (size - h->size) * sizeof(struct vt_page *);
	h->size = size;
	h->head = 0;
	return 0;
}

static bool fits(const struct vt_history *h, size_t bytes, size_t page)
{
	return bytes + sizeof(struct vt_page) + page <= h->cap + h->slack;
}

/* A page with room for n bytes, or NULL. */
static struct vt_page *add_page(struct vt_history *h, size_t n)
{
	size_t size = h->cap / PAGES_PER_CAP;

	size = size > PAGE_MAX ? PAGE_MAX : size < PAGE_MIN ? PAGE_MIN : size;
	size -= sizeof(struct vt_page);
	if (size < n + 2)
		size = n + 2;
	if (size > UINT16_MAX || !fits(h, 0, size))
		return NULL;
	if (h->n == h->size && grow_ring(h) < 0)
		return NULL;
	while (h->n && !fits(h, h->bytes, size))
		drop_oldest(h);
	if (!fits(h, h->bytes, size))
		return NULL;

	struct vt_page *p = malloc(sizeof(*p) + size);

	if (!p)
		return NULL;
	p->first = h->end;
	p->n = p->used = 0;
	p->size = (uint32_t)size;
	h->bytes += sizeof(*p) + size;
	h->pages[(h->head + h->n++) & (h->size - 1)] = p;
	return p;
}

static void lose(struct vt_history *h)
{
	while (h->n)
		drop_newest(h);
	h->first = ++h->end;
}

static void commit(struct vt_history *h, struct vt_page *p, size_t n)
{
	uint16_t at = (uint16_t)p->used;

	p->n++;
	memcpy(p->data + p->size - 2 * (size_t)p->n, &at, 2);
	p->used += (uint32_t)n;
	h->end++;
}

void vt_history_push_packed(struct vt_history *h, const uint8_t *packed, size_t n)
{
	struct vt_page *p = h->n ? page_at(h, h->n - 1) : NULL;

	if (!p || room(p) < n + 2)
		p = add_page(h, n);
	if (!p) {
		lose(h);
		return;
	}
	memcpy(p->data + p->used, packed, n);
	commit(h, p, n);
}

void vt_history_push(struct vt_history *h, const struct vt_row *row, struct vt_tables t)
{
	struct vt_page *p = h->n ? page_at(h, h->n - 1) : NULL;

	if (!h->cap && !h->slack) {
		lose(h);
		return;
	}
	if (p && room(p) >= VT_ROW_MAX(row->fill.ch ? row->cols : row->len) + 2) {
		commit(h, p, vt_pack(row, t, p->data + p->used));
		return;
	}
	vt_history_push_packed(h, h->scratch, vt_pack(row, t, h->scratch));
}

void vt_history_pop(struct vt_history *h)
{
	struct vt_page *p;

	if (!h->n)
		return;
	p = page_at(h, h->n - 1);
	p->used = slot(p, --p->n);
	h->end--;
	if (!p->n)
		drop_newest(h);
}

void vt_history_lend(struct vt_history *h, size_t slack)
{
	h->slack = slack;
	while (h->n && h->bytes > h->cap + h->slack)
		drop_oldest(h);
}

const uint8_t *vt_history_get(const struct vt_history *h, uint64_t line, size_t *n)
{
	uint32_t lo = 0, hi = h->n;

	if (line < h->first || line >= h->end || !h->n)
		return NULL;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (page_at(h, mid)->first <= line)
			lo = mid;
		else
			hi = mid;
	}

	const struct vt_page *p = page_at(h, lo);
	uint32_t i = (uint32_t)(line - p->first);

	*n = (i + 1 < p->n ? slot(p, i + 1) : p->used) - slot(p, i);
	return p->data + slot(p, i);
}
