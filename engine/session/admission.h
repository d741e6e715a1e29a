/*
 * Admission: is there memory and disk for one more session? What it will take is
 * projected: what a session from this template was measured to take (its share of
 * memory as the kernel counts it; the whole of the machine's memory while nothing was
 * measured), and a share of the machine's memory for it to grow. What is free is what
 * the host, and the control groups that we are in, can still give, less what those that
 * were let in before have not taken yet (promise.h).
 */
#ifndef ENGINE_SESSION_ADMISSION_H
#define ENGINE_SESSION_ADMISSION_H

#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/promise.h"

enum {
	ADMISSION_GROWTH = 25,      /* per cent of a machine's memory, when nothing is configured */
	ADMISSION_RESERVE_MIB = 256, /* of memory and disk, for the host */
	ADMISSION_DISK_MIB = 32,    /* a session's disk at its start, its logs, its record */
};

struct admission {
	uint64_t measured_kib; /* of a session like it; 0: never */
	unsigned memory_mib;   /* of the machine */
	unsigned growth;       /* per cent */
};

/* All that it is expected to take. */
uint64_t admission_projected_kib(const struct admission *a);

/* 0, or -1 with the figures; err->code is ENOMEM or ENOSPC. */
int admission_ask(const struct admission *a, const struct promises *others, const struct paths *p,
		  struct error *err);

/* The memory of a process and those it shares with, in KiB (Pss of smaps_rollup); 0
 * when it cannot be read. */
uint64_t admission_pss_kib(int pid);
/* What of it can be nobody else's, in KiB: cheap to ask for. */
uint64_t admission_own_kib(int pid);

/* A template's figure, in its directory. */
uint64_t admission_measured(int template);
void admission_measure(int template, uint64_t kib);

#endif
