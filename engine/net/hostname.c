#include "engine/net/hostname.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_label(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

/* "1", "0x7f", "0X7F": what inet_aton takes for a number. */
static bool is_number(const char *label)
{
	if (label[0] == '0' && label[1] == 'x')
		return strspn(label + 2, "0123456789abcdef") == strlen(label + 2);
	return strspn(label, "0123456789") == strlen(label);
}

static int wrong(size_t *at, size_t where)
{
	if (at)
		*at = where;
	return -1;
}

int hostname_read(char out[HOSTNAME_SIZE], const char *text, size_t n, size_t *at)
{
	size_t label = 0; /* where it starts */

	if (n > 1 && text[n - 1] == '.')
		n--;
	if (n == 0)
		return wrong(at, 0);
	if (n > HOSTNAME_MAX)
		return wrong(at, HOSTNAME_MAX);
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		out[i] = c;
		if (c == '.') {
			if (i == label || text[i - 1] == '-')
				return wrong(at, i);
			label = i + 1;
			continue;
		}
		if (!is_label(c) || i - label >= 63 || (c == '-' && i == label))
			return wrong(at, i);
	}
	out[n] = '\0';
	if (label == n || out[n - 1] == '-')
		return wrong(at, n - 1);
	return is_number(out + label) ? wrong(at, label) : 0;
}

bool hostname_below(const char *name, const char *parent)
{
	size_t n = strlen(name), p = strlen(parent);

	return n > p + 1 && name[n - p - 1] == '.' && !strcmp(name + n - p, parent);
}
