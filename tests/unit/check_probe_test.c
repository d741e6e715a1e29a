/*
 * Each broken host, as a fixture, and what its check says of it. Every record
 * is compared with tests/check/NAME.json as well (VMDECK_REGENERATE=1 writes
 * them anew: look at the difference), so that no word changes unseen.
 */
#include "tests/unit/check_scenes.h"

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

static const struct scenario more_scenarios[] = {
	{ "same-machine", "K01", nothing, CHECK_OK, CHECK_BLOCKER, "x86_64", NULL },
	{ "kernel-aarch64", "K01", aarch64_kernel, CHECK_FAILED, CHECK_BLOCKER, "guest kernel is aarch64, host is x86_64", "kernel" },
	{ "caps-all", "K06", nothing, CHECK_OK, CHECK_ADVICE, "all 14", NULL },
	{ "caps-few", "K06", few_caps, CHECK_FAILED, CHECK_BLOCKER, "lacks 2 of 14 capabilities", "\"backend\": \"qemu\"" },
	{ "vcpus-few", "K06", few_vcpus, CHECK_FAILED, CHECK_BLOCKER, "2 processors at most; 8", "\"cpus\"" },
	{ "flags-none", "K10", no_vmx, CHECK_INFO, CHECK_ADVICE, "neither VT-x nor SVM", "firmware" },
	{ "flags-vmx", "K10", bare_metal, CHECK_INFO, CHECK_ADVICE, "offers VT-x", NULL },
	{ "bios-off", "K10", bios_off, CHECK_INFO, CHECK_ADVICE, "firmware has turned", "VT-x" },
	{ "bare-metal", "K11", bare_metal, CHECK_OK, CHECK_ADVICE, "machine of its own", NULL },
	{ "nested-gcp", "K11", on_gcp, CHECK_INFO, CHECK_ADVICE, "virtual machine itself: Google", "--enable-nested-virtualization" },
	{ "nested-wsl", "K11", on_wsl, CHECK_INFO, CHECK_ADVICE, "virtual machine itself", "nestedVirtualization=true" },
	{ "ept-off", "K12", ept_off, CHECK_WARN, CHECK_ADVICE, "ept is off", "modprobe kvm_intel ept=1" },
	{ "npt-on", "K12", npt_on, CHECK_OK, CHECK_ADVICE, "npt is on", NULL },
	{ "kernel-tested", "K13", nothing, CHECK_OK, CHECK_ADVICE, "tested with", NULL },
	{ "kernel-untested", "K13", odd_kernel, CHECK_INFO, CHECK_ADVICE, "not tested with Linux 6.6.9", NULL },
	{ "guards-all", "E05", nothing, CHECK_OK, CHECK_DEGRADED, "all of them", NULL },
	{ "guards-mounts", "E05", guards_without_mounts, CHECK_WARN, CHECK_DEGRADED, "no root of its own for the gateway", "user.max_mnt_namespaces" },
	{ "guards-docker", "E05", guards_in_docker, CHECK_WARN, CHECK_DEGRADED, "no root of its own", "pivot_root" },
	{ "guards-elsewhere", "E05", guards_elsewhere, CHECK_WARN, CHECK_DEGRADED, "no private root", "distribution's package" },
	{ "guards-refused", "E05", guards_refused, CHECK_WARN, CHECK_DEGRADED, "no IPC namespace", "dmesg" },
	{ "engine-kvm", "K14", nothing, CHECK_OK, CHECK_DEGRADED, "there, too", NULL },
	{ "engine-kvm-refused", "K14", refused_inside, CHECK_FAILED, CHECK_DEGRADED, "refused to the hypervisor: open /dev/kvm", "access list" },
	{ "engine-kvm-neither", "K14", refused_both, CHECK_SKIP, CHECK_DEGRADED, "see K07", NULL },
	{ "route-good", "N08", route, CHECK_OK, CHECK_DEGRADED, "from 192.0.2.77", NULL },
	{ "route-none", "N08", no_route, CHECK_FAILED, CHECK_DEGRADED, "no way out", "ip route" },
	{ "leftovers", "N12", left_over, CHECK_WARN, CHECK_ADVICE, "2 sessions ended without a word", "vmdeck gc" },
	{ "leftovers-none", "N12", nothing_left, CHECK_OK, CHECK_ADVICE, "none", NULL },
	{ "servers-good", "D04", two_servers, CHECK_OK, CHECK_DEGRADED, "2 of 2 answer", NULL },
	{ "servers-dead", "D04", servers_dead, CHECK_FAILED, CHECK_DEGRADED, "all name servers are dead: 192.0.2.1", "blocks 192.0.2.1" },
	{ "server-blocked", "D04", server_blocked, CHECK_WARN, CHECK_DEGRADED, "1 of 2 name servers answer; 192.0.2.1 does not", "blocks 192.0.2.1" },
	{ "stub-dead", "D04", stub_dead, CHECK_FAILED, CHECK_DEGRADED, "the name server is dead: 127.0.0.53 refuses", "systemctl restart systemd-resolved" },
	{ "server-refuses", "D04", server_refuses, CHECK_FAILED, CHECK_DEGRADED, "says REFUSED", "resolv.conf" },
	{ "servers-tcp-only", "D04", tcp_only, CHECK_WARN, CHECK_DEGRADED, "over TCP only", "resolv.conf" },
	{ "answers-honest", "D05", two_servers, CHECK_OK, CHECK_DEGRADED, "is told so", NULL },
	{ "answers-hijacked", "D05", hijacked, CHECK_WARN, CHECK_DEGRADED, "answers 203.0.113.9 for a name that does not exist", "log in with a browser" },
	{ "portal", "D05", captive, CHECK_WARN, CHECK_DEGRADED, "answered by login.hotel.example", "log in" },
	{ "portal-not", "D05", plain_redirect, CHECK_OK, CHECK_DEGRADED, "is told so", NULL },
	{ "six-only", "D08", six_only, CHECK_WARN, CHECK_ADVICE, "has only IPv6", "DNS64" },
	{ "six-not-only", "D08", two_servers, CHECK_OK, CHECK_ADVICE, "have IPv4", NULL },
	{ "tls-good", "C03", api, CHECK_OK, CHECK_DEGRADED, "1 of 1 hosts trusted", NULL },
	{ "tls-expired", "C03", api_expired, CHECK_FAILED, CHECK_DEGRADED, "certificate has expired", "date" },
	{ "tls-wrong-name", "C03", api_wrong_name, CHECK_FAILED, CHECK_DEGRADED, "for another name", "/etc/hosts" },
	{ "tls-old-image", "C03", api_old_image, CHECK_FAILED, CHECK_DEGRADED, "trusted by this host, not by the image (image work)", "vmdeck image fix-ca work" },
	{ "tls-intercepted", "C03", api_corporate, CHECK_FAILED, CHECK_DEGRADED, "intercepted", "see C04" },
	{ "tls-stranger", "C03", api_stranger, CHECK_FAILED, CHECK_DEGRADED, "signed by nobody", "Acme Corp Inspection" },
	{ "tls-clock", "C03", api_clock, CHECK_FAILED, CHECK_DEGRADED, "not valid by this host's clock", "set-ntp" },
	{ "tls-half-open", "C03", api_silent, CHECK_FAILED, CHECK_DEGRADED, "connected, and then no answer", "curl" },
	{ "tls-no-way", "C03", api_no_way, CHECK_FAILED, CHECK_DEGRADED, "no connection", "port 443" },
	{ "tls-no-name", "C03", api_no_name, CHECK_UNKNOWN, CHECK_DEGRADED, "does not resolve", "D03" },
	{ "mitm-none", "C04", api, CHECK_OK, CHECK_DEGRADED, "public authorities", NULL },
	{ "mitm-corporate", "C04", api_corporate, CHECK_FAILED, CHECK_DEGRADED, "Acme Corp Inspection opens TLS to api.example, and the image", "vmdeck image fix-ca --extra work" },
	{ "mitm-known", "C04", api_corporate_known, CHECK_INFO, CHECK_DEGRADED, "image and host know it", NULL },
	{ "mitm-zscaler", "C04", api_zscaler, CHECK_FAILED, CHECK_DEGRADED, "Zscaler Root CA opens TLS to api.example, and this host", "from your company" },
	{ "expiry-none", "C05", api, CHECK_OK, CHECK_DEGRADED, "none of 1", NULL },
	{ "expiry-soon", "C05", api_soon, CHECK_WARN, CHECK_DEGRADED, "1 of 1 certificates expire within 14 days", "renew" },
	{ "expiry-over", "C05", api_expired, CHECK_FAILED, CHECK_DEGRADED, "expired", "date" },
	{ "expiry-anchor", "C05", anchor_soon, CHECK_FAILED, CHECK_DEGRADED, "1 of 2 certificates expired", "renew" },
	{ "clock-good", "T02", api, CHECK_OK, CHECK_DEGRADED, "within 60 s", NULL },
	{ "clock-slow", "T02", slow_clock, CHECK_WARN, CHECK_DEGRADED, "behind", "set-ntp" },
	{ "clock-fast", "T02", fast_clock, CHECK_FAILED, CHECK_DEGRADED, "7200 s ahead", "set-ntp" },
	{ "clock-unsaid", "T02", no_date, CHECK_SKIP, CHECK_DEGRADED, "no host said its time", NULL },
	{ "proxy-none", "C06", nothing, CHECK_OK, CHECK_ADVICE, "no proxy", NULL },
	{ "proxy-local", "C06", proxy_local, CHECK_WARN, CHECK_ADVICE, "names 127.0.0.1, which is this host itself", "directly" },
	{ "proxy-corporate", "C06", proxy_corporate, CHECK_WARN, CHECK_ADVICE, "proxy.acme.test", "directly" },
	{ "ntp-on", "T01", nothing, CHECK_OK, CHECK_ADVICE, "set by a time service", NULL },
	{ "ntp-off", "T01", unset_clock, CHECK_WARN, CHECK_ADVICE, "nobody sets", "timedatectl set-ntp true" },
	{ "ntp-off-alpine", "T01", unset_clock_alpine, CHECK_WARN, CHECK_ADVICE, "nobody sets", "rc-service chronyd start" },
	{ "reflink-yes", "S02", reflinks, CHECK_OK, CHECK_ADVICE, "no time and no space", NULL },
	{ "reflink-no", "S02", no_reflink, CHECK_INFO, CHECK_ADVICE, "no reflinks", "btrfs" },
	{ "reflink-xfs", "S02", xfs_no_reflink, CHECK_INFO, CHECK_ADVICE, "no reflinks", "reflink=1" },
	{ "state-ext4", "S03", nothing_left, CHECK_OK, CHECK_DEGRADED, "ext4", NULL },
	{ "state-nfs", "S03", on_nfs, CHECK_WARN, CHECK_DEGRADED, "on the network", "XDG_STATE_HOME" },
	{ "state-tmpfs", "S03", on_tmpfs, CHECK_WARN, CHECK_DEGRADED, "it is memory", "XDG_STATE_HOME" },
	{ "image-whole", "S05", image_whole, CHECK_OK, CHECK_BLOCKER, "1 of 1", NULL },
	{ "image-short", "S05", image_short, CHECK_FAILED, CHECK_BLOCKER, "not as long as its description", "vmdeck image verify work" },
	{ "image-gone", "S05", image_gone, CHECK_FAILED, CHECK_BLOCKER, "is gone", "vmdeck image verify work" },
	{ "image-dirty", "S05", image_dirty, CHECK_WARN, CHECK_ADVICE, "not closed", "e2fsck -fn" },
	{ "agent-missing", "S06", agent_missing, CHECK_FAILED, CHECK_BLOCKER, "claude is not in it: image work", "vmdeck image ls" },
	{ "agent-script", "S06", agent_script, CHECK_FAILED, CHECK_BLOCKER, "needs an interpreter", "image" },
	{ "agent-glibc", "S06", agent_glibc, CHECK_FAILED, CHECK_BLOCKER, "needs glibc, which is not in it", "image" },
	{ "agent-arm", "S06", agent_arm, CHECK_FAILED, CHECK_BLOCKER, "another machine", "image" },
	{ "agent-static", "S06", agent_static, CHECK_OK, CHECK_BLOCKER, "1 of 1", NULL },
	{ "kernel-none", "S08", nothing, CHECK_SKIP, CHECK_BLOCKER, "first launch fetches", NULL },
	{ "kernel-gzip", "S08", kernel_gzip, CHECK_FAILED, CHECK_BLOCKER, "gzip data", "extract-vmlinux" },
	{ "kernel-no-pvh", "S08", kernel_plain, CHECK_FAILED, CHECK_BLOCKER, "no PVH note", "leave \"kernel\" out" },
	{ "kernel-gone", "S08", kernel_gone, CHECK_FAILED, CHECK_BLOCKER, "cannot be opened", "leave the key out" },
	{ "kernel-real", "S08", kernel_real, CHECK_OK, CHECK_BLOCKER, "vmlinux", NULL },
	{ "config-poor", "S09", kernel_poor, CHECK_FAILED, CHECK_BLOCKER, "lacks CONFIG_VIRTIO_MMIO", "CONFIG_VIRTIO_MMIO=y" },
	{ "config-rich", "S09", kernel_rich, CHECK_OK, CHECK_BLOCKER, "what a machine needs", NULL },
	{ "config-unknown", "S09", kernel_plain, CHECK_INFO, CHECK_ADVICE, "the boot will tell", NULL },
	{ "limits-good", "R03", nothing, CHECK_OK, CHECK_DEGRADED, "room for 1 session", NULL },
	{ "limits-files", "R03", few_files, CHECK_FAILED, CHECK_DEGRADED, "512 open files at most", "limits.d" },
	{ "limits-soft", "R03", soft_files, CHECK_WARN, CHECK_DEGRADED, "soft limit of 256", "ulimit -n 4096" },
	{ "limits-processes", "R03", few_processes, CHECK_FAILED, CHECK_DEGRADED, "100 processes at most", "nproc" },
	{ "cpus-good", "R04", nothing, CHECK_OK, CHECK_ADVICE, "1 virtual on 4", NULL },
	{ "cpus-crowded", "R04", crowded, CHECK_WARN, CHECK_ADVICE, "40 virtual processors on 4", "fewer" },
	{ "cpus-pressed", "R04", pressed, CHECK_WARN, CHECK_ADVICE, "72 % of the last minute", "vmdeck ls" },
	{ "hard", "R05", nothing, CHECK_OK, CHECK_ADVICE, "processor patched", NULL },
	{ "soft", "R05", soft_target, CHECK_INFO, CHECK_ADVICE, "3 things weaken", "swapoff" },
	{ "key-none", "A01", no_key, CHECK_WARN, CHECK_DEGRADED, "claude: ANTHROPIC_API_KEY is not set", "export ANTHROPIC_API_KEY" },
	{ "key-there", "A01", key_there, CHECK_OK, CHECK_DEGRADED, "1 of 1", NULL },
	{ "key-file-open", "A01", key_file_open, CHECK_WARN, CHECK_DEGRADED, "open to others", "chmod 600" },
	{ "manifest-bad", "A02", manifest_bad, CHECK_FAILED, CHECK_BLOCKER, "agents.json:7", "did you mean" },
	{ "manifest-none", "A02", manifest_none, CHECK_OK, CHECK_BLOCKER, "built-in agents", NULL },
	{ "manifest-file-gone", "A02", manifest_file_gone, CHECK_FAILED, CHECK_BLOCKER, "web: ", "\"files\"" },
};
enum { MORE = sizeof(more_scenarios) / sizeof(*more_scenarios) };

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

/* The JSON with the fixture's directory taken out. */
static char *picture(const struct fixture *f, const struct check_record *r)
{
	AUTO_JSON cJSON *j = check_record_json(r);
	char self[64], *text;

	cJSON_DeleteItemFromObject(j, "ms");
	text = json_text(j, true);
	replace(text, f->root, "ROOT");
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
		if (n < 2 && !checks[c].inside)
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
