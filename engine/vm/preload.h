/*
 * What is loaded into a QEMU that resumes (preload/ram.c says why), as an
 * anonymous file: there is nothing to install and nothing to leave behind.
 */
#ifndef ENGINE_VM_PRELOAD_H
#define ENGINE_VM_PRELOAD_H

/* The memory's descriptor in QEMU, and how its command line names it. */
#define PRELOAD_RAM_FD 13
#define PRELOAD_RAM_PATH "/proc/self/fd/13"

struct error;

/* A descriptor to name in LD_PRELOAD as /proc/self/fd/N. */
int preload_open(struct error *err);

#endif
