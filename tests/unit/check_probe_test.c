/*
 * Each broken host, as a fixture, and what its check says of it. Every record
 * is compared with tests/check/NAME.json as well (VMDECK_REGENERATE=1 writes
 * them anew: look at the difference), so that no word changes unseen.
 */
#include "tests/unit/check_fixture.h"

#include "engine/image/ext4.h"

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
	strcpy(f->plan.hosts[0], "good.example");
	strcpy(f->plan.hosts[1], "api.example");
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

static const struct scenario scenarios[] = {
	{ "no-kvm", "K02", intel, CHECK_FAILED, CHECK_DEGRADED, "QEMU TCG is used", "modprobe kvm_intel" },
	{ "no-kvm-amd", "K02", amd_arch, CHECK_FAILED, CHECK_DEGRADED, "no /dev/kvm", "modprobe kvm_amd" },
	{ "no-kvm-nixos", "K02", nixos, CHECK_FAILED, CHECK_DEGRADED, "no /dev/kvm", "boot.kernelModules = [ \"kvm-intel\" ]" },
	{ "no-kvm-insisted", "K02", insist_kvm, CHECK_FAILED, CHECK_BLOCKER, "this launch needs it", "modprobe" },
	{ "no-kvm-upgraded", "K02", upgraded, CHECK_FAILED, CHECK_DEGRADED, "modules are gone", "reboot" },
	{ "no-kvm-container", "K02", docker, CHECK_FAILED, CHECK_DEGRADED, "in this container", "--device /dev/kvm" },
	{ "kvm-impostor", "K02", impostor, CHECK_FAILED, CHECK_DEGRADED, "not the KVM device", "rm /dev/kvm" },
	{ "kvm-node", "K02", node, CHECK_OK, CHECK_DEGRADED, "is there", NULL },
	{ "kvm-opens", "K03", node, CHECK_OK, CHECK_DEGRADED, "opens", NULL },
	{ "eacces", "K03", eacces, CHECK_FAILED, CHECK_DEGRADED, "may not be opened by this user", "K04" },
	{ "eperm-container", "K03", eperm, CHECK_FAILED, CHECK_DEGRADED, "device policy", "--device /dev/kvm" },
	{ "enodev", "K03", enodev, CHECK_FAILED, CHECK_DEGRADED, "no driver", "modprobe kvm_intel" },
	{ "emfile", "K03", emfile, CHECK_FAILED, CHECK_DEGRADED, "no descriptor", "ulimit -n" },
	{ "kvm-allowed", "K04", nothing, CHECK_OK, CHECK_DEGRADED, "may use it", NULL },
	{ "eacces-stale-group", "K04", stale_group, CHECK_FAILED, CHECK_DEGRADED, "login is older", "newgrp kvm" },
	{ "eacces-not-in-group", "K04", not_in_group, CHECK_FAILED, CHECK_DEGRADED, "alice is not in the group kvm", "usermod -aG kvm alice" },
	{ "eacces-alpine", "K04", not_in_group_alpine, CHECK_FAILED, CHECK_DEGRADED, "not in the group kvm", "addgroup alice kvm" },
	{ "eacces-root-group", "K04", root_group, CHECK_FAILED, CHECK_DEGRADED, "belongs to the group root", "udevadm trigger" },
	{ "eacces-mode", "K04", closed_mode, CHECK_FAILED, CHECK_DEGRADED, "mode 0600", "udevadm trigger" },
	{ "eacces-selinux", "K04", selinux, CHECK_FAILED, CHECK_DEGRADED, "security module", "avc" },
	{ "api-11", "K05", old_api, CHECK_FAILED, CHECK_DEGRADED, "version 11, not 12", "another kernel" },
	{ "ebusy-vbox", "K07", vbox, CHECK_FAILED, CHECK_DEGRADED, "another hypervisor", "modprobe -r vboxnetadp" },
	{ "api-12", "K05", nothing, CHECK_OK, CHECK_DEGRADED, "version 12", NULL },
	{ "kvm-makes", "K07", nothing, CHECK_OK, CHECK_DEGRADED, "can be made", NULL },
	{ "fail-entry", "K08", fail_entry, CHECK_FAILED, CHECK_DEGRADED, "FAIL_ENTRY", "nested" },
	{ "kvm-runs", "K08", nothing, CHECK_OK, CHECK_DEGRADED, "ran two instructions", NULL },
	{ "kvm-hardware", "K09", nothing, CHECK_OK, CHECK_DEGRADED, "hardware", NULL },
	{ "pvm-slow", "K09", pvm, CHECK_WARN, CHECK_DEGRADED, "emulated here: 1.6 million", "nothing has to be done" },
	{ "pvm-slow-firecracker", "K09", pvm_firecracker, CHECK_FAILED, CHECK_BLOCKER, "insists on KVM", "accel" },
	{ "no-qemu", "E01", no_qemu, CHECK_FAILED, CHECK_BLOCKER, "no qemu-system-x86_64 on PATH", "apt install qemu-system-x86" },
	{ "no-qemu-fedora", "E01", no_qemu_fedora, CHECK_FAILED, CHECK_BLOCKER, "on PATH", "dnf install qemu-kvm" },
	{ "old-qemu", "E01", old_qemu, CHECK_FAILED, CHECK_BLOCKER, "QEMU 5.2 is too old", "apt install" },
	{ "cut-qemu", "E01", cut_qemu, CHECK_FAILED, CHECK_BLOCKER, "no microvm", "apt install" },
	{ "good-qemu", "E01", good_qemu, CHECK_OK, CHECK_BLOCKER, "QEMU 7.2 with microvm", NULL },
	{ "no-firecracker", "E01", no_firecracker, CHECK_FAILED, CHECK_BLOCKER, "no firecracker on PATH", "qemu" },
	{ "userns-debian", "N00", debian_clone, CHECK_FAILED, CHECK_BLOCKER, "keeps user namespaces for root", "sysctl -w kernel.unprivileged_userns_clone=1" },
	{ "userns-none", "N00", max_zero, CHECK_FAILED, CHECK_BLOCKER, "allows no user namespaces", "user.max_user_namespaces" },
	{ "userns-apparmor", "N00", apparmor, CHECK_FAILED, CHECK_BLOCKER, "AppArmor takes the rights", "/etc/apparmor.d/vmdeck" },
	{ "userns-container", "N00", container_userns, CHECK_FAILED, CHECK_BLOCKER, "this container refuses", "seccomp" },
	{ "netns-no-tun", "N00", no_tap, CHECK_FAILED, CHECK_BLOCKER, "/dev/net/tun", "see N01" },
	{ "userns-root", "N00", root_without, CHECK_INFO, CHECK_BLOCKER, "works as root", NULL },
	{ "userns-docker-root", "N00", root_in_docker, CHECK_FAILED, CHECK_BLOCKER, "this container refuses", "seccomp" },
	{ "no-tun", "N01", no_tun, CHECK_FAILED, CHECK_BLOCKER, "no /dev/net/tun", "modprobe tun" },
	{ "tun-container", "N01", tun_policy, CHECK_FAILED, CHECK_BLOCKER, "device policy", "--device /dev/net/tun" },
	{ "tun-denied", "N01", tun_denied, CHECK_FAILED, CHECK_BLOCKER, "by this user", "udevadm trigger /dev/net/tun" },
	{ "tun-denied-container", "N01", tun_denied_container, CHECK_FAILED, CHECK_BLOCKER, "by this user", "--device /dev/net/tun" },
	{ "tun-good", "N01", nothing, CHECK_OK, CHECK_BLOCKER, "opens", NULL },
	{ "stub-dns", "D01", stub, CHECK_INFO, CHECK_ADVICE, "127.0.0.53, a stub for 192.0.2.1", NULL },
	{ "plain-dns", "D01", plain_dns, CHECK_OK, CHECK_ADVICE, "192.0.2.1", NULL },
	{ "stub-link", "D02", stub, CHECK_OK, CHECK_DEGRADED, "1 name server", NULL },
	{ "dangling-dns", "D02", dangling, CHECK_FAILED, CHECK_DEGRADED, "is a link to ../run", "systemctl enable --now systemd-resolved" },
	{ "empty-dns", "D02", empty_dns, CHECK_FAILED, CHECK_DEGRADED, "names no server", "ln -sf ../run/systemd/resolve" },
	{ "names-again", "D03", eai_again, CHECK_FAILED, CHECK_DEGRADED, "1 of 2 names do not resolve", "getent ahosts api.example" },
	{ "names-unknown", "D03", eai_noname, CHECK_FAILED, CHECK_DEGRADED, "api.example", "misspelling" },
	{ "names-good", "D03", hosts, CHECK_OK, CHECK_DEGRADED, "2 of 2", NULL },
	{ "names-none", "D03", nothing, CHECK_SKIP, CHECK_DEGRADED, "no agent", NULL },
	{ "guest-no-dns", "D06", guest_none, CHECK_FAILED, CHECK_DEGRADED, "has no /etc/resolv.conf", "vmdeck image fix-dns work" },
	{ "guest-no-dns-policy-none", "D06", guest_none_quiet, CHECK_INFO, CHECK_ADVICE, "not needed with policy none", NULL },
	{ "guest-dns-stub", "D06", guest_stub, CHECK_FAILED, CHECK_DEGRADED, "leads nowhere", "vmdeck image fix-dns work" },
	{ "guest-dns-loopback", "D06", guest_loopback, CHECK_FAILED, CHECK_DEGRADED, "its own machine", "vmdeck image fix-dns work" },
	{ "guest-dns-placeholder", "D06", guest_placeholder, CHECK_FAILED, CHECK_DEGRADED, "without a server", "vmdeck image fix-dns work" },
	{ "guest-dns-good", "D06", guest_good, CHECK_OK, CHECK_DEGRADED, "10.200.0.1", NULL },
	{ "guest-dns-pnp", "D06", guest_pnp, CHECK_OK, CHECK_DEGRADED, "/proc/net/pnp", NULL },
	{ "guest-junk", "D06", guest_junk, CHECK_UNKNOWN, CHECK_DEGRADED, "image work", NULL },
	{ "ca-good", "C01", host_bundle, CHECK_OK, CHECK_DEGRADED, "usable certificates", NULL },
	{ "ca-broken", "C01", broken_bundle, CHECK_FAILED, CHECK_DEGRADED, "holds no certificate", "apt install --reinstall ca-certificates" },
	{ "ca-none-alpine", "C01", no_bundle_alpine, CHECK_FAILED, CHECK_DEGRADED, "no CA bundle", "apk add ca-certificates" },
	{ "ca-setting", "C01", bad_cert_file, CHECK_FAILED, CHECK_DEGRADED, "SSL_CERT_FILE names /opt", "unset SSL_CERT_FILE" },
	{ "guest-no-ca", "C02", guest_no_ca, CHECK_FAILED, CHECK_BLOCKER, "work has no CA bundle", "see C01" },
	{ "guest-no-ca-policy-none", "C02", guest_no_ca_quiet, CHECK_INFO, CHECK_ADVICE, "policy none", NULL },
	{ "guest-ca-dangling", "C02", guest_ca_dangling, CHECK_FAILED, CHECK_BLOCKER, "has no CA bundle", "vmdeck image fix-ca work" },
	{ "guest-ca-good", "C02", guest_ca, CHECK_OK, CHECK_BLOCKER, "certificates", NULL },
	{ "full-disk", "S01", full_disk, CHECK_FAILED, CHECK_BLOCKER, "need 32M, have 3.0M", "vmdeck gc" },
	{ "disk-clones", "S01", big_clones, CHECK_FAILED, CHECK_BLOCKER, "need 200G, have 100G", "vmdeck gc" },
	{ "disk-growth", "S01", sparse_growth, CHECK_WARN, CHECK_ADVICE, "may grow to 200G", "vmdeck gc" },
	{ "no-inodes", "S01", no_inodes, CHECK_FAILED, CHECK_BLOCKER, "no inodes", "vmdeck gc" },
	{ "read-only", "S01", read_only, CHECK_FAILED, CHECK_BLOCKER, "read-only", "VMDECK_HOME" },
	{ "state-open", "S04", state_open, CHECK_FAILED, CHECK_BLOCKER, "open to others", "chmod 700" },
	{ "state-foreign", "S04", state_foreign, CHECK_FAILED, CHECK_BLOCKER, "not to you", "chown -R alice:" },
	{ "state-none", "S04", state_none, CHECK_OK, CHECK_BLOCKER, "will be made", NULL },
	{ "state-file", "S04", state_file, CHECK_FAILED, CHECK_BLOCKER, "not a directory", "mv " },
	{ "state-long", "S04", state_long, CHECK_INFO, CHECK_ADVICE, "too long for a socket", NULL },
	{ "memory-good", "R01", memory_good, CHECK_OK, CHECK_DEGRADED, "MiB free", NULL },
	{ "memory-some", "R01", memory_some, CHECK_WARN, CHECK_DEGRADED, "3 fit", "start 3 of 5" },
	{ "memory-none", "R01", memory_none, CHECK_FAILED, CHECK_BLOCKER, "not enough for one", "vmdeck ls" },
	{ "memory-cgroup", "R01", memory_group, CHECK_FAILED, CHECK_BLOCKER, "1024 MiB free", "memory" },
	{ "memory-overcommit", "R01", memory_commit, CHECK_FAILED, CHECK_BLOCKER, "98 MiB free", "memory" },
	{ "term-good", "U01", term_good, CHECK_OK, CHECK_ADVICE, "xterm-256color, 120x40", NULL },
	{ "term-dumb", "U01", term_dumb, CHECK_FAILED, CHECK_ADVICE, "TERM=dumb cannot", "vmdeck ls" },
	{ "term-unknown", "U01", term_unknown, CHECK_WARN, CHECK_ADVICE, "xterm-kitty", "apt install ncurses-term" },
	{ "term-evil", "U01", term_evil, CHECK_WARN, CHECK_ADVICE, "no terminfo entry", "TERM=" },
	{ "term-ascii", "U01", term_ascii, CHECK_WARN, CHECK_ADVICE, "not UTF-8", "LC_ALL=C.UTF-8" },
	{ "term-small", "U01", term_small, CHECK_WARN, CHECK_ADVICE, "too small", "larger" },
	{ "no-tty", "U01", no_tty, CHECK_INFO, CHECK_ADVICE, "not on a terminal", NULL },
};
enum { SCENARIOS = sizeof(scenarios) / sizeof(*scenarios) };

#include "tests/unit/check_scenes.h"

static const struct scenario *scenario_at(int i)
{
	return i < SCENARIOS ? &scenarios[i] : &more_scenarios[i - SCENARIOS];
}

static void replace_once(char *text, const char *what, const char *with)
{
	char *at = strstr(text, what);
	size_t n = strlen(what), m = strlen(with);

	if (at && m <= n) {
		memcpy(at, with, m);
		memmove(at + m, at + n, strlen(at + n) + 1);
	}
}

static void replace(char *text, const char *what, const char *with)
{
	size_t n = strlen(what), m = strlen(with);

	for (char *at; m <= n && (at = strstr(text, what));) {
		memcpy(at, with, m);
		memmove(at + m, at + n, strlen(at + n) + 1);
	}
}

/* The JSON with the fixture's directory and this program's path taken out. */
static char *picture(const struct fixture *f, const struct check_record *r)
{
	AUTO_JSON cJSON *j = check_record_json(r);
	char self[PATH_MAX], *text;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = '\0';
	cJSON_DeleteItemFromObject(j, "ms");
	text = json_text(j, true);
	replace(text, f->root, "ROOT");
	if (n > 4 && n <= 70)
		replace(text, self, "SELF");
	replace(text, "'/usr/bin/vmdeck'", "'SELF'");
	snprintf(self, sizeof(self), "owner %u,", (unsigned)getuid());
	replace_once(text, self, "owner 0,");
	snprintf(self, sizeof(self), "to user %u,", (unsigned)getuid());
	replace_once(text, self, "to user 0,");
	text = realloc(text, strlen(text) + 2);
	return strcat(text, "\n");
}

static void compare(const struct scenario *s, const struct fixture *f)
{
	AUTO_FREE char *got = picture(f, &f->record);
	AUTO_FREE char *want = NULL;
	struct error err;
	char path[128];

	snprintf(path, sizeof(path), "tests/check/%s.json", s->name);
	if (getenv("VMDECK_REGENERATE")) {
		if (file_write(AT_FDCWD, path, got, strlen(got), 0644, &err) < 0)
			CHECK_FAIL("%s", err.msg);
		return;
	}
	want = file_read(AT_FDCWD, path, 65536, NULL, &err);
	if (!want)
		CHECK_FAIL("%s", err.msg);
	if (strcmp(got, want) != 0)
		CHECK_FAIL("%s differs from the picture:\n%.250s", path, got);
}

/* Nothing in a record may reach a terminal as a control. */
static bool printable(const struct check_record *r)
{
	AUTO_JSON cJSON *j = check_record_json(r);
	AUTO_FREE char *text = json_text(j, false);

	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127 || !strncmp(p, "\\u001b", 6))
			return false;
	return !strstr(text, "chmod 666");
}

static void judge(const struct scenario *s, struct fixture *f)
{
	const struct check_record *r = fixture_ask(f, s->id);

	if (r->status != s->status)
		CHECK_FAIL("%s: %s, not %s: %.150s", s->name, check_status_names[r->status],
			   check_status_names[s->status], r->summary);
	if (r->severity != s->severity)
		CHECK_FAIL("%s: %s, not %s", s->name, check_severity_names[r->severity],
			   check_severity_names[s->severity]);
	if (!strstr(r->summary, s->summary))
		CHECK_FAIL("%s: \"%.200s\" lacks \"%s\"", s->name, r->summary, s->summary);
	if (s->fix && !record_has_fix(r, s->fix))
		CHECK_FAIL("%s: no fix has \"%s\"", s->name, s->fix);
	if (!s->fix && r->n_fixes)
		CHECK_FAIL("%s: has a fix: %.200s", s->name, r->fixes[0].text);
	if ((r->status == CHECK_FAILED || r->status == CHECK_WARN) && !*r->why)
		CHECK_FAIL("%s: does not say why", s->name);
	if (!printable(r))
		CHECK_FAIL("%s: not fit for a terminal", s->name);
	/* Counts of this machine's own bundle are not the same elsewhere. */
	if (!strstr(s->name, "ca-good") && strcmp(s->name, "kernel-real") != 0)
		compare(s, f);
}

static void every_broken_host_is_told_from_the_others(void)
{
	int skipped = 0;

	for (int i = 0; i < SCENARIOS + MORE && !test_now.failed; i++) {
		struct fixture f;

		fixture_init(&f);
		scenario_at(i)->arrange(&f);
		if (f.lacks)
			skipped++;
		else
			judge(scenario_at(i), &f);
		fixture_done(&f);
	}
	if (!test_now.failed && skipped)
		SKIP("%d of %d scenarios need root (mknod) or a CA bundle here; the others hold",
		     skipped, SCENARIOS + MORE);
	printf("# %d scenarios\n", SCENARIOS + MORE);
}

static void every_check_has_a_scenario_that_passes_or_fails(void)
{
	for (size_t c = 0; c < checks_count; c++) {
		int n = 0;

		for (int i = 0; i < SCENARIOS + MORE; i++)
			n += !strcmp(scenario_at(i)->id, checks[c].id);
		if (n < 2)
			CHECK_FAIL("%s has %d scenarios: want a good one and a bad one",
				   checks[c].id, n);
	}
}

static int slow_resolve(const char *name)
{
	(void)name;
	sleep(30);
	return 0;
}

static void a_silent_name_server_is_told_after_three_seconds(void)
{
	static struct check_sys slow;
	struct fixture f;
	const struct check_record *r;

	fixture_init(&f);
	slow = fake_sys;
	slow.resolve = slow_resolve;
	f.host.sys = &slow;
	hosts(&f);
	r = fixture_ask(&f, "D03");
	fixture_done(&f);
	CHECK_INT(r->status, CHECK_FAILED);
	CHECK(strstr(r->summary, "no answer in 3 s"));
}

static const struct test tests[] = {
	{ "check: every broken host is told from the others", every_broken_host_is_told_from_the_others },
	{ "check: every check has scenarios", every_check_has_a_scenario_that_passes_or_fails },
	{ "check: a silent name server", a_silent_name_server_is_told_after_three_seconds },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
