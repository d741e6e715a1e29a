#include "engine/base/text.h"

#include <stdio.h>
#include <string.h>

bool text_allowed(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return false;
	if (cp < 0x300)
		return cp != 0xad; /* soft hyphen */
	if (cp == 0x34f || cp == 0x61c || (cp >= 0x115f && cp <= 0x1160) ||
	    (cp >= 0x17b4 && cp <= 0x17b5) || (cp >= 0x180b && cp <= 0x180f))
		return false;
	if (cp >= 0x200b && cp <= 0x200f)
		return cp == 0x200d;
	if ((cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f))
		return false;
	if (cp == 0x3164 || cp == 0xfeff || cp == 0xffa0)
		return false;
	if (cp >= 0xd800 && cp <= 0xf8ff) /* surrogates, private use */
		return false;
	if (cp >= 0xfdd0 && cp <= 0xfdef)
		return false;
	if (cp >= 0xfff0 && cp <= 0xfffb)
		return false;
	if ((cp & 0xfffe) == 0xfffe)
		return false;
	if ((cp >= 0x1bca0 && cp <= 0x1bca3) || (cp >= 0x1d173 && cp <= 0x1d17a))
		return false;
	return cp < 0xe0000; /* tags, variation supplement, private planes, beyond Unicode */
}

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t c = p[0], min;
	size_t len;

	*cp = 0xfffd;
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0)
		len = 2, c &= 0x1f, min = 0x80;
	else if (c >= 0xe0 && c < 0xf0)
		len = 3, c &= 0x0f, min = 0x800;
	else if (c >= 0xf0 && c < 0xf5)
		len = 4, c &= 0x07, min = 0x10000;
	else
		return 1;
	for (size_t i = 1; i < len; i++) {
		if (i >= n || (p[i] & 0xc0) != 0x80)
			return i;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c >= min && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff))
		*cp = c;
	return len;
}

size_t utf8_encode(uint32_t cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

size_t text_clean(char *out, size_t cap, const char *src, size_t n, bool lines)
{
	size_t len = 0;

	while (n && cap) {
		char enc[4];
		uint32_t cp;
		size_t used = utf8_decode(src, n, &cp), m;

		if (cp == '\t')
			cp = ' ';
		if (!text_allowed(cp) && !(lines && cp == '\n'))
			cp = 0xfffd;
		m = utf8_encode(cp, enc);
		if (len + m >= cap)
			break;
		memcpy(out + len, enc, m);
		len += m;
		src += used;
		n -= used;
	}
	if (cap)
		out[len] = '\0';
	return len;
}

const char *text_clean_str(char *out, size_t cap, const char *src)
{
	text_clean(out, cap, src, strlen(src), false);
	return out;
}

/* Levenshtein's distance; words longer than 31 bytes count as far apart. */
static int distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	int row[32];

	if (n > 31 || m > 31)
		return 99;
	for (size_t j = 0; j <= m; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int diag = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int best = diag + (a[i - 1] != b[j - 1]);

			diag = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

const char *text_nearest(const char *word, const char *const *list)
{
	const char *best = NULL;
	int best_d = 99;

	for (; *list; list++) {
		int d = distance(word, *list);

		if (d < best_d && d <= (int)(strlen(*list) + 2) / 3 + 1) {
			best_d = d;
			best = *list;
		}
	}
	return best;
}

void text_duration(char *out, size_t cap, uint64_t s)
{
	unsigned long long t = s;

	if (t < 60)
		snprintf(out, cap, "%llus", t);
	else if (t < 3600)
		snprintf(out, cap, "%llum", t / 60);
	else if (t < 86400)
		snprintf(out, cap, "%lluh %02llum", t / 3600, t / 60 % 60);
	else
		snprintf(out, cap, "%llud %lluh", t / 86400, t / 3600 % 24);
}

void text_size(char *out, size_t cap, uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	double v = (double)bytes;
	int u = 0;

	while (v >= 1000 && units[u + 1]) {
		v /= 1024;
		u++;
	}
	snprintf(out, cap, u && v < 10 ? "%.1f%c" : "%.0f%c", v, units[u]);
}
