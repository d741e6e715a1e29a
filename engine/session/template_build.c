#include "engine/session/template_build.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/session/template.h"

/*
 * A lock's length is 2 + phase + 8 * (seconds since EPOCH): some 10^9, while places
 * are spread over 2^60, so that two do not meet. A claim of which nothing was told yet
 * is 1 long. Phases only grow, and so do locks: a longer one on the same descriptor
 * takes the place of the shorter.
 */
enum { EPOCH = 1700000000, STEP = 8 };

const char *const template_phase_names[] = {
	[TEMPLATE_BOOTING] = "booting",
	[TEMPLATE_REHEARSING] = "rehearsing",
	[TEMPLATE_SAVING] = "saving",
	[TEMPLATE_WRITING] = "writing",
};
static_assert(sizeof(template_phase_names) / sizeof(template_phase_names[0]) == TEMPLATE_PHASES,
	      "a name for each phase");
static_assert((int)TEMPLATE_PHASES < STEP, "phases fit");

void template_build_tell(int claim, const char *key, enum template_phase phase, int64_t began)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = template_place(key),
			   .l_len = 2 + phase + STEP * (began - EPOCH) };

	(void)fcntl(claim, F_OFD_SETLK, &l); /* at worst nobody sees it */
}

/* The kernel names any one lock of a range: then those before and after it. */
static size_t scan(int fd, off_t from, off_t to, struct template_build *out, size_t max)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = from, .l_len = to - from };
	struct template_build b;
	size_t n;

	if (!max || from >= to || fcntl(fd, F_OFD_GETLK, &l) < 0 || l.l_type == F_UNLCK || l.l_len < 1)
		return 0;
	n = scan(fd, from, l.l_start, out, max);
	b = (struct template_build){ .phase = (enum template_phase)((l.l_len - 2) % STEP),
				     .began = (l.l_len - 2) / STEP + EPOCH };
	snprintf(b.key, sizeof(b.key), "%015llx", (unsigned long long)l.l_start);
	if (l.l_len >= 2 && b.phase < TEMPLATE_PHASES && n < max)
		out[n++] = b;
	return n + scan(fd, l.l_start + l.l_len, to, out + n, max - n);
}

size_t template_builds(const struct paths *p, struct template_build *out, size_t max)
{
	struct error ignored;
	AUTO_CLOSE int templates = template_dir_open(p, &ignored);
	AUTO_CLOSE int fd = templates < 0 ? -1 : openat(templates, "making", O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? 0 : scan(fd, 0, (off_t)1 << 61, out, max);
}
