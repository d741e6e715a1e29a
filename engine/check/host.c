#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "engine/base/own.h"

/*
 * Files. With a root that stands for "/", an absolute link inside it must lead
 * inside it too: openat2's RESOLVE_IN_ROOT does that. On the real machine the
 * plain call is used, which old kernels and container filters know.
 */
int host_open(const struct check_host *h, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC),
				.resolve = RESOLVE_IN_ROOT };
	AUTO_CLOSE int root = -1;

	if (!h->root || !*h->root)
		return open(path, flags | O_CLOEXEC);
	root = open(h->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

int host_stat(const struct check_host *h, const char *path, struct stat *out)
{
	AUTO_CLOSE int fd = host_open(h, path, O_PATH);

	return fd < 0 ? -1 : fstat(fd, out);
}

ssize_t host_readlink(const struct check_host *h, const char *path, char *out, size_t cap)
{
	AUTO_CLOSE int fd = host_open(h, path, O_PATH | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", out, cap - 1);

	out[n < 0 ? 0 : n] = '\0';
	return n;
}

ssize_t host_read(const struct check_host *h, const char *path, char *out, size_t cap)
{
	AUTO_CLOSE int fd = host_open(h, path, O_RDONLY | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = 0;

	out[0] = '\0';
	if (fd < 0)
		return -1;
	while (len + 1 < cap && (n = read(fd, out + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	return n < 0 && !len ? -1 : (ssize_t)len;
}

bool host_line(const struct check_host *h, const char *path, char *out, size_t cap)
{
	if (host_read(h, path, out, cap) < 0)
		return false;
	out[strcspn(out, "\n")] = '\0';
	return true;
}

bool host_exists(const struct check_host *h, const char *path)
{
	struct stat st;

	return host_stat(h, path, &st) == 0;
}

const char *host_env(const struct check_host *h, const char *name)
{
	const char *const *env = h->env ? h->env : (const char *const *)environ;
	size_t n = strlen(name);

	for (; *env; env++)
		if (!strncmp(*env, name, n) && (*env)[n] == '=')
			return (*env)[n + 1] ? *env + n + 1 : NULL;
	return NULL;
}

int host_find(const struct check_host *h, const char *program, char *out, size_t cap)
{
	const char *path = host_env(h, "PATH");
	struct stat st;

	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (*path) {
		size_t n = strcspn(path, ":");

		if (n && snprintf(out, cap, "%.*s/%s", (int)n, path, program) < (int)cap &&
		    stat(out, &st) == 0 && S_ISREG(st.st_mode) && access(out, X_OK) == 0)
			return 0;
		path += n + (path[n] == ':');
	}
	return -1;
}

void host_terminal(struct check_host *h)
{
	struct winsize w = { 0 };

	h->tty = false;
	for (int fd = 0; fd < 3 && !h->tty; fd++)
		h->tty = isatty(fd) && ioctl(fd, TIOCGWINSZ, &w) == 0;
	h->cols = w.ws_col;
	h->rows = w.ws_row;
}

const struct check_sys *host_sys(const struct check_host *h)
{
	return h->sys ? h->sys : &check_sys_host;
}

const char *host_container(const struct check_host *h)
{
	static const char *const words[] = { "docker", "podman", "libpod", "kubepods", "lxc",
					     "containerd" };
	char text[4096];

	if (host_exists(h, "/run/.containerenv"))
		return "podman";
	if (host_exists(h, "/.dockerenv"))
		return "docker";
	if (host_read(h, "/proc/1/cgroup", text, sizeof(text)) > 0)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (strstr(text, words[i]))
				return words[i];
	if (host_line(h, "/run/systemd/container", text, sizeof(text)) && *text)
		return "systemd-nspawn or lxc";
	return NULL;
}

const char *plan_backend(const struct check_plan *p)
{
	return *p->backend ? p->backend : "qemu";
}

bool plan_networked(const struct check_plan *p)
{
	for (unsigned i = 0; i < p->n_images; i++)
		if (p->images[i].networked)
			return true;
	return p->n_hosts > 0;
}

bool plan_needs_kvm(const struct check_plan *p)
{
	return p->accel == VM_ACCEL_KVM || !strcmp(plan_backend(p), "firecracker") ||
	       !strcmp(plan_backend(p), "smolvm");
}

void record_weigh_kvm(const struct probe_ctx *ctx, struct check_record *r)
{
	if (plan_needs_kvm(ctx->plan))
		r->severity = CHECK_BLOCKER;
	else if (ctx->plan->accel == VM_ACCEL_TCG)
		r->severity = CHECK_ADVICE;
}

const struct kvm_probe *probe_kvm(const struct probe_ctx *ctx)
{
	const struct check_sys *sys = host_sys(ctx->host);

	if (!ctx->cache->kvm_asked) {
		kvm_probe(&ctx->cache->kvm, sys->kvm, sys->kvm_arg);
		ctx->cache->kvm_asked = true;
	}
	return &ctx->cache->kvm;
}
