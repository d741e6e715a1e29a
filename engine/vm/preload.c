#include "engine/vm/preload.h"

#include <errno.h>
#include <sys/mman.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

#ifndef PRELOAD_RAM
#define PRELOAD_RAM ".build/preload/ram.so"
#endif

/* The shared object, as preload.mk has built it. */
__asm__(".section .rodata\n"
	".balign 16\n"
	"vmdeck_preload_ram:\n"
	".incbin \"" PRELOAD_RAM "\"\n"
	"vmdeck_preload_ram_end:\n"
	".previous\n");
extern const char vmdeck_preload_ram[], vmdeck_preload_ram_end[];

int preload_open(struct error *err)
{
	AUTO_CLOSE int fd = memfd_create("preload", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return error_set(err, errno, "make a file in memory");
	if (fd_write_all(fd, vmdeck_preload_ram,
			 (size_t)(vmdeck_preload_ram_end - vmdeck_preload_ram), err) < 0)
		return -1;
	return take_fd(&fd);
}
