#include "tui/terminal/decoder_parts.h"

#include <string.h>

/* A bracketed paste, up to its end marker; one inside is taken out (decoder.h). */

static const char paste_end[] = "\033[201~";
enum { PASTE_END = sizeof(paste_end) - 1 };

void decoder_paste_finish(struct decoder *d)
{
	decoder_ground(d);
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
size_t decoder_paste(struct decoder *d, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (d->paste.len == d->paste.cap && p[i] == '\033')
			d->paste.len -= d->paste.len < 64 ? 0 : 64; /* room for the marker */
		paste_add(d, p + i, 1);
		if (p[i] == '~' && paste_ends(d) && !another_end(p + i + 1, n - i - 1)) {
			decoder_paste_finish(d);
			return i + 1;
		}
	}
	return n;
}
