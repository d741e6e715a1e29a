/*
 * How the machine is doing: memory, load, disk, CPU.
 */
#ifndef ENGINE_GUEST_STATS_H
#define ENGINE_GUEST_STATS_H

#include "engine/guest/control.h"

void stats_take(struct control_stats *s);

#endif
