/* Any bytes as a CA bundle out of a guest image. */
#include <assert.h>
#include <stdint.h>

#include "engine/check/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bundle b;
	struct error err;

	if (bundle_parse(&b, data, n, 1770000000, &err) == 0)
		assert(b.expired <= b.certs && b.early <= b.certs &&
		       b.certs + b.broken <= BUNDLE_CERTS_MAX);
	return 0;
}
