/*
 * What a hypervisor's process may still do: entered by the child between fork
 * and exec. Assume that a guest has taken over its hypervisor; then what is
 * left is what this leaves.
 *
 *	required  its session's network namespace, no capabilities (bounding set
 *		  included), no new privileges, no core dumps, limits, dies with
 *		  its parent
 *	wanted	  a mount namespace whose root holds the programs read-only, a
 *		  few devices and the process's own /proc, and nothing else
 *
 * A required one that fails, fails the start. A wanted one that the host does
 * not give is said in one line on standard error that begins with JAIL_NOTE,
 * for the parent to show. The system-call filter is the hypervisor's own.
 */
#ifndef ENGINE_VM_JAIL_H
#define ENGINE_VM_JAIL_H

#include <stdbool.h>
#include <stdint.h>

#define JAIL_NOTE "guard: "

struct jail {
	int netns_fd;        /* entered, then closed; -1: none */
	const char *program; /* absolute, without symbolic links: must be reachable inside */
	bool kvm;            /* /dev/kvm is among the devices */
	uint64_t file_size;  /* the largest file it may write, bytes */
	unsigned files;      /* descriptors */
	bool keep_root;      /* do not even try for the private root */
};

/* For process.h's prepare: `arg` is a struct jail. 0 or an errno. */
int jail_enter(void *arg);

#endif
