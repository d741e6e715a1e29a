/*
 * Any stream through the redactor: however it is cut the same comes out, the
 * configured value never does, and what is held is bounded.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "engine/session/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char secret[] = "abXab-secret";

static void run(struct bytes *out, const uint8_t *data, size_t n, size_t piece)
{
	struct redact r;

	redact_init(&r);
	assert(redact_secret(&r, secret, sizeof(secret) - 1));
	bytes_init(out, 1 << 20);
	for (size_t i = 0; i < n; i += piece)
		assert(redact_feed(&r, data + i, n - i < piece ? n - i : piece, out) <= REDACT_HOLD);
	redact_flush(&r, out);
	assert(!r.held && !out->dropped);
	redact_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes one, cut;

	if (n > 16384)
		return 0;
	run(&one, data, n, n ? n : 1);
	run(&cut, data, n, n && data[0] % 4 ? data[0] % 16 + 1u : 1);
	assert(one.len == cut.len && !memcmp(bytes_front(&one), bytes_front(&cut), one.len));
	assert(!memmem(bytes_front(&one), one.len, secret, sizeof(secret) - 1));
	bytes_done(&one);
	bytes_done(&cut);
	return 0;
}
