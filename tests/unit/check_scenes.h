/*
 * More broken hosts: processor, name servers, certificates, clock, disk, images,
 * kernels, limits, agents.
 */
#ifndef TESTS_CHECK_SCENES_H
#define TESTS_CHECK_SCENES_H

#include <elf.h>
#include <linux/magic.h>

#include "tests/unit/check_scenes_host.h"

/* --- KVM and the processor --- */

static void aarch64_kernel(struct fixture *f)
{
	Elf64_Ehdr head = { .e_machine = EM_AARCH64 };

	memcpy(head.e_ident, ELFMAG, SELFMAG);
	fixture_bytes(f, "/boot/vmlinux", &head, sizeof(head), 0644);
	strcpy(f->plan.kernel, "/boot/vmlinux");
}

static void few_caps(struct fixture *f)
{
	strcpy(f->plan.backend, "firecracker");
	f->caps_missing = 3;
}

static void few_vcpus(struct fixture *f)
{
	strcpy(f->plan.backend, "firecracker");
	f->vcpus = 2;
	f->plan.sessions = 1;
	f->plan.cpus = 8;
}

static void cpu(struct fixture *f, const char *flags)
{
	char text[256];

	snprintf(text, sizeof(text), "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu %s sse\n",
		 flags);
	fixture_file(f, "/proc/cpuinfo", text);
}

static void no_vmx(struct fixture *f)
{
	cpu(f, "de");
}

static void bios_off(struct fixture *f)
{
	cpu(f, "vmx");
	fixture_file(f, "/dev/kmsg", "6,123,4567,-;kvm: VMX disabled by BIOS\n");
}

static void bare_metal(struct fixture *f)
{
	cpu(f, "vmx");
}

static void on_gcp(struct fixture *f)
{
	cpu(f, "hypervisor");
	fixture_file(f, "/sys/class/dmi/id/sys_vendor", "Google\n");
	fixture_file(f, "/sys/class/dmi/id/product_name", "Google Compute Engine\n");
}

static void on_wsl(struct fixture *f)
{
	cpu(f, "hypervisor");
	fixture_file(f, "/proc/version", "Linux version 5.15.90.1-microsoft-standard-WSL2\n");
}

static void ept_off(struct fixture *f)
{
	fixture_file(f, "/sys/module/kvm_intel/parameters/ept", "N\n");
}

static void npt_on(struct fixture *f)
{
	fixture_file(f, "/sys/module/kvm_amd/parameters/npt", "1\n");
}

static void odd_kernel(struct fixture *f)
{
	f->release = "6.6.9-arch1-1";
}

static void refused_inside(struct fixture *f)
{
	f->engine = (struct engine_trial){ .code = EACCES, .msg = "open /dev/kvm" };
}

static void refused_both(struct fixture *f)
{
	f->kvm_vm = EBUSY;
}

/* --- Network --- */

static void route(struct fixture *f)
{
	fixture_file(f, "/proc/net/route",
		     "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
		     "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\n"
		     "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n");
	f->route6 = ENETUNREACH;
}

static void no_route(struct fixture *f)
{
	f->route4 = f->route6 = ENETUNREACH;
}

static void left_over(struct fixture *f)
{
	state(f, 0700);
	f->abandoned = 2;
}

static void nothing_left(struct fixture *f)
{
	state(f, 0700);
}

/* --- Name servers --- */

static void two_servers(struct fixture *f)
{
	fixture_file(f, "/etc/resolv.conf", "nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
	hosts(f);
}

static void servers_dead(struct fixture *f)
{
	two_servers(f);
	f->dns[0].udp = f->dns[1].udp = DNS_SILENT;
	f->dns[0].tcp = f->dns[1].tcp = DNS_HALF_OPEN;
}

static void server_blocked(struct fixture *f)
{
	two_servers(f);
	f->dns[0].udp = f->dns[0].tcp = DNS_SILENT;
}

static void stub_dead(struct fixture *f)
{
	fixture_file(f, "/etc/resolv.conf", "nameserver 127.0.0.53\n");
	f->dns[0].udp = f->dns[0].tcp = DNS_REFUSED;
}

static void server_refuses(struct fixture *f)
{
	two_servers(f);
	f->dns[0].rcode = f->dns[1].rcode = 5;
}

static void tcp_only(struct fixture *f)
{
	two_servers(f);
	f->dns[0].udp = f->dns[1].udp = DNS_SILENT;
}

static void hijacked(struct fixture *f)
{
	two_servers(f);
	f->invalid_rcode = 0;
}

static void captive(struct fixture *f)
{
	two_servers(f);
	f->portal = (struct portal){ .answered = true, .code = 302, .to = "login.hotel.example" };
	strcpy(f->plan.hosts[0].name, "api.good.test");
}

static void plain_redirect(struct fixture *f)
{
	captive(f);
	strcpy(f->portal.to, "www.good.test");
}

static void six_only(struct fixture *f)
{
	two_servers(f);
	f->dns[0].a = 0;
	f->dns[0].aaaa = 1;
	f->route6 = ENETUNREACH;
}

/* --- Certificates --- */

static void copy_pem(struct fixture *f, const char *name, const char *to)
{
	char path[128];
	struct error err;
	AUTO_FREE char *text = NULL;

	snprintf(path, sizeof(path), "tests/check/pem/%s.pem", name);
	text = file_read(AT_FDCWD, path, 65536, NULL, &err);
	if (!text)
		abort();
	fixture_file(f, to, text);
}

/* A host whose bundle has two roots, and an image with one: short and long. */
static void api(struct fixture *f)
{
	struct error err;
	AUTO_FREE char *root = file_read(AT_FDCWD, "tests/check/pem/root.pem", 65536, NULL, &err);
	char both[8192];

	f->plan.n_hosts = 1;
	strcpy(f->plan.hosts[0].name, "api.example");
	snprintf(both, sizeof(both), "%s%s%s", root, root, root);
	fixture_file(f, "/etc/ssl/certs/ca-certificates.crt", both);
	image(f, true, "/etc/ssl/certs/ca-certificates.crt", root, NULL);
	strcpy(f->plan.images[0].name, "work");
}

static void api_expired(struct fixture *f)
{
	api(f);
	f->chain = "expired";
	f->by_host = f->by_image = TLS_EXPIRED;
}

static void api_soon(struct fixture *f)
{
	api(f);
	f->chain = "soon";
}

static void api_wrong_name(struct fixture *f)
{
	api(f);
	f->by_host = f->by_image = TLS_WRONG_NAME;
}

static void api_old_image(struct fixture *f)
{
	api(f);
	f->by_image = TLS_UNTRUSTED;
}

static void api_corporate(struct fixture *f)
{
	api(f);
	f->chain = "by-corp";
	copy_pem(f, "corp", "/usr/local/share/ca-certificates/acme.crt");
	f->by_image = TLS_UNTRUSTED;
}

static void api_corporate_known(struct fixture *f)
{
	api_corporate(f);
	f->by_image = TLS_GOOD;
}

static void api_zscaler(struct fixture *f)
{
	api(f);
	f->chain = "by-zscaler";
	f->by_host = f->by_image = TLS_UNTRUSTED;
}

static void api_stranger(struct fixture *f)
{
	api(f);
	f->chain = "by-corp";
	f->by_host = f->by_image = TLS_UNTRUSTED;
}

static void api_clock(struct fixture *f)
{
	api(f);
	f->chain = "early";
	f->by_host = f->by_image = TLS_EARLY;
	f->skew = 40 * 86400;
}

static void api_silent(struct fixture *f)
{
	api(f);
	f->look = f->by_host = f->by_image = TLS_SILENT;
}

static void api_no_way(struct fixture *f)
{
	api(f);
	f->look = f->by_host = f->by_image = TLS_NO_WAY;
}

static void api_no_name(struct fixture *f)
{
	api(f);
	f->look = f->by_host = f->by_image = TLS_NO_NAME;
}

static void anchor_soon(struct fixture *f)
{
	api(f);
	copy_pem(f, "corp-soon", "/etc/pki/ca-trust/source/anchors/old.pem");
}

static void slow_clock(struct fixture *f)
{
	api(f);
	f->skew = 90;
}

static void fast_clock(struct fixture *f)
{
	api(f);
	f->skew = -7200;
}

static void no_date(struct fixture *f)
{
	api(f);
	f->no_date = true;
}

static void proxy_local(struct fixture *f)
{
	fixture_env(f, "HTTPS_PROXY=http://alice:s3cret@127.0.0.1:3128/");
}

static void proxy_corporate(struct fixture *f)
{
	fixture_env(f, "https_proxy=http://proxy.acme.test:8080");
	fixture_env(f, "NO_PROXY=localhost,.acme.test");
}

static void unset_clock(struct fixture *f)
{
	f->clock = 5; /* TIME_ERROR */
}

static void unset_clock_alpine(struct fixture *f)
{
	f->clock = 5;
	f->ctx.distro = DISTRO_ALPINE;
}

/* --- Storage --- */

static void no_reflink(struct fixture *f)
{
	state(f, 0700);
	f->reflink = EOPNOTSUPP;
}

static void xfs_no_reflink(struct fixture *f)
{
	no_reflink(f);
	f->fs_type = 0x58465342;
}

static void reflinks(struct fixture *f)
{
	state(f, 0700);
	f->fs_type = BTRFS_SUPER_MAGIC;
}

static void on_nfs(struct fixture *f)
{
	state(f, 0700);
	f->fs_type = NFS_SUPER_MAGIC;
}

static void on_tmpfs(struct fixture *f)
{
	state(f, 0700);
	f->fs_type = TMPFS_MAGIC;
}

static void image_whole(struct fixture *f)
{
	guest_good(f);
}

static void image_short(struct fixture *f)
{
	guest_good(f);
	f->plan.images[0].size = 123456789;
}

static void image_gone(struct fixture *f)
{
	guest_good(f);
	unlink(f->plan.images[0].path);
}

/* s_state, at 58 of the superblock: not clean. */
static void image_dirty(struct fixture *f)
{
	int fd;

	guest_good(f);
	fd = open(f->plan.images[0].path, O_WRONLY | O_CLOEXEC);
	if (pwrite(fd, "\0\0", 2, 1024 + 58) != 2)
		abort();
	close(fd);
}

static void command(struct fixture *f, const void *data, size_t n, const char *name)
{
	struct ext4_node file = { .mode = S_IFREG | 0755 }, dir = { .mode = S_IFDIR | 0755 };
	struct error err;
	struct ext4 *fs;
	int fd;

	guest_good(f);
	fd = open(f->plan.images[0].path, O_RDWR | O_CLOEXEC);
	fs = ext4_open(fd, true, &err);
	if (!fs || ext4_make_parents(fs, "/usr/bin/x", &dir, &err) < 0 ||
	    ext4_put_file(fs, "/usr/bin/agent", data, n, &file, &err) < 0 || ext4_close(fs, &err) < 0)
		abort();
	close(fd);
	snprintf(f->plan.images[0].commands[0], 128, "%s", name);
	f->plan.images[0].n_commands = 1;
}

static void agent_missing(struct fixture *f)
{
	command(f, "#!/bin/sh\n", 10, "claude");
}

static void agent_script(struct fixture *f)
{
	command(f, "#!/usr/bin/env node\n", 20, "agent");
}

/* An ELF program of a machine, with an interpreter or none. */
static void elf(struct fixture *f, unsigned machine, const char *interp)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr ph;
		char interp[64];
	} e = { .head = { .e_machine = (Elf64_Half)machine, .e_phoff = sizeof(Elf64_Ehdr),
			  .e_phnum = interp ? 1 : 0, .e_phentsize = sizeof(Elf64_Phdr) },
		.ph = { .p_type = PT_INTERP, .p_offset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) } };

	memcpy(e.head.e_ident, ELFMAG, SELFMAG);
	e.head.e_ident[EI_CLASS] = ELFCLASS64;
	if (interp) {
		snprintf(e.interp, sizeof(e.interp), "%s", interp);
		e.ph.p_filesz = strlen(interp) + 1;
	}
	command(f, &e, sizeof(e), "agent");
}

static void agent_glibc(struct fixture *f)
{
	elf(f, EM_X86_64, "/lib64/ld-linux-x86-64.so.2");
}

static void agent_arm(struct fixture *f)
{
	elf(f, EM_AARCH64, NULL);
}

static void agent_static(struct fixture *f)
{
	elf(f, EM_X86_64, NULL);
}

static void kernel_file(struct fixture *f, const void *data, size_t n)
{
	fixture_bytes(f, "/vmlinux", data, n, 0644);
	place(f, "vmlinux", f->plan.kernel, sizeof(f->plan.kernel));
}

static void kernel_gzip(struct fixture *f)
{
	kernel_file(f, "\x1f\x8b\x08\0\0\0\0\0", 8);
}

static void kernel_plain(struct fixture *f)
{
	Elf64_Ehdr head = { .e_machine = EM_X86_64, .e_type = ET_EXEC };

	memcpy(head.e_ident, ELFMAG, SELFMAG);
	head.e_ident[EI_CLASS] = ELFCLASS64;
	head.e_ident[EI_DATA] = ELFDATA2LSB;
	kernel_file(f, &head, sizeof(head));
}

static void kernel_gone(struct fixture *f)
{
	place(f, "vmlinux", f->plan.kernel, sizeof(f->plan.kernel));
}

/* The kernel that the tests have, where they have one. */
static void kernel_real(struct fixture *f)
{
	const char *home = getenv("PREPARED");
	char pattern[PATH_MAX];
	FILE *found;

	snprintf(pattern, sizeof(pattern), "ls %s/cache/kernels/*/vmlinux 2>/dev/null",
		 home ? home : ".build/prepared");
	found = popen(pattern, "r");
	if (!found || !fgets(f->plan.kernel, sizeof(f->plan.kernel), found))
		f->lacks = true;
	f->plan.kernel[strcspn(f->plan.kernel, "\n")] = '\0';
	if (found)
		pclose(found);
}

/* "CONFIG_VIRTIO=y" alone, packed by gzip -n, between the kernel's marks. */
static void kernel_config(struct fixture *f, const char *config)
{
	char path[160], line[400], packed[4096], whole[5000];
	FILE *p;
	size_t n;

	place(f, "config", path, sizeof(path));
	fixture_file(f, "/config", config);
	snprintf(line, sizeof(line), "gzip -nc %s", path);
	p = popen(line, "r");
	n = fread(packed, 1, sizeof(packed), p);
	pclose(p);
	memcpy(whole, "IKCFG_ST", 8);
	memcpy(whole + 8, packed, n);
	memcpy(whole + 8 + n, "IKCFG_ED", 8);
	kernel_file(f, whole, n + 16);
}

static void kernel_poor(struct fixture *f)
{
	kernel_config(f, "CONFIG_EXT4_FS=y\nCONFIG_VIRTIO=y\n# CONFIG_VIRTIO_MMIO is not set\n");
}

static void kernel_rich(struct fixture *f)
{
	kernel_config(f, "CONFIG_EXT4_FS=y\nCONFIG_VIRTIO=y\nCONFIG_VIRTIO_MMIO=y\nCONFIG_VIRTIO_BLK=y\n"
			 "CONFIG_VIRTIO_CONSOLE=y\nCONFIG_OVERLAY_FS=y\nCONFIG_VIRTIO_NET=y\n"
			 "CONFIG_SERIAL_8250_CONSOLE=y\nCONFIG_ACPI=y\n");
}

/* --- Resources and agents --- */

static void few_files(struct fixture *f)
{
	f->plan.sessions = 40;
	f->nofile = (struct rlimit){ 256, 512 };
}

static void soft_files(struct fixture *f)
{
	f->plan.sessions = 40;
	f->nofile = (struct rlimit){ 256, 4096 };
}

static void few_processes(struct fixture *f)
{
	f->plan.sessions = 8;
	f->nproc = (struct rlimit){ 100, 100 };
}

static void crowded(struct fixture *f)
{
	f->plan.cpus = 40;
}

static void pressed(struct fixture *f)
{
	fixture_file(f, "/proc/pressure/cpu", "some avg10=80.00 avg60=71.50 avg300=10.00 total=1\n");
}

static void soft_target(struct fixture *f)
{
	fixture_file(f, "/sys/kernel/mm/ksm/run", "1\n");
	fixture_file(f, "/proc/swaps", "Filename Type Size\n/dev/sda2 partition 1 0 -2\n");
	fixture_file(f, "/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable: no microcode\n");
	fixture_file(f, "/sys/devices/system/cpu/vulnerabilities/l1tf", "Not affected\n");
	fixture_file(f, "/sys/devices/system/cpu/smt/active", "1\n");
}

static struct check_credential *credential(struct fixture *f, const char *agent)
{
	struct check_credential *c = &f->plan.credentials[f->plan.n_credentials++];

	snprintf(c->agent, sizeof(c->agent), "%s", agent);
	return c;
}

static void no_key(struct fixture *f)
{
	strcpy(credential(f, "claude")->env, "ANTHROPIC_API_KEY");
}

static void key_there(struct fixture *f)
{
	no_key(f);
	fixture_env(f, "ANTHROPIC_API_KEY=sk-needle-0123456789");
}

static void key_file_open(struct fixture *f)
{
	struct check_credential *c = credential(f, "codex");

	fixture_bytes(f, "/auth.json", "{}", 2, 0644);
	place(f, "auth.json", c->file, sizeof(c->file));
}

static void manifest_bad(struct fixture *f)
{
	place(f, "agents.json", f->plan.manifest, sizeof(f->plan.manifest));
	error_set(&f->plan.manifest_error, 0, "agents.json:7: agent web: unknown key \"imge\"");
	error_hint(&f->plan.manifest_error, "did you mean \"image\"?");
}

static void manifest_none(struct fixture *f)
{
	place(f, "agents.json", f->plan.manifest, sizeof(f->plan.manifest));
}

static void manifest_file_gone(struct fixture *f)
{
	manifest_none(f);
	f->plan.n_files = 1;
	strcpy(f->plan.files[0].agent, "web");
	place(f, "notes.txt", f->plan.files[0].path, sizeof(f->plan.files[0].path));
}

#endif
