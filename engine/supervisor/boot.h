/*
 * The kernel's log of one machine: kept as text with a cap, and listened to for
 * the line that says why a kernel gave up. Knows no session.
 */
#ifndef ENGINE_SUPERVISOR_BOOT_H
#define ENGINE_SUPERVISOR_BOOT_H

#include "engine/base/log.h"
#include "engine/base/loop.h"
#include "engine/supervisor/transcript.h"

struct boot {
	struct source source;
	struct log log;
	struct transcript text;
	char line[256]; /* the line under way */
	size_t n;
	char panic[256]; /* a line that says why it stopped, cleaned; "" if none came */
};

int boot_init(struct boot *b, int dir, struct error *err);
int boot_attach(struct boot *b, struct loop *l, int fd, struct error *err);
void boot_detach(struct boot *b); /* takes what is still to be read */
void boot_done(struct boot *b);

/* A line of our own or of the guest's init, which cleans itself. */
void boot_say(struct boot *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
