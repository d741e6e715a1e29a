#include "engine/vm/demo_console.h"

#include <string.h>

/* Consoles that only show something: a build's log, a screen that redraws as
 * fast as it is read, falling letters. In all of them q or C-c ends, and C-s
 * and C-q stop and go on. */

static void show_key(struct demo *d, int c)
{
	if (c == 'q' || c == 3) {
		demo_print(d, "\033[?1049l\033[?25h\033[0m\r\n");
		demo_exit(d, 0);
	} else if (c == 19 || c == ' ') {
		d->stopped = !d->stopped;
	} else if (c == 17) {
		d->stopped = false;
	}
}

/* build */

static void build_start(struct demo *d)
{
	demo_print(d, "make: entering directory '/work'\r\n");
}

static void build_tick(struct demo *d)
{
	static const char *const parts[] = { "base", "vt", "net", "vm", "image", "session", "tui" };
	const char *part = parts[demo_random(d, 7)];
	uint32_t r = demo_random(d, 40);

	if (d->stopped)
		return;
	if (r == 0)
		demo_print(d, "\033[1mengine/%s/part%u.c:%u:7: \033[35mwarning:\033[0m unused "
			      "variable 'x'\r\n",
			   part, demo_random(d, 90), demo_random(d, 900));
	else if (r == 1)
		demo_print(d, "\033[32mok\033[0m   tests/%s_test  (%u checks, %u ms)\r\n", part,
			   demo_random(d, 200), demo_random(d, 900));
	else
		demo_print(d, "\033[2m[%5llu]\033[0m cc -O2 -g -c -o .build/%s/part%u.o "
			      "engine/%s/part%u.c\r\n",
			   (unsigned long long)d->ticks, part, r, part, r);
}

const struct demo_script demo_build = {
	.name = "build",
	.help = "the log of a build, for ever",
	.tick_ms = 60,
	.start = build_start,
	.tick = build_tick,
	.key = show_key,
};

/* noisy: every cell of the screen in new colours, a thousand times a second if
 * the reader can take it */

static void noisy_start(struct demo *d)
{
	demo_print(d, "\033[?1049h\033[?25l");
}

static void noisy_tick(struct demo *d)
{
	if (d->stopped)
		return;
	demo_print(d, "\033[?2026h\033[H\033[0;7m frame %-10llu %ux%u  q ends, space stops "
		      "\033[K\033[0m",
		   (unsigned long long)d->ticks, d->cols, d->rows);
	for (int y = 2; y <= d->rows; y++) {
		demo_print(d, "\033[%d;1H", y);
		for (int x = 0; x < d->cols; x++) {
			if (x % 8 == 0)
				demo_print(d, "\033[38;5;%um", 16 + demo_random(d, 216));
			demo_print(d, "%c", 33 + (int)demo_random(d, 94));
		}
	}
	demo_print(d, "\033[?2026l");
}

const struct demo_script demo_noisy = {
	.name = "noisy",
	.help = "redraws the whole screen as fast as it is read",
	.tick_ms = 1,
	.start = noisy_start,
	.tick = noisy_tick,
	.key = show_key,
};

/* matrix: each column's drop is where ticks and the column's own speed put it,
 * so there is no state to resize */

static void matrix_drop(struct demo *d, unsigned x)
{
	uint32_t h = (x + 1) * 2654435761U;
	unsigned speed = 1 + h % 3, period = d->rows + 6 + h / 7 % 20;
	unsigned y = (unsigned)(d->ticks * speed / 2 + h % 97) % period;
	static const char *const glyphs[] = { "ｱ", "ｶ", "ｻ", "ﾀ", "ﾅ", "ﾊ", "ﾏ", "ﾔ", "ﾗ", "ﾜ",
					      "0", "1", "7", "Z", ":", "=" };

	if (y < d->rows)
		demo_print(d, "\033[%u;%uH\033[1;97m%s", y + 1, x + 1, glyphs[demo_random(d, 16)]);
	if (y > 1 && y - 2 < d->rows)
		demo_print(d, "\033[%u;%uH\033[0;32m%s", y - 1, x + 1, glyphs[demo_random(d, 16)]);
	if (y > 8 && y - 9 < d->rows)
		demo_print(d, "\033[%u;%uH\033[0m ", y - 8, x + 1);
}

static void matrix_start(struct demo *d)
{
	demo_print(d, "\033[?1049h\033[?25l\033[2J");
}

static void matrix_tick(struct demo *d)
{
	if (d->stopped)
		return;
	for (unsigned x = 0; x < d->cols; x += 2)
		matrix_drop(d, x);
}

const struct demo_script demo_matrix = {
	.name = "matrix",
	.help = "falling letters",
	.tick_ms = 80,
	.start = matrix_start,
	.tick = matrix_tick,
	.key = show_key,
	.resized = matrix_start,
};
