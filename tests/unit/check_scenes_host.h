/*
 * The broken hosts of check_probe_test.c and of the modal's pictures: how each is
 * arranged in a fixture, and what is to be said of it.
 */
#ifndef TESTS_CHECK_SCENES_HOST_H
#define TESTS_CHECK_SCENES_HOST_H

#include "tests/unit/check_fixture.h"

#include "engine/image/ext4.h"

#pragma GCC diagnostic ignored "-Wunused-function" /* not every program needs every host */

struct scenario {
	const char *name, *id;
	void (*arrange)(struct fixture *f);
	enum check_status status;
	enum check_severity severity;
	const char *summary; /* words in it */
	const char *fix;     /* words in one of the fixes; NULL: there is none */
};

/* A real path below the fixture's root; `out` may be a part of it. */
static void place(const struct fixture *f, const char *name, char *out, size_t cap)
{
	char root[sizeof(f->root)];

	memcpy(root, f->root, sizeof(root));
	snprintf(out, cap, "%s/%s", root, name);
}

static void intel(struct fixture *f)
{
	fixture_file(f, "/proc/cpuinfo", "vendor_id\t: GenuineIntel\n");
}

static void amd_arch(struct fixture *f)
{
	fixture_file(f, "/proc/cpuinfo", "vendor_id\t: AuthenticAMD\n");
	f->ctx.distro = DISTRO_ARCH;
}

static void upgraded(struct fixture *f)
{
	fixture_file(f, "/lib/modules/6.2.0/modules.dep", "");
}

static void docker(struct fixture *f)
{
	fixture_file(f, "/.dockerenv", "");
}

static void insist_kvm(struct fixture *f)
{
	intel(f);
	f->plan.accel = VM_ACCEL_KVM;
}

static void nixos(struct fixture *f)
{
	intel(f);
	f->ctx.distro = DISTRO_NIX;
}

static void impostor(struct fixture *f)
{
	fixture_file(f, "/dev/kvm", "");
}

static void node(struct fixture *f)
{
	if (!fixture_node(f, "/dev/kvm", 10, 232, 0660))
		f->lacks = true;
}

static void eacces(struct fixture *f)
{
	node(f);
	f->kvm_open = EACCES;
}

static void stale_group(struct fixture *f)
{
	eacces(f);
	f->in_process = 0;
}

static void not_in_group(struct fixture *f)
{
	stale_group(f);
	f->in_database = 0;
}

static void not_in_group_alpine(struct fixture *f)
{
	not_in_group(f);
	f->ctx.distro = DISTRO_ALPINE;
}

static void root_group(struct fixture *f)
{
	not_in_group(f);
	f->group = "root";
}

static void closed_mode(struct fixture *f)
{
	f->kvm_open = EACCES;
	if (!fixture_node(f, "/dev/kvm", 10, 232, 0600))
		f->lacks = true;
}

static void selinux(struct fixture *f)
{
	eacces(f);
	fixture_file(f, "/sys/fs/selinux/enforce", "1");
}

static void eperm(struct fixture *f)
{
	f->kvm_open = EPERM;
	fixture_file(f, "/run/.containerenv", "");
}

static void enodev(struct fixture *f)
{
	intel(f);
	f->kvm_open = ENODEV;
}

static void emfile(struct fixture *f)
{
	f->kvm_open = EMFILE;
}

static void old_api(struct fixture *f)
{
	f->kvm_api = 11;
}

static void vbox(struct fixture *f)
{
	f->kvm_vm = EBUSY;
	fixture_file(f, "/proc/modules",
		     "ext4 1 1 - Live 0x0\nvboxdrv 700416 2 vboxnetflt, Live 0x0 (OE)\n");
}

static void fail_entry(struct fixture *f)
{
	f->kvm_exit = KVM_EXIT_FAIL_ENTRY;
}

static void pvm(struct fixture *f)
{
	f->kvm_loop_us = 250000;
	fixture_file(f, "/sys/module/kvm_pvm/refcnt", "1");
}

static void pvm_firecracker(struct fixture *f)
{
	pvm(f);
	strcpy(f->plan.backend, "firecracker");
}

static void nothing(struct fixture *f)
{
	(void)f;
}

/* A QEMU of ours on the fixture's PATH. */
static void qemu(struct fixture *f, const char *version, const char *machines)
{
	static char path[128];
	char script[512];

	snprintf(script, sizeof(script),
		 "#!/bin/sh\ncase $1 in\n--version) echo 'QEMU emulator version %s (Debian)' ;;\n"
		 "-machine) printf 'Supported machines are:\\n%s' ;;\n"
		 "-accel) printf 'Accelerators supported in QEMU binary:\\ntcg\\nkvm\\n' ;;\nesac\n",
		 version, machines);
	fixture_bytes(f, "/bin/qemu-system-x86_64", script, strlen(script), 0755);
	snprintf(path, sizeof(path), "PATH=%s/bin:/bin:/usr/bin", f->root);
	fixture_env(f, path);
}

static void no_qemu(struct fixture *f)
{
	fixture_env(f, "PATH=/nonexistent");
}

static void no_qemu_fedora(struct fixture *f)
{
	no_qemu(f);
	f->ctx.distro = DISTRO_FEDORA;
}

static void old_qemu(struct fixture *f)
{
	qemu(f, "5.2.0", "microvm x\\n");
}

static void cut_qemu(struct fixture *f)
{
	qemu(f, "8.1.0", "pc     Standard PC\\nmicrovm2  x\\n");
}

static void good_qemu(struct fixture *f)
{
	qemu(f, "7.2.22", "pc     Standard PC\\nmicrovm   microvm (i386)\\n");
}

static void no_firecracker(struct fixture *f)
{
	no_qemu(f);
	strcpy(f->plan.backend, "firecracker");
}

static void userns(struct fixture *f, const char *sysctl, const char *value, enum trial_step step,
		   int code)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/%s", sysctl);
	if (*sysctl)
		fixture_file(f, path, value);
	f->trial = (struct trial){ .step = step, .code = code, .msg = "unshare" };
}

static void debian_clone(struct fixture *f)
{
	userns(f, "kernel/unprivileged_userns_clone", "0\n", TRIAL_USER, EPERM);
}

static void max_zero(struct fixture *f)
{
	userns(f, "user/max_user_namespaces", "0\n", TRIAL_USER, ENOSPC);
}

static void apparmor(struct fixture *f)
{
	userns(f, "kernel/apparmor_restrict_unprivileged_userns", "1\n", TRIAL_MAPS, EACCES);
}

static void container_userns(struct fixture *f)
{
	docker(f);
	userns(f, "", "", TRIAL_USER, EPERM);
}

static void no_tap(struct fixture *f)
{
	f->trial = (struct trial){ .step = TRIAL_NETWORK, .code = ENOENT,
				   .msg = "open /dev/net/tun: No such file or directory" };
}

static void root_without(struct fixture *f)
{
	f->trial = (struct trial){ .step = TRIAL_DONE, .userns_code = ENOSPC };
}

static void root_in_docker(struct fixture *f)
{
	docker(f);
	f->uid = 0;
	f->trial = (struct trial){ .step = TRIAL_SPACES, .code = EPERM, .userns_code = EPERM,
				   .msg = "unshare(CLONE_NEWNET | CLONE_NEWPID): Operation not permitted" };
}

static void guards_without_mounts(struct fixture *f)
{
	fixture_file(f, "/proc/sys/user/max_mnt_namespaces", "0\n");
	f->guards = (struct guards_trial){ .code = ENOSPC, .lacks = "no root of its own for the gateway, "
					   "no private root: No space left on device" };
}

static void guards_in_docker(struct fixture *f)
{
	docker(f);
	fixture_file(f, "/proc/sys/user/max_mnt_namespaces", "15000\n");
	f->guards = (struct guards_trial){ .code = EPERM, .lacks = "no root of its own for the gateway" };
}

static void guards_elsewhere(struct fixture *f)
{
	f->guards = (struct guards_trial){ .code = EXDEV, .lacks = "no private root: Invalid cross-device link" };
}

static void guards_refused(struct fixture *f)
{
	f->guards = (struct guards_trial){ .code = EACCES, .lacks = "no IPC namespace: Permission denied" };
}

static void no_tun(struct fixture *f)
{
	f->device = ENOENT;
}

static void tun_policy(struct fixture *f)
{
	docker(f);
	f->device = EPERM;
}

static void tun_denied(struct fixture *f)
{
	f->device = EACCES;
}

static void tun_denied_container(struct fixture *f)
{
	docker(f);
	f->device = EACCES;
}

static void stub(struct fixture *f)
{
	fixture_file(f, "/run/systemd/resolve/stub-resolv.conf", "nameserver 127.0.0.53\n");
	fixture_file(f, "/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.1\n");
	fixture_link(f, "/etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf");
}

static void plain_dns(struct fixture *f)
{
	fixture_file(f, "/etc/resolv.conf", "search x\nnameserver 192.0.2.1\n");
}

static void dangling(struct fixture *f)
{
	fixture_link(f, "/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
	fixture_file(f, "/lib/systemd/system/systemd-resolved.service", "");
}

static void empty_dns(struct fixture *f)
{
	fixture_file(f, "/etc/resolv.conf", "# nothing\n");
	fixture_file(f, "/run/systemd/resolve/stub-resolv.conf", "");
}

static void hosts(struct fixture *f)
{
	f->plan.n_hosts = 2;
	strcpy(f->plan.hosts[0].name, "good.example");
	strcpy(f->plan.hosts[1].name, "api.example");
}

static void eai_again(struct fixture *f)
{
	hosts(f);
	f->resolve = EAI_AGAIN;
}

static void eai_noname(struct fixture *f)
{
	hosts(f);
	f->resolve = EAI_NONAME;
}

/* An image whose /etc has what the scenario says. */
static void image(struct fixture *f, bool networked, const char *path, const char *text,
		  const char *target)
{
	struct check_image *i = &f->plan.images[f->plan.n_images++];
	struct ext4_node dir = { .mode = S_IFDIR | 0755 }, file = { .mode = S_IFREG | 0644 };
	struct ext4_make how = { .size = 8 << 20 };
	struct error err;
	struct ext4 *fs;
	int fd;

	snprintf(i->name, sizeof(i->name), "work");
	place(f, "root.ext4", i->path, sizeof(i->path));
	i->networked = networked;
	fd = open(i->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	fs = ext4_make(fd, &how, &err);
	if (!fs || ext4_make_parents(fs, path, &dir, &err) < 0 ||
	    (text && ext4_put_file(fs, path, text, strlen(text), &file, &err) < 0) ||
	    (target && ext4_put_symlink(fs, path, target, &file, &err) < 0) ||
	    ext4_close(fs, &err) < 0)
		abort();
	close(fd);
}

static void guest_none(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", NULL, NULL);
}

static void guest_none_quiet(struct fixture *f)
{
	image(f, false, "/etc/resolv.conf", NULL, NULL);
}

static void guest_stub(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", NULL, "../run/systemd/resolve/stub-resolv.conf");
}

static void guest_loopback(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", "nameserver 127.0.0.53\n", NULL);
}

static void guest_placeholder(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", "nameserver @DNS@\n", NULL);
}

static void guest_good(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", "nameserver 10.200.0.1\n", NULL);
}

static void guest_pnp(struct fixture *f)
{
	image(f, true, "/etc/resolv.conf", NULL, "/proc/net/pnp");
}

static void guest_junk(struct fixture *f)
{
	guest_good(f);
	if (truncate(f->plan.images[0].path, 100) < 0)
		abort();
}

/* This host's real bundle; scenarios of good ones need it. */
static char *real_bundle(size_t *len)
{
	struct error err;

	return file_read(AT_FDCWD, "/etc/ssl/certs/ca-certificates.crt", 4 << 20, len, &err);
}

static void host_bundle(struct fixture *f)
{
	size_t len = 0;
	AUTO_FREE char *text = real_bundle(&len);

	if (!text) {
		f->lacks = true;
		return;
	}
	fixture_bytes(f, "/etc/ssl/certs/ca-certificates.crt", text, len, 0644);
}

static void broken_bundle(struct fixture *f)
{
	fixture_file(f, "/etc/ssl/certs/ca-certificates.crt",
		     "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n");
}

static void no_bundle_alpine(struct fixture *f)
{
	f->ctx.distro = DISTRO_ALPINE;
}

static void bad_cert_file(struct fixture *f)
{
	host_bundle(f);
	fixture_env(f, "SSL_CERT_FILE=/opt/corp/ca.pem");
}

static void guest_no_ca(struct fixture *f)
{
	image(f, true, "/etc/ssl/certs/ca-certificates.crt", NULL, NULL);
}

static void guest_no_ca_quiet(struct fixture *f)
{
	image(f, false, "/etc/ssl/certs/ca-certificates.crt", NULL, NULL);
}

static void guest_ca_dangling(struct fixture *f)
{
	host_bundle(f);
	image(f, true, "/etc/ssl/certs/ca-certificates.crt", NULL, "/nix/store/x/ca.crt");
}

static void guest_ca(struct fixture *f)
{
	AUTO_FREE char *text = real_bundle(NULL);

	if (text)
		image(f, true, "/etc/ssl/certs/ca-certificates.crt", text, NULL);
	else
		f->lacks = true;
}

static void state(struct fixture *f, mode_t mode)
{
	place(f, "state", f->plan.state_dir, sizeof(f->plan.state_dir));
	if (mode && (mkdir(f->plan.state_dir, mode) < 0 || chmod(f->plan.state_dir, mode) < 0))
		abort();
	f->uid = getuid();
}

static void full_disk(struct fixture *f)
{
	state(f, 0700);
	f->free_bytes = 3 << 20;
}

static void big_clones(struct fixture *f)
{
	state(f, 0700);
	f->plan.disk_bytes = 200ULL << 30;
}

static void sparse_growth(struct fixture *f)
{
	state(f, 0700);
	f->plan.disk_grow_bytes = 200ULL << 30;
}

static void no_inodes(struct fixture *f)
{
	state(f, 0700);
	f->free_inodes = 3;
}

static void read_only(struct fixture *f)
{
	state(f, 0700);
	f->read_only = true;
}

static void state_open(struct fixture *f)
{
	state(f, 0755);
}

static void state_foreign(struct fixture *f)
{
	state(f, 0700);
	f->uid = getuid() + 1;
}

static void state_none(struct fixture *f)
{
	state(f, 0);
}

static void state_file(struct fixture *f)
{
	state(f, 0);
	fixture_file(f, "/state", "");
}

static void state_long(struct fixture *f)
{
	char name[100];

	state(f, 0);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	place(f, name, f->plan.state_dir, sizeof(f->plan.state_dir));
	if (mkdir(f->plan.state_dir, 0700) < 0)
		abort();
}

static void memory(struct fixture *f, const char *available)
{
	char text[256];

	snprintf(text, sizeof(text), "MemTotal: 16777216 kB\nMemAvailable: %s kB\n"
		 "CommitLimit: 9000000 kB\nCommitted_AS: 8900000 kB\n", available);
	fixture_file(f, "/proc/meminfo", text);
	f->plan.sessions = 5;
	f->plan.memory_mib = 5 * 1024;
}

static void memory_good(struct fixture *f)
{
	memory(f, "12000000");
}

static void memory_some(struct fixture *f)
{
	memory(f, "3500000");
}

static void memory_none(struct fixture *f)
{
	memory(f, "300000");
}

static void memory_group(struct fixture *f)
{
	memory_good(f);
	fixture_file(f, "/proc/self/cgroup", "0::/user/app\n");
	fixture_file(f, "/sys/fs/cgroup/user/app/memory.max", "max\n");
	fixture_file(f, "/sys/fs/cgroup/user/memory.max", "2147483648\n");
	fixture_file(f, "/sys/fs/cgroup/user/memory.current", "1073741824\n");
}

static void memory_commit(struct fixture *f)
{
	memory_good(f);
	fixture_file(f, "/proc/sys/vm/overcommit_memory", "2\n");
}

static void terminal(struct fixture *f, const char *term)
{
	static char entry[64];

	snprintf(entry, sizeof(entry), "TERM=%s", term);
	fixture_env(f, entry);
	fixture_env(f, "LANG=en_GB.UTF-8");
	fixture_file(f, "/usr/share/terminfo/x/xterm-256color", "");
}

static void term_good(struct fixture *f)
{
	terminal(f, "xterm-256color");
	fixture_env(f, "TMUX=/tmp/tmux-1000/default,1,0");
}

static void term_dumb(struct fixture *f)
{
	terminal(f, "dumb");
}

static void term_unknown(struct fixture *f)
{
	terminal(f, "xterm-kitty");
}

static void term_evil(struct fixture *f)
{
	terminal(f, "\033]0;pwned\007x");
}

static void term_ascii(struct fixture *f)
{
	terminal(f, "xterm-256color");
	f->env[1] = "LC_ALL=C";
}

static void term_small(struct fixture *f)
{
	terminal(f, "xterm-256color");
	f->host.cols = 20;
}

static void no_tty(struct fixture *f)
{
	f->host.tty = false;
}

#endif
