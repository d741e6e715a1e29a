/*
 * Loading the kernel's modules, in the order of the list that the initramfs
 * brings. A failure is said and the rest is tried: a kernel may have some of
 * them built in.
 */
#ifndef ENGINE_GUEST_MODULES_H
#define ENGINE_GUEST_MODULES_H

#define MODULES_DIR "/modules"
#define MODULES_LIST MODULES_DIR "/list" /* a file name per line */

void modules_load(void);

#endif
