/*
 * The process that owns one session. It is PID 1 of its own pid namespace: what
 * it starts dies with it. It holds the network namespace, the session disk and
 * the lock as descriptors, so that the kernel takes them back however it ends.
 * It runs the terminal, serves viewers, and keeps the record; it draws nothing.
 *
 * Theory. The session moves along steps (record.h), each entered by an event:
 *
 *   disk        made by the launch, handed over as a descriptor
 *   supervisor  namespaces entered
 *   network     made and verified, before any guest instruction
 *   hypervisor  executed, until its control socket says that the guest runs
 *   guest       until init says hello on the control port
 *   agent       START sent, until init says ready and the console says something
 *
 * and then changes between ready, asks, idle and "not responding" until the
 * machine is gone. Its end is told to the record, to every viewer and to the
 * archive; then the process exits.
 *
 * Limits. A guest may say anything on its console and control port at any
 * rate; what it can cost is CONSOLE_* and the queues of guest.h and viewer.h.
 * While a viewer of exec output does not read, the control port is not read
 * either, for five seconds: then the viewer is let go. The console never waits.
 */
#ifndef ENGINE_SUPERVISOR_SUPERVISOR_H
#define ENGINE_SUPERVISOR_SUPERVISOR_H

/* The verb `supervise ID`, with the descriptors of spec.h. */
int supervise_main(int argc, char **argv);

#endif
