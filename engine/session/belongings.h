/*
 * What a session is given on its disk before it runs: the agent's files, with "~/"
 * as its user's home and belonging to that user, and the workspace. Also how the
 * agent's program is told what to do first.
 */
#ifndef ENGINE_SESSION_BELONGINGS_H
#define ENGINE_SESSION_BELONGINGS_H

#include "engine/base/json.h"
#include "engine/image/account.h"
#include "engine/image/disk.h"
#include "engine/image/workspace.h"
#include "engine/session/manifest.h"

struct belongings {
	struct account account;
	struct disk_file files[AGENT_FILES];
	size_t n_files;
	struct workspace workspace; /* `from` is NULL where there is none */
	/* private: what the above point to */
	char paths[AGENT_FILES][512];
	char from[1024];
	const char *exclude[AGENT_EXCLUDES + 1];
};

/* For the image at descriptor `image`; `user` is whom the agent runs as. The agent must
 * outlive it. */
int belongings_fill(struct belongings *b, const struct agent *agent, int image, const char *user,
		    struct error *err);

/* The prompt as arguments behind `argv`, a list of texts; false when the agent takes none
 * that way: it is to be typed then. */
bool belongings_prompt(const struct agent *agent, cJSON *argv);

#endif
