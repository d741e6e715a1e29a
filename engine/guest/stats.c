#include "engine/guest/stats.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

static uint64_t mem_available(void)
{
	char line[128];
	unsigned long long kib = 0;
	FILE *f = fopen("/proc/meminfo", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * 1024;
}

/* The first line of /proc/stat, in ticks: user nice system idle iowait irq
 * softirq steal; idle and iowait are not busy. */
static uint64_t cpu_busy_ms(void)
{
	unsigned long long t[8] = { 0 };
	FILE *f = fopen("/proc/stat", "re");

	if (!f)
		return 0;
	int n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2],
		       &t[3], &t[4], &t[5], &t[6], &t[7]);
	fclose(f);
	if (n != 8)
		return 0;
	return (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) * 1000 /
	       (unsigned long long)sysconf(_SC_CLK_TCK);
}

void stats_take(struct control_stats *s)
{
	struct sysinfo i = { 0 };
	struct statvfs v = { 0 };
	struct timespec t = { 0 };

	sysinfo(&i);
	statvfs("/", &v);
	clock_gettime(CLOCK_BOOTTIME, &t);
	*s = (struct control_stats){
		.uptime_ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000,
		.mem_total = (uint64_t)i.totalram * i.mem_unit,
		.mem_available = mem_available(),
		.disk_total = (uint64_t)v.f_blocks * v.f_frsize,
		.disk_free = (uint64_t)v.f_bavail * v.f_frsize,
		.cpu_busy_ms = cpu_busy_ms(),
		.load_100 = (uint32_t)(i.loads[0] * 100 >> SI_LOAD_SHIFT),
		.processes = i.procs,
		.cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
	};
}
