#include "engine/vm/qemu_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/process.h"
#include "engine/vm/kvm.h"
#include "engine/vm/qemu_args.h"

int qemu_find(const struct vm_spec *spec, char out[PATH_MAX], struct error *err)
{
	const char *name = spec->program ? spec->program : QEMU_PROGRAM;
	char found[PATH_MAX];

	if (process_find(name, found, sizeof(found)) < 0 || !realpath(found, out)) {
		error_set(err, ENOENT, "find %s", name);
		error_hint(err, "install QEMU: sudo apt install qemu-system-x86");
		return -1;
	}
	return 0;
}

enum vm_accel qemu_accel(enum vm_accel wanted)
{
	struct kvm_probe probe;

	if (wanted != VM_ACCEL_AUTO)
		return wanted;
	kvm_probe(&probe, NULL, NULL);
	return kvm_worthwhile(&probe) ? VM_ACCEL_KVM : VM_ACCEL_TCG;
}

/* Numbers that differ from one host or launch to the next are the caller's to
 * compare (tsc_khz) or mean nothing to the guest (the name). */
int qemu_identity(const struct vm_spec *spec, char *out, size_t cap, struct error *err)
{
	struct vm_snapshot none = { .ram_fd = -1, .state_fd = -1, .tsc_khz = 1 };
	struct vm_spec s = *spec;
	char program[PATH_MAX];
	struct qemu_args args;
	struct stat st;
	size_t n;

	if (qemu_find(spec, program, err) < 0)
		return -1;
	if (stat(program, &st) < 0)
		return error_set(err, errno, "look at %s", program);
	s.name = "template";
	s.snapshot = &none;
	qemu_args(&args, &s, qemu_accel(spec->accel));
	n = (size_t)snprintf(out, cap, "%s %llu %lld.%09ld\n", program,
			     (unsigned long long)st.st_size, (long long)st.st_mtim.tv_sec,
			     st.st_mtim.tv_nsec);
	for (size_t i = 1; i < args.n && n < cap; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s\n", args.v[i]);
	return args.full || n >= cap ? error_set(err, E2BIG, "QEMU's command line") : 0;
}

int qemu_probe(char *out, size_t cap, struct error *err)
{
	struct vm_spec spec = { .program = NULL };
	char path[PATH_MAX], text[4096];
	char version[] = "--version", machine[] = "-machine", help[] = "help";
	char *ask_version[] = { path, version, NULL }, *ask_machines[] = { path, machine, help, NULL };
	int status, major = 0, minor = 0, micro = 0;

	if (qemu_find(&spec, path, err) < 0 ||
	    process_capture(ask_version, text, sizeof(text), 5000, &status, err) < 0)
		return -1;
	if (sscanf(text, "QEMU emulator version %d.%d.%d", &major, &minor, &micro) < 2)
		return error_set(err, 0, "%s does not tell its version", path);
	if (major * 100 + minor < 602) {
		error_set(err, 0, "QEMU %d.%d at %s is too old", major, minor, path);
		error_hint(err, "install QEMU 6.2 or newer");
		return -1;
	}
	if (process_capture(ask_machines, text, sizeof(text), 5000, &status, err) < 0)
		return -1;
	if (!strstr(text, "\nmicrovm ")) {
		error_set(err, 0, "QEMU %d.%d at %s has no microvm machine", major, minor, path);
		error_hint(err, "install a QEMU with it: sudo apt install qemu-system-x86");
		return -1;
	}
	snprintf(out, cap, "QEMU %d.%d.%d at %s", major, minor, micro, path);
	return 0;
}
