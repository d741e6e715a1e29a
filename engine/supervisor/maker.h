/*
 * The process that makes a template: it boots a machine with its memory in a
 * file and a network of its own that leads nowhere, has init rehearse a start,
 * saves it, and goes. Its namespaces are as a supervisor's, so that nothing is
 * left of it, however it ends. It knows of no session; what to make it reads from its
 * order (order.h).
 */
#ifndef ENGINE_SUPERVISOR_MAKER_H
#define ENGINE_SUPERVISOR_MAKER_H

/* main() of it: argv is "vmdeck template-build KEY". */
int maker_main(int argc, char **argv);

#endif
