#include "tui/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

static const char *slurp(const char *path, char *buf, size_t cap)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, cap - 1);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

/* proc(5): user nice system idle iowait irq softirq steal */
static void look_cpu(struct host *h)
{
	char buf[512];
	unsigned long long v[8] = { 0 }, all = 0, idle;

	slurp("/proc/stat", buf, sizeof(buf));
	if (sscanf(buf, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2], &v[3],
		   &v[4], &v[5], &v[6], &v[7]) < 4)
		return;
	for (int i = 0; i < 8; i++)
		all += v[i];
	idle = v[3] + v[4];
	h->cpu = -1;
	if (h->all_before && all > h->all_before)
		h->cpu = (int)(100 * (all - idle - h->busy_before) / (all - h->all_before));
	h->busy_before = all - idle;
	h->all_before = all;
}

static uint64_t field(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) * 1024 : 0;
}

void host_look(struct host *h)
{
	char buf[2048];
	uint64_t available;

	look_cpu(h);
	slurp("/proc/meminfo", buf, sizeof(buf));
	h->total = field(buf, "MemTotal:");
	available = field(buf, "MemAvailable:");
	h->used = h->total > available ? h->total - available : 0;
}
