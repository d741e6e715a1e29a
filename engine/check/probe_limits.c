/* R03 to R05: limits of this process, processors, and what weakens isolation. */
#include "engine/check/probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FILES_BASE = 64, FILES_EACH = 16,
	PROCESSES_BASE = 32, PROCESSES_EACH = 12,
};

static unsigned sessions_of(const struct check_plan *p)
{
	return p->sessions ? p->sessions : 1;
}

static void fix_limit(struct check_record *r, const char *item, unsigned long long want)
{
	char line[160];

	snprintf(line, sizeof(line), "echo '* hard %s %llu' > /etc/security/limits.d/60-vmdeck.conf", item,
		 want);
	record_fix(r, FIX_ROOT | FIX_RELOGIN, ARGV("sh", "-c", line), "raise it for everybody");
	record_fix(r, 0, NULL, "under systemd, for a service: LimitNOFILE= and LimitNPROC= (or TasksMax=)");
}

void probe_r03(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct check_sys *sys = host_sys(ctx->host);
	unsigned n = sessions_of(ctx->plan);
	rlim_t files = FILES_BASE + (rlim_t)FILES_EACH * n;
	rlim_t processes = PROCESSES_BASE + (rlim_t)PROCESSES_EACH * n;
	struct rlimit nofile, nproc;

	if (sys->limit(RLIMIT_NOFILE, &nofile) < 0 || sys->limit(RLIMIT_NPROC, &nproc) < 0) {
		record_say(r, CHECK_UNKNOWN, "the limits cannot be read");
		return;
	}
	record_seen(r, "open files", "%lld soft, %lld hard", (long long)nofile.rlim_cur,
		    (long long)nofile.rlim_max);
	record_seen(r, "processes", "%lld soft, %lld hard", (long long)nproc.rlim_cur,
		    (long long)nproc.rlim_max);
	/* Root is not held to its number of processes. */
	if (sys->uid() == 0)
		nproc.rlim_max = RLIM_INFINITY;
	if (nofile.rlim_max < files) {
		record_say(r, CHECK_FAILED, "%llu open files at most; %u session%s may want %llu",
			   (unsigned long long)nofile.rlim_max, n, n == 1 ? "" : "s",
			   (unsigned long long)files);
		fix_limit(r, "nofile", 65536);
	} else if (nproc.rlim_max < processes) {
		record_say(r, CHECK_FAILED, "%llu processes at most; %u session%s may want %llu",
			   (unsigned long long)nproc.rlim_max, n, n == 1 ? "" : "s",
			   (unsigned long long)processes);
		fix_limit(r, "nproc", 4096);
	} else if (nofile.rlim_cur < files) {
		record_say(r, CHECK_WARN, "the soft limit of %llu open files is below the %llu that %u "
			   "session%s may want", (unsigned long long)nofile.rlim_cur,
			   (unsigned long long)files, n, n == 1 ? "" : "s");
		record_fix(r, 0, NULL, "in this shell: ulimit -n %llu", (unsigned long long)nofile.rlim_max);
	} else {
		record_say(r, CHECK_OK, "room for %u session%s", n, n == 1 ? "" : "s");
	}
}

static double pressure(const struct check_host *h)
{
	char text[256];
	const char *at;

	if (!host_line(h, "/proc/pressure/cpu", text, sizeof(text)))
		return -1;
	at = strstr(text, "avg60=");
	return at ? strtod(at + 6, NULL) : -1;
}

void probe_r04(const struct probe_ctx *ctx, struct check_record *r)
{
	int have = host_sys(ctx->host)->cpus();
	unsigned want = ctx->plan->cpus ? ctx->plan->cpus : 1;
	double busy = pressure(ctx->host);

	record_seen(r, "processors for this process", "%d", have);
	record_seen(r, "virtual processors to start", "%u", want);
	if (busy >= 0)
		record_seen(r, "waiting for a processor, of the last minute", "%.0f %%", busy);
	if (busy >= 50) {
		record_say(r, CHECK_WARN, "this host is short of processors: work waited %.0f %% of the "
			   "last minute", busy);
		record_fix(r, 0, ARGV("vmdeck", "ls"), "see what runs; stop what is not needed");
	} else if (have > 0 && want > 4 * (unsigned)have) {
		record_say(r, CHECK_WARN, "%u virtual processors on %d", want, have);
		record_fix(r, 0, NULL, "start fewer at once, or lower \"cpus\" in the agents' entries");
	} else {
		record_say(r, CHECK_OK, "%u virtual on %d", want, have);
	}
}

/* --- R05 --- */

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static unsigned vulnerable(const struct check_host *h, struct check_record *r)
{
	int fd = host_open(h, "/sys/devices/system/cpu/vulnerabilities", O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	unsigned n = 0;
	char names[16][48];

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (e = readdir(dir)) && n < 16) {
		char path[400], text[160];

		snprintf(path, sizeof(path), "/sys/devices/system/cpu/vulnerabilities/%s", e->d_name);
		if (*e->d_name == '.' || !host_line(h, path, text, sizeof(text)) ||
		    strncmp(text, "Vulnerable", 10) != 0)
			continue;
		snprintf(names[n++], sizeof(names[0]), "%.47s", e->d_name);
	}
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	for (unsigned i = 0; i < n; i++)
		record_seen(r, names[i], "vulnerable");
	return n;
}

static bool swaps(const struct check_host *h)
{
	char text[1024];
	const char *nl;

	return host_read(h, "/proc/swaps", text, sizeof(text)) > 0 && (nl = strchr(text, '\n')) && nl[1];
}

void probe_r05(const struct probe_ctx *ctx, struct check_record *r)
{
	char ksm[16] = "0", smt[32] = "";
	unsigned weak = 0, n;

	host_line(ctx->host, "/sys/kernel/mm/ksm/run", ksm, sizeof(ksm));
	host_line(ctx->host, "/sys/devices/system/cpu/smt/active", smt, sizeof(smt));
	if (*ksm == '1') {
		record_seen(r, "memory merging (KSM)", "on");
		record_fix(r, FIX_ROOT, ARGV("sh", "-c", "echo 2 > /sys/kernel/mm/ksm/run"),
			   "turn memory merging off: by it one guest can learn what another holds");
		weak++;
	}
	if (swaps(ctx->host)) {
		record_seen(r, "swap", "on");
		record_fix(r, FIX_ROOT, ARGV("swapoff", "-a"),
			   "turn swap off, or encrypt it: guests' memory may come to lie on the disk");
		weak++;
	}
	n = vulnerable(ctx->host, r);
	if (n) {
		record_fix(r, FIX_REBOOT, NULL,
			   "update kernel and firmware; mitigations=auto on the kernel's command line");
		weak++;
	}
	if (*smt == '1') {
		record_seen(r, "hyper-threading", "on");
		record_fix(r, FIX_REBOOT, NULL, "for the strictest isolation: nosmt on the kernel's command line");
	}
	if (weak)
		record_say(r, CHECK_INFO, "%u thing%s weaken%s the isolation between guests", weak,
			   weak == 1 ? "" : "s", weak == 1 ? "s" : "");
	else
		record_say(r, CHECK_OK, "no memory merging, no swap, processor patched");
}
