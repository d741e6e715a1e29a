/* struct check_sys: the system itself, where it is not a file. */
#include "engine/check/probe.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"

static int sys_open_device(const char *path)
{
	return open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

static int sys_groups(gid_t *list, int max)
{
	int n = getgroups(max - 1, list);

	if (n < 0)
		n = 0;
	list[n++] = getegid();
	return n;
}

static int sys_group(gid_t gid, char *out, size_t cap)
{
	struct passwd *me = getpwuid(getuid());
	char name[64] = "";
	gid_t primary = (gid_t)-1;
	struct group *g;

	if (me) {
		snprintf(name, sizeof(name), "%s", me->pw_name);
		primary = me->pw_gid;
	}
	g = getgrgid(gid);
	if (!g)
		return -1;
	snprintf(out, cap, "%s", g->gr_name);
	if (primary == gid)
		return 1;
	for (char **m = g->gr_mem; *m; m++)
		if (!strcmp(*m, name))
			return 1;
	return 0;
}

static void sys_user(char *out, size_t cap)
{
	struct passwd *me = getpwuid(getuid());

	if (me)
		snprintf(out, cap, "%s", me->pw_name);
	else
		snprintf(out, cap, "%u", (unsigned)getuid());
}

static int sys_resolve(const char *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int e = getaddrinfo(name, "443", &hints, &list);

	if (!e)
		freeaddrinfo(list);
	return e;
}

static time_t sys_now(void)
{
	return time(NULL);
}

/* A datagram socket that is connected asks the kernel for its route; nothing is sent. */
static int sys_route(const char *to, char *from, size_t cap)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(53) };
	bool six = inet_pton(AF_INET, to, &v4.sin_addr) != 1;
	struct sockaddr *at = six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	socklen_t len = six ? sizeof(v6) : sizeof(v4);
	AUTO_CLOSE int fd = socket(at->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (six && inet_pton(AF_INET6, to, &v6.sin6_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	if (fd < 0 || connect(fd, at, len) < 0 || getsockname(fd, at, &len) < 0)
		return -1;
	return inet_ntop(at->sa_family, six ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr, from,
			 (socklen_t)cap) ? 0 : -1;
}

static int sys_clock(long *error_us)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);

	*error_us = t.maxerror;
	return state;
}

static int sys_limit(int what, struct rlimit *out)
{
	return getrlimit((__rlimit_resource_t)what, out);
}

static int sys_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 ? (int)sysconf(_SC_NPROCESSORS_ONLN) :
							     CPU_COUNT(&set);
}

/* On two files without a name, so that nothing is left whatever happens. */
static int sys_reflink(const char *dir)
{
	AUTO_CLOSE int from = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	AUTO_CLOSE int to = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char block[4096] = "vmdeck";

	if (from < 0 || to < 0 || write(from, block, sizeof(block)) != sizeof(block))
		return errno;
	return ioctl(to, FICLONE, from) < 0 ? errno : 0;
}

/* Its lock is free, and its record says that it runs: its owner died. */
static bool is_abandoned(int dir, const char *name)
{
	AUTO_CLOSE int at = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_CLOSE int lock = at < 0 ? -1 : openat(at, "owner.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct error err;
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	const char *state;

	if (lock < 0 || flock(lock, LOCK_SH | LOCK_NB) < 0)
		return false;
	text = file_read(at, "session.json", 1 << 20, NULL, &err);
	j = text ? json_parse("session.json", text, strlen(text), false, &err) : NULL;
	state = j ? cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(j, "state")) : NULL;
	return !state || (strcmp(state, "ended") != 0 && strcmp(state, "failed") != 0);
}

static int sys_abandoned(const char *state)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof(path), "%.4000s/sessions", state);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -1;
	while ((e = readdir(dir)))
		n += *e->d_name != '.' && is_abandoned(dirfd(dir), e->d_name);
	closedir(dir);
	return n;
}

static int sys_self(char *out, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", out, cap - 1);

	out[n < 0 ? 0 : n] = '\0';
	return n < 0 ? -1 : 0;
}

const struct check_sys check_sys_host = {
	.open_device = sys_open_device,
	.uid = geteuid,
	.groups = sys_groups,
	.group = sys_group,
	.user = sys_user,
	.statvfs = statvfs,
	.uname = uname,
	.resolve = sys_resolve,
	.trial = trial_run,
	.engine = trial_engine,
	.guards = trial_guards,
	.now = sys_now,
	.dns = dns_ask,
	.tls = tls_handshakes,
	.portal = portal_look,
	.route = sys_route,
	.clock_state = sys_clock,
	.limit = sys_limit,
	.cpus = sys_cpus,
	.statfs = statfs,
	.reflink = sys_reflink,
	.abandoned = sys_abandoned,
	.self = sys_self,
};
