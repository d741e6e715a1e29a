/*
 * One hypervisor behind the engine layer.
 *
 * A backend is a const table of operations; an operation that it does not
 * offer is NULL, and the screen greys it. A machine is a `struct vm`: it lives
 * in the supervisor's loop, holds the hypervisor as a child, and gives three
 * descriptors: the console, the control port and the kernel's boot log. It
 * knows nothing of sessions, agents, images or networks: what it needs comes
 * as descriptors in `struct vm_spec`.
 *
 * To add a backend, read demo.c first: it is the smallest.
 */
#ifndef ENGINE_VM_BACKEND_H
#define ENGINE_VM_BACKEND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/base/loop.h"

enum vm_accel {
	VM_ACCEL_AUTO, /* kvm.h decides by running and timing instructions */
	VM_ACCEL_TCG,
	VM_ACCEL_KVM,
	VM_ACCEL_COUNT
};
extern const char *const vm_accel_names[VM_ACCEL_COUNT]; /* "auto", "tcg", "kvm" */

/* A machine's memory and devices in files, from which others start warm. The
 * same files, the same machine: every other member of vm_spec must be as it was
 * when they were made (backend->identity tells what that is). */
struct vm_snapshot {
	int ram_fd;   /* the guest's memory, memory_mib long */
	int state_fd; /* the state of its devices; not for making */
	bool making;  /* boot with the memory in ram_fd, for backend->save; else resume from
			 both, the memory copied on write: neither is written */
	unsigned long tsc_khz; /* that the guest was told of (vm/tsc.h) */
};

/* What to run. All descriptors are borrowed for the call of start; -1: none. */
struct vm_spec {
	const char *name;     /* for messages and the process title; [a-z0-9-] */
	int kernel_fd;        /* uncompressed ELF vmlinux with a PVH note, or bzImage */
	int initramfs_fd;     /* cpio */
	int image_fd;         /* root file system, read-only: the guest's /dev/vda */
	int disk_fd;          /* session disk, read-write: /dev/vdb */
	int tap_fd;           /* an open TAP: the guest's eth0 */
	int netns_fd;         /* network namespace that the hypervisor enters */
	const char *mac;      /* "02:fc:00:00:00:01"; NULL when there is no tap */
	unsigned memory_mib;
	unsigned cpus;
	enum vm_accel accel;
	bool cpu_max;         /* the image's programs need more than the default CPU model */
	const struct vm_snapshot *snapshot; /* NULL: boot, memory of its own */
	const char *cmdline;  /* kernel command line to add; NULL: none */
	const char *program;  /* hypervisor binary; NULL: found on PATH */
	const char *script;   /* demo only: which scripted console */
	uint16_t cols, rows;  /* of the console, where the backend can tell it (demo) */
};

enum vm_state {
	VM_NONE,       /* start was not called, or failed */
	VM_STARTING,   /* hypervisor executed, not yet running the guest */
	VM_RUNNING,
	VM_PAUSED,
	VM_SILENT,     /* the hypervisor does not answer; may become RUNNING again */
	VM_GONE,       /* dead; cause is set; nothing more will come */
	VM_STATE_COUNT
};
extern const char *const vm_state_names[VM_STATE_COUNT];

struct vm;
/* Called on each change of vm->state, from the loop. On VM_GONE exactly once
 * and last: free the machine from loop_later then, not inside. */
typedef void vm_changed_fn(struct vm *vm);
/* The state was written, or, with err, was not. Once, from the loop. */
typedef void vm_saved_fn(struct vm *vm, const struct error *err);

struct vm {
	const struct backend *backend;
	struct loop *loop;
	vm_changed_fn *changed;
	void *owner;         /* the caller's own */
	enum vm_state state;
	enum vm_accel accel; /* as decided */
	pid_t pid;           /* the hypervisor, 0 if none */
	char cause[256];     /* why it is GONE, in words: "QEMU was killed (SIGKILL)" */
	char notes[256];     /* guards that this host did not give, for the screen: "no private
				root: ..."; "" when all hold */
	bool asked;          /* its end was asked for: by kill, or a guest's own power-off */

	/* Owned by the machine, nonblocking, open from start to done; -1 where the
	 * backend has none. The caller watches them, and forgets them before done. */
	int console_fd;      /* bytes to and from the agent's console; a pty ends with EIO */
	int control_fd;      /* frames to and from guest init (engine/guest/control.h) */
	int boot_fd;         /* the kernel's log, read only */

	void *state_of;      /* the backend's own */
};

struct backend {
	const char *name;  /* "qemu" */
	const char *title; /* "QEMU microvm" */
	const char *program; /* to look for on PATH; NULL: built in */

	/* Execute the hypervisor. Returns at once; progress comes through changed. On
	 * failure nothing is left. */
	int (*start)(struct vm *vm, const struct vm_spec *spec, struct error *err);
	void (*kill)(struct vm *vm); /* at once; VM_GONE follows */
	/* Free what start made and close the three descriptors. A hypervisor that is alive
	 * is killed and waited for. Harmless on a zeroed or failed machine. */
	void (*done)(struct vm *vm);

	/* May be NULL. */
	void (*pause)(struct vm *vm);
	void (*resume)(struct vm *vm);
	void (*resize)(struct vm *vm, uint16_t cols, uint16_t rows);
	/* Templates: NULL where the backend cannot. save pauses the machine for good and
	 * writes the state of its devices to `fd`, borrowed for the call. identity writes as
	 * text what of the hypervisor and of spec (descriptors aside) a snapshot depends on. */
	int (*save)(struct vm *vm, int fd, vm_saved_fn *saved, struct error *err);
	int (*identity)(const struct vm_spec *spec, char *out, size_t cap, struct error *err);
	/* One line about what was found: "QEMU 7.2.22 at /usr/bin/..."; -1 with a hint
	 * when it cannot be used here. May take a second: never from a loop. */
	int (*probe)(char *out, size_t cap, struct error *err);
};

extern const struct backend backend_qemu, backend_demo;

/* For backends: change vm->state and tell the owner, once for each change;
 * nothing follows VM_GONE. From the loop only. */
void vm_enter(struct vm *vm, enum vm_state state);

/* All of them, in order of preference, NULL-terminated. */
extern const struct backend *const backends[];
const struct backend *backend_find(const char *name); /* NULL: no such */

#endif
