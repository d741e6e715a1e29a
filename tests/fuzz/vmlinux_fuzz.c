/*
 * Any bytes as a kernel's file: judged, and unpacked with a small cap.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/image/vmlinux.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct kernel_probe probe;
	struct error err = { 0 };
	void *out = NULL;
	size_t len = 0;

	kernel_probe_bytes(data, n, &probe);
	assert(kernel_format_name(probe.format) && kernel_format_name(probe.payload));
	assert(strlen(probe.release) < sizeof(probe.release));
	assert(!probe.pvh || probe.entry64);
	if (kernel_unpack(data, n, 1 << 20, &out, &len, &err) == 0) {
		assert(len <= 1 << 20);
		kernel_probe_bytes(out, len, &probe);
		assert(probe.format == KERNEL_ELF && probe.entry64);
		free(out);
	} else {
		assert(err.msg[0]);
	}
	return 0;
}
