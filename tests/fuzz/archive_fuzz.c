/*
 * Any bytes as a tar archive and as a Debian package: names that come out
 * never lead upwards, and contents keep to their cap.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/archive.h"

enum {
	CAP = 64 * 1024,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void inside(const char *path)
{
	assert(path[0] != '/');
	for (const char *at = path; (at = strstr(at, "..")); at += 2)
		assert((at > path && at[-1] != '/') || (at[2] && at[2] != '/'));
}

static int visit(void *arg, const struct entry *f, struct error *err)
{
	AUTO_FREE void *data = NULL;
	size_t len;

	inside(f->path);
	if (f->hardlink)
		inside(f->link);
	if (archive_content(f, CAP, &data, &len, err) == 0)
		assert(len <= CAP);
	return ++*(int *)arg > 100;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct error err;
	int entries = 0;
	AUTO_FREE void *out = NULL;
	size_t len;

	AUTO_CLOSE int fd = memfd_create("archive", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	lseek(fd, 0, SEEK_SET);
	archive_walk(fd, visit, &entries, &err);
	lseek(fd, 0, SEEK_SET);
	archive_walk_deb(fd, visit, &entries, &err);
	archive_expand(data, n, CAP, &out, &len, &err);
	return 0;
}
