/* An agents.json as anybody may have written it: refused or read, and freed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/session/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("agents.json", MFD_CLOEXEC);
	struct manifest m;
	struct error err;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) != (ssize_t)size)
		abort();
	if (manifest_read(&m, path, &err) == 0)
		manifest_done(&m);
	else if (!err.msg[0])
		abort();
	close(fd);
	return 0;
}
