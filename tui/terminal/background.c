#include "tui/terminal/background.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "tui/terminal/decoder.h"
#include "tui/theme/color.h"

void background_asked(struct background *b)
{
	b->due = true;
	b->until = now_ms() + BACKGROUND_ANSWER_MS;
}

bool background_waits(const struct background *b)
{
	return b->due && now_ms() < b->until;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The next `most` or fewer hexadecimal digits, scaled to a byte; -1 when there is none. */
static int channel(const char **p, const char *end, int most)
{
	unsigned value = 0, all = 0;

	for (int d; most-- > 0 && *p < end && (d = digit(**p)) >= 0; (*p)++) {
		value = value * 16 + (unsigned)d;
		all = all * 16 + 15;
	}
	return all ? (int)((value * 255 + all / 2) / all) : -1;
}

/* XParseColor(3): rgb:R/G/B with one to four digits each, or #RGB with as many for each. */
static bool read_color(const char *p, const char *end, uint32_t *rgb)
{
	bool hash = p < end && *p == '#';
	int each = 4;

	if (hash) {
		each = (int)((end - ++p) / 3);
		if (each < 1 || each > 4 || (end - p) % 3)
			return false;
	} else if (end - p > 4 && memcmp(p, "rgb:", 4) == 0) {
		p += 4;
	} else if (end - p > 5 && memcmp(p, "rgba:", 5) == 0) {
		p += 5;
	} else {
		return false;
	}
	*rgb = 0;
	for (int i = 0; i < 3; i++) {
		const char *from;
		int c;

		if (i && !hash && (p == end || *p++ != '/'))
			return false;
		from = p;
		c = channel(&p, end, each);
		if (c < 0 || (hash && p - from != each))
			return false;
		*rgb = *rgb << 8 | (uint32_t)c;
	}
	return p == end || *p == '/'; /* an alpha */
}

enum background_said background_read(const char *osc, size_t n)
{
	uint32_t rgb;

	if (n < 3 || memcmp(osc, "11;", 3) != 0 || !read_color(osc + 3, osc + n, &rgb))
		return BACKGROUND_NOTHING;
	return color_contrast(rgb, 0x000000) > color_contrast(rgb, 0xffffff) ? BACKGROUND_LIGHT :
									       BACKGROUND_DARK;
}

enum background_said background_hear(struct background *b, const char *osc, size_t n)
{
	if (!b->due)
		return BACKGROUND_NOTHING;
	if (!osc) {
		b->due = false;
		return BACKGROUND_NOTHING;
	}
	return background_waits(b) ? background_read(osc, n) : BACKGROUND_NOTHING;
}

static void no_key(void *owner, struct key k)
{
	(void)owner;
	(void)k;
}

static void no_mouse(void *owner, const struct mouse *m)
{
	(void)owner;
	(void)m;
}

static void no_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	(void)owner;
	(void)text;
	(void)n;
	(void)dropped;
}

static void on_answer(void *owner, const char *osc, size_t n)
{
	background_hear(owner, osc, n);
}

/* Not by the loop: it has ended, or this is a callback of it. */
void background_drain(struct background *b, int fd)
{
	static const struct decoder_events events = { no_key, no_mouse, no_paste, on_answer };
	struct decoder d;

	decoder_init(&d, &events, b);
	while (background_waits(b)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int ms = (int)(b->until - now_ms());
		char buf[512];
		ssize_t n;

		if (ms <= 0 || poll(&p, 1, ms) <= 0)
			break;
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		decoder_feed(&d, buf, (size_t)n);
	}
	b->due = false;
	decoder_done(&d);
}
