/*
 * What the guest's kernel does of its own accord while nothing happens. A machine that
 * waits at its prompt should sleep: under emulation each tick of its clock costs half a
 * millisecond of a core, in every session.
 */
#ifndef ENGINE_GUEST_IDLE_H
#define ENGINE_GUEST_IDLE_H

/* /proc is mounted. A kernel that lacks a setting keeps its way. */
void idle_settle(void);

#endif
