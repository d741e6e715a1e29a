/*
 * A kernel's file: what it is, and the ELF program (vmlinux) inside it.
 *
 * A bzImage is a setup part and a compressed vmlinux; where, its header says
 * (Documentation/arch/x86/boot.rst). Debian's is compressed as legacy LZ4
 * frames, others as gzip, xz or zstd. QEMU starts a vmlinux directly when it
 * carries the note XEN_ELFNOTE_PHYS32_ENTRY (PVH). All of it is treated as
 * hostile bytes: every offset is checked against the file.
 */
#ifndef ENGINE_IMAGE_VMLINUX_H
#define ENGINE_IMAGE_VMLINUX_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

#define KERNEL_FILE_MAX (512UL << 20) /* bytes, packed or unpacked */

enum kernel_format {
	KERNEL_ELF,      /* vmlinux: what we start */
	KERNEL_BZIMAGE,  /* unpacks to one */
	KERNEL_GZIP, KERNEL_XZ, KERNEL_ZSTD, KERNEL_LZ4, /* a bare compressed file */
	KERNEL_PE,       /* an EFI application that is no bzImage */
	KERNEL_TEXT,
	KERNEL_UNKNOWN,
};

/* What a file is, for preflight (S08) and for messages. */
struct kernel_probe {
	enum kernel_format format;
	enum kernel_format payload; /* of a bzImage */
	char release[64];           /* of a bzImage, or found in the ELF's banner */
	bool pvh;                   /* ELF: has XEN_ELFNOTE_PHYS32_ENTRY */
	bool entry64;               /* ELF: x86-64 executable with a loadable segment at its entry */
};
const char *kernel_format_name(enum kernel_format f);
/* Fails only when it cannot be read; what it is, is in *out. */
int kernel_probe(int fd, struct kernel_probe *out, struct error *err);
void kernel_probe_bytes(const void *data, size_t len, struct kernel_probe *out);

/* The vmlinux inside an image file, in *out (free it); an ELF is copied as it
 * is. At most `max` bytes. */
int kernel_unpack(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		  struct error *err);

#endif
