/*
 * The process that makes a template: it boots a machine with its memory in a
 * file and a network of its own that leads nowhere, has init rehearse a start,
 * saves it, and goes. Its namespaces are as a supervisor's, so that nothing is
 * left of it, however it ends. It knows of no session.
 */
#ifndef ENGINE_SESSION_MAKER_H
#define ENGINE_SESSION_MAKER_H

#include "engine/base/paths.h"
#include "engine/session/template.h"

/* Start one for what is wished for, unless somebody is at it or it could not be
 * made lately. Returns at once; the template will be there, or not. */
void maker_start(const struct paths *p, const struct template_wish *w);

/* main() of it: argv is "vmdeck template-build KEY". */
int maker_main(int argc, char **argv);

#endif
