#include "engine/session/admission.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum { TEXT = 64 << 10 };

#define MEASURED "measured"

static char *text_of(const char *path)
{
	struct error ignored;

	return file_read(AT_FDCWD, path, TEXT, NULL, &ignored);
}

static uint64_t number_after(const char *text, const char *key)
{
	const char *at = text ? strstr(text, key) : NULL;

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

uint64_t admission_pss_kib(int pid)
{
	char path[64];
	AUTO_FREE char *text = NULL;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	text = text_of(path);
	return number_after(text, "\nPss:");
}

/* What a control group may still take; UINT64_MAX when it has no limit. */
static uint64_t group_kib(const char *group)
{
	char path[PATH_MAX];
	AUTO_FREE char *max = NULL;
	AUTO_FREE char *now = NULL;
	uint64_t limit, used;

	snprintf(path, sizeof(path), "/sys/fs/cgroup%.3000s/memory.max", group);
	max = text_of(path);
	snprintf(path, sizeof(path), "/sys/fs/cgroup%.3000s/memory.current", group);
	now = text_of(path);
	if (!max || !now || max[0] < '0' || max[0] > '9')
		return UINT64_MAX;
	limit = strtoull(max, NULL, 10);
	used = strtoull(now, NULL, 10);
	return limit > used ? (limit - used) >> 10 : 0;
}

/* The tightest of those that we are in, by cgroup v2. */
static uint64_t groups_kib(void)
{
	AUTO_FREE char *text = text_of("/proc/self/cgroup");
	char *at = text ? strstr(text, "0::/") : NULL;
	uint64_t least = UINT64_MAX;

	if (!at)
		return least;
	at += 3;
	at[strcspn(at, "\n")] = '\0';
	for (char *cut; *at; *cut = '\0') {
		uint64_t kib = group_kib(at);

		least = kib < least ? kib : least;
		cut = strrchr(at, '/');
	}
	return least;
}

/* Free memory as admission counts it, before what sessions may grow by. */
static uint64_t memory_free_kib(void)
{
	AUTO_FREE char *text = text_of("/proc/meminfo");
	uint64_t host = number_after(text, "\nMemAvailable:"), groups = groups_kib();

	return host < groups ? host : groups;
}

uint64_t admission_own_kib(int pid)
{
	char path[64];
	AUTO_FREE char *text = NULL;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	text = text_of(path);
	return number_after(text, "\nRssAnon:") + number_after(text, "\nRssShmem:");
}

/* What it takes at once; *grow: what may come on top of it. */
static uint64_t project(const struct admission *a, uint64_t *grow)
{
	uint64_t whole = (uint64_t)a->memory_mib << 10;
	uint64_t now = a->measured_kib && a->measured_kib < whole ? a->measured_kib : whole;

	*grow = ((uint64_t)a->memory_mib << 10) * a->growth / 100;
	if (now + *grow > whole)
		*grow = whole - now;
	return now;
}

uint64_t admission_projected_kib(const struct admission *a)
{
	uint64_t grow, now = project(a, &grow);

	return now + grow;
}

static int ask_memory(const struct admission *a, const struct promises *others, struct error *err)
{
	uint64_t grow, now = project(a, &grow);
	uint64_t reserve = (uint64_t)ADMISSION_RESERVE_MIB << 10, free = memory_free_kib();

	if (now + grow + others->memory_kib + reserve <= free)
		return 0;
	error_set(err, ENOMEM,
		  "not enough memory: it takes %llu MiB%s and may grow by %llu; %llu are free, of which "
		  "%u running sessions may still take %llu and the host keeps %d",
		  (unsigned long long)now >> 10, a->measured_kib ? "" : " (not measured yet)",
		  (unsigned long long)grow >> 10, (unsigned long long)free >> 10, others->n,
		  (unsigned long long)others->memory_kib >> 10, ADMISSION_RESERVE_MIB);
	error_hint(err, "end a session (vmdeck ls), or give the agent less \"memory\"; --force launches it "
			"all the same");
	return -1;
}

static int ask_disk(const struct promises *others, const struct paths *p, struct error *err)
{
	struct statvfs st;
	unsigned long long free, promised = others->disk_kib >> 10;

	if (statvfs(p->state, &st) < 0)
		return 0; /* not there yet: making it will tell */
	free = (unsigned long long)st.f_bavail * st.f_frsize >> 20;
	if (free >= ADMISSION_DISK_MIB + promised + ADMISSION_RESERVE_MIB)
		return 0;
	error_set(err, ENOSPC,
		  "not enough disk: it takes %d MiB; %llu are free in %.200s, of which %u running sessions "
		  "may still take %llu and the host keeps %d",
		  ADMISSION_DISK_MIB, free, p->state, others->n, promised, ADMISSION_RESERVE_MIB);
	error_hint(err, "free some space: vmdeck gc removes what is not used; --force launches it all the same");
	return -1;
}

int admission_ask(const struct admission *a, const struct promises *others, const struct paths *p,
		  struct error *err)
{
	return ask_memory(a, others, err) < 0 ? -1 : ask_disk(others, p, err);
}

uint64_t admission_measured(int template)
{
	struct error ignored;
	AUTO_FREE char *text = template < 0 ? NULL : file_read(template, MEASURED, 32, NULL, &ignored);

	return text ? strtoull(text, NULL, 10) : 0;
}

void admission_measure(int template, uint64_t kib)
{
	char text[32];
	struct error ignored;
	int n = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)kib);

	if (template >= 0 && kib && kib > admission_measured(template))
		file_write(template, MEASURED, text, (size_t)n, 0600, &ignored);
}
