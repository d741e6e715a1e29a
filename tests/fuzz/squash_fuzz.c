/*
 * Any bytes as a squashfs: what comes out keeps to its caps, and names are names.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/squash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
const char *__asan_default_options(void);

/* As in the child in which it runs, memory has an end: the library then says so. */
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=256";
}

struct seen {
	int entries;
	uint64_t bytes;
};

static int visit(void *arg, const struct entry *e, struct error *err)
{
	struct seen *s = arg;
	const void *data;
	uint64_t at, last = 0;
	size_t len;

	assert(e->path[0] != '/' && !strstr(e->path, "/../") && strncmp(e->path, "../", 3) != 0);
	assert(e->n_xattrs <= ENTRY_XATTRS);
	while (e->next && s->bytes < 4 << 20 && e->next(e, &data, &len, &at, err) > 0) {
		assert(at >= last && at + len <= e->size);
		last = at + len;
		s->bytes += len;
	}
	return ++s->entries > 500 || s->bytes >= 4 << 20;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct seen s = { 0 };
	struct error err;

	AUTO_CLOSE int fd = memfd_create("squash", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	squash_walk(fd, visit, &s, &err);
	return 0;
}
