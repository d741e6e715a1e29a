/*
 * A guest's console bytes into the transcript, in pieces whose size the first
 * byte says: what comes out has no control but the line end, and no code point
 * off the whitelist.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/supervisor/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int fd)
{
	static char out[1 << 17];
	ssize_t n = pread(fd, out, sizeof(out), 0);

	for (ssize_t i = 0; i < n;) {
		uint32_t cp;

		i += (ssize_t)utf8_decode(out + i, (size_t)(n - i), &cp);
		if (cp != '\n' && !text_allowed(cp))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log log = { .fd = memfd_create("log", MFD_CLOEXEC), .name = "log", .cap = 1 << 20 };
	struct transcript t;
	size_t piece = size ? data[0] % 32 + 1u : 1;

	transcript_init(&t, &log);
	for (size_t i = 1; i < size; i += piece)
		transcript_add(&t, data + i, size - i < piece ? size - i : piece, i / 64);
	check(log.fd);
	close(log.fd);
	return 0;
}
