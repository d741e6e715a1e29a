/*
 * What the operator's terminal sends, in any pieces: whatever comes out is a key
 * that may be typed, and text in which a terminal's answer stood is never taken
 * for one. The first byte says how large the pieces are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"
#include "tui/terminal/background.h"
#include "tui/terminal/decoder.h"

static void on_key(void *owner, struct key k)
{
	char name[KEY_NAME_CAP];

	(void)owner;
	if (k.code < VT_KEY_NONE ? !text_allowed(k.code) : k.code > VT_KEY_LAST)
		abort();
	if (k.mods & ~(unsigned)(VT_SHIFT | VT_ALT | VT_CTRL))
		abort();
	key_name(k, name);
}

static void on_mouse(void *owner, const struct mouse *m)
{
	(void)owner;
	if (m->row < 0 || m->col < 0 || m->button < 0)
		abort();
}

static void on_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	(void)owner;
	(void)dropped;
	if (n > DECODER_PASTE_CAP || memmem(text, n, "\033[201~", 6))
		abort();
}

static void on_answer(void *owner, const char *osc, size_t n)
{
	(void)owner;
	if (n > DECODER_ANSWER_CAP || (osc && (memchr(osc, '\033', n) || memchr(osc, '\a', n))))
		abort();
	if (osc && background_read(osc, n) != BACKGROUND_NOTHING && (n < 7 || memcmp(osc, "11;", 3) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct decoder_events events = { on_key, on_mouse, on_paste, on_answer };
	struct decoder d;
	size_t piece;

	if (!size)
		return 0;
	piece = data[0] % 64 + 1u;
	data++;
	size--;
	decoder_init(&d, &events, NULL);
	while (size) {
		size_t n = size < piece ? size : piece;

		decoder_feed(&d, data, n);
		if (data[0] & 1 && decoder_waits(&d) && !decoder_deep(&d))
			decoder_silence(&d);
		data += n;
		size -= n;
	}
	if (decoder_waits(&d))
		decoder_silence(&d);
	decoder_done(&d);
	return 0;
}
