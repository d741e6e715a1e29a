/*
 * A program of an image: where a command is, and whether it could start there. Nothing
 * is run: its first bytes are read, and its interpreter is looked for.
 *
 * The image's bytes are foreign: do this in a limited child (apart.h).
 */
#ifndef ENGINE_IMAGE_PROGRAM_H
#define ENGINE_IMAGE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/ext4.h"

enum program_fault {
	PROGRAM_GOOD,
	PROGRAM_ABSENT,         /* no file of that name */
	PROGRAM_NOT_EXECUTABLE,
	PROGRAM_NONE,           /* neither ELF nor a script */
	PROGRAM_EMPTY_SCRIPT,   /* "#!" and nothing behind it, or scripts without end */
	PROGRAM_FOREIGN,        /* for another processor */
	PROGRAM_DAMAGED,        /* its program headers are not where it says */
	PROGRAM_LACKS,          /* its interpreter is not there */
};

struct program {
	enum program_fault fault;
	char path[512];        /* of what is at fault: it, or the interpreter of its first line */
	char interpreter[256]; /* that this asks for (ELF's PT_INTERP, a script's "#!"); "" */
};

/* Where a command is: looks through PATH's usual directories when it has no '/'.
 * 0 found, 1 not there, -1. */
int program_find(struct ext4 *fs, const char *argv0, char *path, size_t size, struct error *err);

/* Could the file at this path start? Links are followed. True when it is GOOD. */
bool program_look(struct ext4 *fs, const char *path, struct program *out);

/* In words, not cleaned: "/bin/sh wants /lib/ld.so, which is not there". */
void program_say(const struct program *p, char *said, size_t cap);

#endif
