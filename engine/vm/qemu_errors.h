/*
 * QEMU's standard error: notes that our jail wrote before exec, warnings, and at the end
 * the reason. What it says is hostile, since guest code may speak through it: it leaves
 * here clean and cut to length.
 */
#ifndef ENGINE_VM_QEMU_ERRORS_H
#define ENGINE_VM_QEMU_ERRORS_H

#include "engine/base/loop.h"

struct qemu_errors {
	struct source source; /* of the loop while it is open */
	char line[512];       /* the line under way */
	size_t len;
	char last[512];       /* the last whole one that was not a warning, clean; "" */
	char *notes;          /* the caller's: what the jail noted, joined by "; " */
	size_t notes_cap;
};

/* Read a pipe's end, nonblocking, which is its own from then on. What is there already
 * (the jail's notes) is taken at once. */
int qemu_errors_start(struct qemu_errors *e, struct loop *l, int fd, struct error *err);

/* All that is still there, when the process has ended. */
void qemu_errors_drain(struct qemu_errors *e);

void qemu_errors_done(struct qemu_errors *e);

#endif
