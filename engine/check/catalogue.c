#include "engine/check/probe.h"

#include <assert.h>
#include <strings.h>

const char *const check_group_names[] = {
	[CHECK_GROUP_KVM] = "kvm",	     [CHECK_GROUP_ENGINE] = "engine",
	[CHECK_GROUP_NETWORK] = "network",   [CHECK_GROUP_DNS] = "dns",
	[CHECK_GROUP_CA] = "ca",	     [CHECK_GROUP_STORAGE] = "storage",
	[CHECK_GROUP_RESOURCES] = "resources", [CHECK_GROUP_AGENTS] = "agents",
	[CHECK_GROUP_TERMINAL] = "terminal",
};
static_assert(sizeof(check_group_names) / sizeof(*check_group_names) == CHECK_GROUP_COUNT,
	      "a name each");

const char *const check_group_titles[] = {
	[CHECK_GROUP_KVM] = "KVM",	     [CHECK_GROUP_ENGINE] = "Engine",
	[CHECK_GROUP_NETWORK] = "Network",   [CHECK_GROUP_DNS] = "DNS",
	[CHECK_GROUP_CA] = "CA and time", [CHECK_GROUP_STORAGE] = "Storage",
	[CHECK_GROUP_RESOURCES] = "Resources", [CHECK_GROUP_AGENTS] = "Agents",
	[CHECK_GROUP_TERMINAL] = "Terminal",
};
static_assert(sizeof(check_group_titles) / sizeof(*check_group_titles) == CHECK_GROUP_COUNT,
	      "a title each");

static bool always(const struct check_plan *plan)
{
	(void)plan;
	return true;
}

#define MACHINES { "qemu", "firecracker" } /* backends that start one; `demo` does not */

/*
 * The order is that of reports. A row's needs, and the row that it shares a
 * child with, come before it. Severity is that of a plain launch: a probe
 * raises it when this launch insists (accel=kvm) and lowers it when it does
 * not care (policy none).
 */
const struct check checks[] = {
	{
		.id = "K01", .group = CHECK_GROUP_KVM, .title = "Processor and kernel",
		.why = "a hypervisor runs a kernel of its own processor's kind; another one would have "
		       "to be emulated whole",
		.doc = "docs/preflight.md#k01", .backends = MACHINES,
		.severity = CHECK_BLOCKER, .timeout_ms = 1000, .probe = probe_k01,
	}, {
		.id = "K02", .group = CHECK_GROUP_KVM, .title = "KVM device",
		.why = "with hardware virtualisation a guest runs at native speed and is isolated "
		       "by the CPU; without it QEMU interprets every instruction",
		.doc = "docs/preflight.md#k02", .backends = MACHINES,
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_k02,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K03", .group = CHECK_GROUP_KVM, .title = "KVM can be opened",
		.why = "a device that cannot be opened is of no use; the errno tells permissions "
		       "from a container's device policy from a missing driver",
		.doc = "docs/preflight.md#k03", .backends = MACHINES, .needs = { "K02" },
		.severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k03,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K04", .group = CHECK_GROUP_KVM, .title = "Right to use KVM",
		.why = "the kernel lets owner, group and access list of /dev/kvm use it, by the "
		       "groups that this process has, not those in /etc/group",
		.doc = "docs/preflight.md#k04", .backends = MACHINES, .needs = { "K02" },
		.shares = "K03", .severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k04,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K05", .group = CHECK_GROUP_KVM, .title = "KVM interface",
		.why = "hypervisors speak version 12, the only one since Linux 2.6.22",
		.doc = "docs/preflight.md#k05", .backends = MACHINES, .needs = { "K03" },
		.shares = "K03", .severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k05,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K06", .group = CHECK_GROUP_KVM, .title = "KVM capabilities",
		.why = "Firecracker refuses a KVM without these 14 capabilities, and a machine with "
		       "more processors than KVM gives",
		.doc = "docs/preflight.md#k06", .backends = MACHINES, .needs = { "K05" },
		.shares = "K03",
		.severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k06,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K07", .group = CHECK_GROUP_KVM, .title = "KVM makes a machine",
		.why = "another hypervisor may hold the CPU's extensions; then the device opens "
		       "and no machine can be made",
		.doc = "docs/preflight.md#k07", .backends = MACHINES, .needs = { "K05" },
		.shares = "K03", .severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k07,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K08", .group = CHECK_GROUP_KVM, .title = "KVM runs instructions",
		.why = "only a guest that ran proves that guests run: two instructions, and what "
		       "they wrote",
		.doc = "docs/preflight.md#k08", .backends = MACHINES, .needs = { "K07" },
		.shares = "K03", .severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k08,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K09", .group = CHECK_GROUP_KVM, .title = "KVM speed",
		.why = "on a host that is a machine itself KVM may be emulated, and then a stock "
		       "kernel needs minutes where QEMU's own translator (TCG) needs seconds",
		.doc = "docs/preflight.md#k09", .backends = MACHINES, .needs = { "K08" },
		.shares = "K03", .severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_k09,
		.may_block = plan_needs_kvm,
	}, {
		.id = "K10", .group = CHECK_GROUP_KVM, .title = "Virtualisation flags",
		.why = "the flags vmx and svm say whether the processor, or the machine around this "
		       "one, offers virtualisation; without /dev/kvm they tell why",
		.doc = "docs/preflight.md#k10", .backends = MACHINES,
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_k10,
	}, {
		.id = "K11", .group = CHECK_GROUP_KVM, .title = "Machine in a machine",
		.why = "on a host that is a virtual machine itself, KVM needs the provider's nested "
		       "virtualisation",
		.doc = "docs/preflight.md#k11", .backends = MACHINES,
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_k11,
	}, {
		.id = "K12", .group = CHECK_GROUP_KVM, .title = "Nested page tables",
		.why = "without EPT or NPT every page fault of a guest goes through the host",
		.doc = "docs/preflight.md#k12", .backends = MACHINES,
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_k12,
	}, {
		.id = "K13", .group = CHECK_GROUP_KVM, .title = "Host kernel",
		.why = "Firecracker is validated with a few kernels; others may work",
		.doc = "docs/preflight.md#k13", .backends = { "firecracker" },
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_k13,
	}, {
		.id = "E01", .group = CHECK_GROUP_ENGINE, .title = "Hypervisor",
		.why = "without a hypervisor there is nothing to start an agent's machine with",
		.doc = "docs/preflight.md#e01", .backends = MACHINES,
		.severity = CHECK_BLOCKER, .timeout_ms = 8000, .probe = probe_e01,
	}, {
		.id = "N00", .group = CHECK_GROUP_NETWORK, .title = "Namespaces",
		.why = "each session has a network of its own without a way out; where it cannot "
		       "be made, nothing is started, for an agent must not get the host's",
		.doc = "docs/preflight.md#n00", .backends = MACHINES,
		.severity = CHECK_BLOCKER, .timeout_ms = 4000, .probe = probe_n00,
	}, {
		.id = "N01", .group = CHECK_GROUP_NETWORK, .title = "TUN/TAP driver",
		.why = "the guest's network card is a TAP in the session's namespace",
		.doc = "docs/preflight.md#n01", .backends = MACHINES,
		.severity = CHECK_BLOCKER, .timeout_ms = 1000, .probe = probe_n01,
	}, {
		.id = "E05", .group = CHECK_GROUP_ENGINE, .title = "Guards",
		.why = "what reads a guest's bytes, the hypervisor and the gateway, has a root of its "
		       "own and namespaces where the host gives them; a session goes on without, "
		       "and whoever breaks out of its machine then sees more",
		.doc = "docs/preflight.md#e05", .backends = MACHINES, .needs = { "N00" },
		.severity = CHECK_DEGRADED, .timeout_ms = 4000, .probe = probe_e05,
	}, {
		.id = "K14", .group = CHECK_GROUP_KVM, .title = "KVM for the hypervisor",
		.why = "the hypervisor runs with other rights than this program: in namespaces, "
		       "without capabilities, in a root of its own; a KVM that opens here may be "
		       "refused there",
		.doc = "docs/preflight.md#k14", .backends = MACHINES, .needs = { "K03", "N00" },
		.severity = CHECK_DEGRADED, .timeout_ms = 4000, .probe = probe_k14,
		.may_block = plan_needs_kvm,
	}, {
		.id = "N08", .group = CHECK_GROUP_NETWORK, .title = "Way out of the host",
		.why = "the gateway reaches the allowed names through this host's own network",
		.doc = "docs/preflight.md#n08",
		.severity = CHECK_DEGRADED, .timeout_ms = 2000, .probe = probe_n08,
	}, {
		.id = "N12", .group = CHECK_GROUP_NETWORK, .title = "Leftovers",
		.why = "what crashed sessions left takes space and confuses lists",
		.doc = "docs/preflight.md#n12",
		.severity = CHECK_ADVICE, .timeout_ms = 3000, .probe = probe_n12,
	}, {
		.id = "D02", .group = CHECK_GROUP_DNS, .title = "Host's resolv.conf",
		.why = "the gateway resolves allowed names on the host; with a broken file every "
		       "look-up fails, or waits for a server that is not there",
		.doc = "docs/preflight.md#d02",
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_d02,
	}, {
		.id = "D01", .group = CHECK_GROUP_DNS, .title = "Host's stub resolver",
		.why = "127.0.0.53 in a guest is the guest itself: a copied resolv.conf resolves "
		       "nothing there",
		.doc = "docs/preflight.md#d01", .needs = { "D02" },
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_d01,
	}, {
		.id = "D03", .group = CHECK_GROUP_DNS, .title = "API names resolve",
		.why = "an agent whose API cannot be resolved here fails inside, later and with "
		       "a worse message",
		.doc = "docs/preflight.md#d03", .needs = { "D02" }, .slow = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 4500, .probe = probe_d03,
	}, {
		.id = "D04", .group = CHECK_GROUP_DNS, .title = "Name servers answer",
		.why = "the relay asks the host's servers, one after the other: a dead one costs "
		       "seconds for each name, and some networks block foreign servers",
		.doc = "docs/preflight.md#d04", .needs = { "D02" }, .slow = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 4600, .probe = probe_d04,
	}, {
		.id = "D05", .group = CHECK_GROUP_DNS, .title = "No false answers",
		.why = "a captive portal or a filter that answers for names that do not exist sends "
		       "agents to the wrong machine",
		.doc = "docs/preflight.md#d05", .needs = { "D02" }, .slow = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 4600, .probe = probe_d05,
	}, {
		.id = "D06", .group = CHECK_GROUP_DNS, .title = "Image's resolv.conf",
		.why = "programs in the guest read /etc/resolv.conf of the image; one that is "
		       "missing or points at the guest itself resolves nothing",
		.doc = "docs/preflight.md#d06", .backends = MACHINES, .foreign = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 5000, .probe = probe_d06,
	}, {
		.id = "D08", .group = CHECK_GROUP_DNS, .title = "IPv6-only names",
		.why = "a name that has only IPv6 addresses cannot be reached from a host without an "
		       "IPv6 route",
		.doc = "docs/preflight.md#d08", .needs = { "D02" }, .slow = true,
		.severity = CHECK_ADVICE, .timeout_ms = 4600, .probe = probe_d08,
	}, {
		.id = "C01", .group = CHECK_GROUP_CA, .title = "Host's CA bundle",
		.why = "the broker checks an API's certificate against it before it sends a key",
		.doc = "docs/preflight.md#c01", .foreign = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_c01,
	}, {
		.id = "C02", .group = CHECK_GROUP_CA, .title = "Image's CA bundle",
		.why = "without one, every HTTPS request of an agent fails, and says so only as "
		       "CurlFailed or UNABLE_TO_GET_ISSUER_CERT",
		.doc = "docs/preflight.md#c02", .backends = MACHINES, .foreign = true,
		.severity = CHECK_BLOCKER, .timeout_ms = 5000, .probe = probe_c02,
	}, {
		.id = "C03", .group = CHECK_GROUP_CA, .title = "APIs are trusted",
		.why = "a real handshake with each host that the agents need, with the certificates of "
		       "the image and with those of this host: what a guest will find",
		.doc = "docs/preflight.md#c03", .slow = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 4700, .probe = probe_c03,
	}, {
		.id = "C04", .group = CHECK_GROUP_CA, .title = "Nobody intercepts",
		.why = "a proxy that opens TLS signs with a certificate of its own: a guest that does "
		       "not know it refuses every connection",
		.doc = "docs/preflight.md#c04", .slow = true, .shares = "C03",
		.severity = CHECK_DEGRADED, .timeout_ms = 4700, .probe = probe_c04,
	}, {
		.id = "C05", .group = CHECK_GROUP_CA, .title = "Certificates expire",
		.why = "an anchor or a server's certificate that runs out stops the agents on that day",
		.doc = "docs/preflight.md#c05", .slow = true, .shares = "C03",
		.severity = CHECK_DEGRADED, .timeout_ms = 4700, .probe = probe_c05,
	}, {
		.id = "T02", .group = CHECK_GROUP_CA, .title = "Clock and the APIs",
		.why = "certificates and tokens are refused by a clock that is minutes off",
		.doc = "docs/preflight.md#t02", .slow = true, .shares = "C03",
		.severity = CHECK_DEGRADED, .timeout_ms = 4700, .probe = probe_t02,
	}, {
		.id = "C06", .group = CHECK_GROUP_CA, .title = "Proxy settings",
		.why = "a proxy that this shell uses is not passed to guests, and one on 127.0.0.1 "
		       "could not be reached from there",
		.doc = "docs/preflight.md#c06",
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_c06,
	}, {
		.id = "T01", .group = CHECK_GROUP_CA, .title = "Host clock",
		.why = "guests get this host's time; a clock that nobody sets drifts",
		.doc = "docs/preflight.md#t01",
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_t01,
	}, {
		.id = "T03", .group = CHECK_GROUP_CA, .title = "Guest's clock",
		.why = "a guest whose clock is off sees certificates that are not valid, and builds that are "
		       "out of order",
		.doc = "docs/preflight.md#t03", .backends = MACHINES, .inside = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_inside,
	}, {
		.id = "S01", .group = CHECK_GROUP_STORAGE, .title = "Space for sessions",
		.why = "a disk that fills up under a running guest shows there as I/O errors",
		.doc = "docs/preflight.md#s01",
		.severity = CHECK_BLOCKER, .timeout_ms = 3000, .probe = probe_s01,
	}, {
		.id = "S02", .group = CHECK_GROUP_STORAGE, .title = "Reflinks",
		.why = "images with disk \"clone\" are copied for each session: a reflink does that at "
		       "once and without space",
		.doc = "docs/preflight.md#s02",
		.severity = CHECK_ADVICE, .timeout_ms = 2000, .probe = probe_s02,
	}, {
		.id = "S03", .group = CHECK_GROUP_STORAGE, .title = "State's file system",
		.why = "session disks on a network file system or in memory are slow, or gone after a "
		       "reboot",
		.doc = "docs/preflight.md#s03",
		.severity = CHECK_DEGRADED, .timeout_ms = 3000, .probe = probe_s03,
	}, {
		.id = "S04", .group = CHECK_GROUP_STORAGE, .title = "State directory",
		.why = "it holds sockets and logs of agents: it must be yours, and nobody else may "
		       "look or write",
		.doc = "docs/preflight.md#s04",
		.severity = CHECK_BLOCKER, .timeout_ms = 3000, .probe = probe_s04,
	}, {
		.id = "S05", .group = CHECK_GROUP_STORAGE, .title = "Images are whole",
		.why = "a file system that is shorter than it says, or was not closed, shows in the "
		       "guest as I/O errors",
		.doc = "docs/preflight.md#s05", .backends = MACHINES, .foreign = true,
		.severity = CHECK_BLOCKER, .timeout_ms = 5000, .probe = probe_s05,
	}, {
		.id = "S06", .group = CHECK_GROUP_STORAGE, .title = "Agents in their images",
		.why = "a program that is not in the image, or whose interpreter is not, ends the "
		       "session before it begins",
		.doc = "docs/preflight.md#s06", .backends = MACHINES, .foreign = true,
		.severity = CHECK_BLOCKER, .timeout_ms = 5000, .probe = probe_s06,
	}, {
		.id = "S08", .group = CHECK_GROUP_STORAGE, .title = "Kernel file",
		.why = "a hypervisor starts only the kinds of kernel file that it knows",
		.doc = "docs/preflight.md#s08", .backends = MACHINES, .foreign = true,
		.severity = CHECK_BLOCKER, .timeout_ms = 3000, .probe = probe_s08,
	}, {
		.id = "S09", .group = CHECK_GROUP_STORAGE, .title = "Kernel configuration",
		.why = "a kernel without virtio or ext4 built in, and without modules, cannot reach "
		       "its disk",
		.doc = "docs/preflight.md#s09", .backends = MACHINES, .foreign = true,
		.severity = CHECK_BLOCKER, .timeout_ms = 5000, .probe = probe_s09,
	}, {
		.id = "R01", .group = CHECK_GROUP_RESOURCES, .title = "Memory",
		.why = "when memory runs out the kernel ends a process, most likely a hypervisor",
		.doc = "docs/preflight.md#r01", .backends = MACHINES,
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_r01,
		.may_block = always,
	}, {
		.id = "R03", .group = CHECK_GROUP_RESOURCES, .title = "Limits",
		.why = "each session holds descriptors and processes; at the limit the next one fails "
		       "half-way",
		.doc = "docs/preflight.md#r03", .backends = MACHINES,
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_r03,
	}, {
		.id = "R04", .group = CHECK_GROUP_RESOURCES, .title = "Processors",
		.why = "more virtual processors than real ones share them; under pressure all get "
		       "slower",
		.doc = "docs/preflight.md#r04", .backends = MACHINES,
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_r04,
	}, {
		.id = "R05", .group = CHECK_GROUP_RESOURCES, .title = "Hardening",
		.why = "memory merging, swap and unpatched processors let one guest learn about "
		       "another",
		.doc = "docs/preflight.md#r05", .backends = MACHINES,
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_r05,
	}, {
		.id = "G01", .group = CHECK_GROUP_RESOURCES, .title = "Guest's entropy",
		.why = "keys that are made before the generator is seeded can be guessed",
		.doc = "docs/preflight.md#g01", .backends = MACHINES, .inside = true,
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_inside,
	}, {
		.id = "A01", .group = CHECK_GROUP_AGENTS, .title = "Credentials",
		.why = "an agent without its key starts, and fails at its first question",
		.doc = "docs/preflight.md#a01",
		.severity = CHECK_DEGRADED, .timeout_ms = 1000, .probe = probe_a01,
	}, {
		.id = "A02", .group = CHECK_GROUP_AGENTS, .title = "Manifest",
		.why = "agents.json is read whole or refused whole; files that it names are injected "
		       "at launch",
		.doc = "docs/preflight.md#a02",
		.severity = CHECK_BLOCKER, .timeout_ms = 1000, .probe = probe_a02,
	}, {
		.id = "U01", .group = CHECK_GROUP_TERMINAL, .title = "Terminal",
		.why = "the dashboard draws in it; every verb works without",
		.doc = "docs/preflight.md#u01",
		.severity = CHECK_ADVICE, .timeout_ms = 1000, .probe = probe_u01,
	},
};
const size_t checks_count = sizeof(checks) / sizeof(*checks);
static_assert(sizeof(checks) / sizeof(*checks) <= CHECKS_MAX, "raise CHECKS_MAX");

int check_index(const char *id)
{
	for (size_t i = 0; i < checks_count; i++)
		if (!strcasecmp(checks[i].id, id))
			return (int)i;
	return -1;
}

const struct check *check_find(const char *id)
{
	int i = check_index(id);

	return i < 0 ? NULL : &checks[i];
}
