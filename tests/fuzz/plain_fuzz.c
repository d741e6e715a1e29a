/* Any bytes as a log: lines within their cap, no C0 control in them, and the
 * same lines however the bytes are cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tui/plain.h"

struct sum {
	uint64_t hash, lines;
};

static void line(void *arg, const char *text, size_t n)
{
	struct sum *s = arg;

	if (n > PLAIN_LINE)
		abort();
	for (size_t i = 0; i < n; i++) {
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			abort();
		s->hash = (s->hash ^ (uint8_t)text[i]) * 0x100000001b3;
	}
	s->hash = (s->hash ^ 0x100) * 0x100000001b3;
	s->lines++;
}

static struct sum run(const uint8_t *data, size_t size, size_t step)
{
	static struct plain p;
	struct sum s = {0};

	plain_init(&p, line, &s);
	for (size_t i = 0; i < size; i += step)
		plain_add(&p, data + i, size - i < step ? size - i : step);
	plain_flush(&p);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = run(data, size, size ? size : 1);
	struct sum cut = run(data, size, size % 7 + 1);

	if (whole.hash != cut.hash || whole.lines != cut.lines)
		abort();
	return 0;
}
