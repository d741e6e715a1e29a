/*
 * What an agent works on and what it is told first: "workspace", "prompt" and
 * "prompt_args" of the manifest, and the same from a command line.
 */
#ifndef ENGINE_SESSION_MANIFEST_WORK_H
#define ENGINE_SESSION_MANIFEST_WORK_H

#include "engine/session/manifest.h"

/* After "cwd" was read, which is the workspace unless said. */
int manifest_work(struct agent *a, const cJSON *o, struct error *err);

/* Instead of the manifest's; NULL or "" is none. */
int manifest_set_prompt(struct agent *a, const char *text, struct error *err);
/* A directory of the host, which must be there. */
int manifest_set_workspace(struct agent *a, const char *path, struct error *err);

#endif
