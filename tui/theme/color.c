#include "tui/theme/color.h"

#include <stdlib.h>
#include <string.h>

const char *const color_names[] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white",
	NULL,
};

/* xterm's 16: XTerm-col.ad. */
static const uint32_t ansi[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static bool parse_digits(const char *s, int base, unsigned long max, uint32_t *out)
{
	char *end;
	unsigned long v;

	if (strspn(s, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") != strlen(s) || !*s)
		return false;
	v = strtoul(s, &end, base);
	if (*end || v > max)
		return false;
	*out = (uint32_t)v;
	return true;
}

bool color_parse(const char *word, uint32_t *out)
{
	uint32_t v;

	if (strcmp(word, "default") == 0) {
		*out = VT_COLOR_DEFAULT;
		return true;
	}
	for (uint32_t i = 0; color_names[i]; i++) {
		if (strcmp(word, color_names[i]) == 0) {
			*out = VT_COLOR_INDEX | i;
			return true;
		}
	}
	if (word[0] == '#') {
		if (strlen(word) != 7 || !parse_digits(word + 1, 16, 0xffffff, &v))
			return false;
		*out = VT_COLOR_RGB | v;
		return true;
	}
	if (strlen(word) > 3 || !parse_digits(word, 10, 255, &v))
		return false;
	*out = VT_COLOR_INDEX | v;
	return true;
}

/* The cube's levels: 256colres.h of xterm. */
static uint32_t level(uint32_t n)
{
	return n ? 55 + 40 * n : 0;
}

uint32_t color_rgb(uint32_t color, uint32_t own)
{
	uint32_t i = color & 0xffffff;

	if ((color & VT_COLOR_KIND) == VT_COLOR_RGB)
		return i;
	if ((color & VT_COLOR_KIND) != VT_COLOR_INDEX)
		return own;
	i &= 0xff;
	if (i < 16)
		return ansi[i];
	if (i >= 232)
		return (8 + 10 * (i - 232)) * 0x010101;
	i -= 16;
	return level(i / 36) << 16 | level(i / 6 % 6) << 8 | level(i % 6);
}

bool color_is_basic(uint32_t color)
{
	return color == VT_COLOR_DEFAULT ||
	       ((color & VT_COLOR_KIND) == VT_COLOR_INDEX && (color & 0xffffff) < 16);
}

static long channel(uint32_t rgb, int shift)
{
	return rgb >> shift & 0xff;
}

uint32_t color_basic(uint32_t color)
{
	uint32_t rgb = color_rgb(color, 0), best = 0;
	long best_d = -1;

	if (color_is_basic(color))
		return color;
	for (uint32_t i = 0; i < 16; i++) {
		long r = channel(rgb, 16) - channel(ansi[i], 16);
		long g = channel(rgb, 8) - channel(ansi[i], 8);
		long b = channel(rgb, 0) - channel(ansi[i], 0);
		long d = 3 * r * r + 6 * g * g + b * b; /* the eye's weights, roughly */

		if (best_d < 0 || d < best_d) {
			best_d = d;
			best = i;
		}
	}
	return VT_COLOR_INDEX | best;
}

/* x to the power 2.4 for 0 < x <= 1, by Newton on y^5 = x^12: no libm for one
 * function. */
static double power_2_4(double x)
{
	double x2 = x * x, x4 = x2 * x2, target = x4 * x4 * x4, y = 1;

	for (int i = 0; i < 60; i++) {
		double y4 = y * y * y * y;
		double next = y - (y4 * y - target) / (5 * y4);

		if (next >= y) /* falls towards the root, then stands still */
			break;
		y = next;
	}
	return y;
}

static double linear(uint32_t rgb, int shift)
{
	double c = (double)channel(rgb, shift) / 255;

	return c <= 0.03928 ? c / 12.92 : power_2_4((c + 0.055) / 1.055);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb, 16) + 0.7152 * linear(rgb, 8) + 0.0722 * linear(rgb, 0);
}

double color_contrast(uint32_t a, uint32_t b)
{
	double la = luminance(a), lb = luminance(b);

	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
