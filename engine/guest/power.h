/*
 * The end of the machine: everything killed, disks written back and made
 * read-only, power off.
 */
#ifndef ENGINE_GUEST_POWER_H
#define ENGINE_GUEST_POWER_H

#include "engine/guest/mounts.h"

_Noreturn void power_off(struct mounts *m);

#endif
