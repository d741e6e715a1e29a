#include "tui/theme/color.h"

#include <stdlib.h>
#include <string.h>

#include "engine/vt/vt.h"

const char *const color_names[] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white",
	NULL,
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

uint32_t color_rgb(uint32_t color, uint32_t own)
{
	uint32_t i = color & 0xffffff;

	if ((color & VT_COLOR_KIND) == VT_COLOR_RGB)
		return i;
	if ((color & VT_COLOR_KIND) != VT_COLOR_INDEX)
		return own;
	return vt_index_rgb((uint8_t)i);
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

/* By the eye's weights, roughly. */
static long distance(uint32_t a, uint32_t b)
{
	long red = channel(a, 16) - channel(b, 16);
	long green = channel(a, 8) - channel(b, 8);
	long blue = channel(a, 0) - channel(b, 0);

	return 3 * red * red + 6 * green * green + blue * blue;
}

int color_nearest(uint32_t rgb, int n)
{
	int best = 0;

	for (int i = 1; i < n; i++)
		if (distance(rgb, vt_index_rgb((uint8_t)i)) < distance(rgb, vt_index_rgb((uint8_t)best)))
			best = i;
	return best;
}

uint32_t color_basic(uint32_t color)
{
	return color_is_basic(color) ? color
				     : VT_COLOR_INDEX | (uint32_t)color_nearest(color_rgb(color, 0), 16);
}

/* Of 0..5 for a channel: the cube's levels are 0, 95, 135 ... 255. */
static unsigned cube_step(long v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (unsigned)(v - 35) / 40;
}

int color_256(uint32_t rgb)
{
	long r = channel(rgb, 16), g = channel(rgb, 8), b = channel(rgb, 0), mean = (r + g + b) / 3;
	unsigned cube = 16 + 36 * cube_step(r) + 6 * cube_step(g) + cube_step(b);
	unsigned grey = 232 + (mean > 238 ? 23 : mean < 8 ? 0 : (unsigned)(mean - 3) / 10);
	bool greyer = distance(rgb, vt_index_rgb((uint8_t)grey)) < distance(rgb, vt_index_rgb((uint8_t)cube));

	return (int)(greyer ? grey : cube);
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
