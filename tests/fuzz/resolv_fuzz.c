/* Any bytes as a resolv.conf, which may be a guest image's, and as os-release. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "engine/check/distro.h"
#include "engine/check/resolv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct resolv r;
	char list[600], pretty[64];

	resolv_parse(&r, (const char *)data, n);
	assert(r.n <= RESOLV_SERVERS && r.n_loopback <= r.n);
	resolv_list(&r, list, sizeof(list));
	for (const char *p = list; *p; p++)
		assert((unsigned char)*p >= 32 && *p != 127);
	assert(distro_parse((const char *)data, n, pretty, sizeof(pretty)) < DISTRO_COUNT);
	assert(strlen(pretty) < sizeof(pretty));
	return 0;
}
