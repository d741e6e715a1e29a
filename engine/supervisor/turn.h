/*
 * Turns: as many machines come up at once as there are processors, whoever starts
 * them. More would each come up later, and all of them later than in turn.
 *
 * A turn is a lock on one of so many bytes of a file in the state directory, held
 * by the open file: the kernel gives it back when its holder dies.
 */
#ifndef ENGINE_SUPERVISOR_TURN_H
#define ENGINE_SUPERVISOR_TURN_H

#include "engine/base/error.h"

/* Open the file, from a session's directory. */
int turn_open(int session, struct error *err);
/* 0: it is ours until the descriptor is closed; 1: not yet. */
int turn_take(int fd);

#endif
