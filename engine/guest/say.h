/*
 * Init's own words: one line in the kernel's log, which is the boot log.
 */
#ifndef ENGINE_GUEST_SAY_H
#define ENGINE_GUEST_SAY_H

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* With ": " and what errno means. */
void say_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
